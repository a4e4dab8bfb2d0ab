"""Parameters in a file: a ``.npz`` archive of plain arrays under their names, without pickle.

Introduced in chapter 6.
"""

import os

import numpy as np

from backprop.errors import StoredError, sentence

SUFFIX = ".npz"


def save(path, arrays):
    """Write arrays, by name, to a file.

    Parameters
    ----------
    path : str or path
        ``.npz`` is added where it is missing.
    arrays : dict of str to array

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/net", {"0.b": np.array([0.5, 2.0])})
    ...     load(f"{folder}/net", {"0.b": np.zeros(2)})
    {'0.b': array([0.5, 2. ])}
    """
    np.savez(_npz(path), **arrays)


def load(path, wanted, where="load"):
    """Return the arrays of a file, if they are the ones that are wanted.

    Parameters
    ----------
    path : str or path
        ``.npz`` is added where it is missing.
    wanted : dict of str to array
        The names, and arrays of the shapes and of the kind of numbers. Their precision may differ.
    where : str
        Who asks.

    Raises
    ------
    StoredError
        If a name is missing, or too many, or a shape differs; if the file holds no arrays.
    FileNotFoundError
        If there is no such file.
    """
    stored = _read(_npz(path), where)
    differs = list(_differences(stored, wanted))
    if differs:
        more = f" (and {len(differs) - 1} more)" if len(differs) > 1 else ""
        _refuse(where, _npz(path), f"{differs[0]}{more}", "the parameters of this network")
    return stored


def _differences(stored, wanted):
    """Say one by one what differs."""
    for name, W in wanted.items():
        if name not in stored:
            yield f"has no {name}"
        elif stored[name].shape != W.shape:
            yield f"has {name} of shape {stored[name].shape}, not {W.shape}"
        elif not np.can_cast(stored[name].dtype, W.dtype, "same_kind"):
            yield f"has {name} of dtype {stored[name].dtype}, not {W.dtype}"
    for name in stored:
        if name not in wanted:
            yield f"has {name}, which the network has not"


def _read(path, where):
    """Return all arrays of an archive."""
    from zipfile import BadZipFile  # here, so that importing the package stays light

    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, AttributeError, TypeError, BadZipFile, EOFError):
        _refuse(where, path, "holds no plain arrays under names", "what save wrote")


def _refuse(where, path, got, wanted):
    move = "Nothing was loaded. Make the network with the sizes that it had when it was saved."
    raise StoredError(sentence(where, f"{os.path.basename(path)} {got}", wanted, move)) from None


def _npz(path):
    path = os.fspath(path)
    return path if path.endswith(SUFFIX) else path + SUFFIX
