"""Property tests draw the same thirty examples everywhere and take as long as they need."""

from hypothesis import settings

settings.register_profile("book", max_examples=30, derandomize=True, deadline=None, database=None)
settings.load_profile("book")
