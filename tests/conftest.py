"""What all tests share: the profile of the property tests, and the book's extension.

Property tests draw the same thirty examples everywhere and take as long as they need. Progress bars
are off, here and in every process that a test starts: they would be outputs that differ.
"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["TQDM_DISABLE"] = "1"
settings.register_profile("book", max_examples=30, derandomize=True, deadline=None, database=None)
settings.load_profile("book")


@pytest.fixture(scope="module")
def extension():
    """Make the book's extension importable, as the builder does."""
    folder = str(Path(__file__).parents[1] / "book" / "_ext")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)
