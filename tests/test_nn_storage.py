"""Parameters in a file, and files that are not of this network."""

import zipfile

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from backprop.errors import StoredError
from backprop.nn import Affine, ReLU, Sequential, mlp


def network(sizes=(3, 4, 2), seed=6, **options):
    net = mlp(sizes, rng=np.random.default_rng(seed), **options)
    for W in net.parameters().values():
        W += 0.125
    return net


@pytest.mark.parametrize("name", ["net", "net.npz", "net.v2"])
@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_what_was_saved_comes_back_to_the_last_bit(tmp_path, name, kind):
    saved, other = network(), network(seed=7)
    arrays = other.parameters()
    saved.save(kind(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == [f"{name.removesuffix('.npz')}.npz"]
    other.load(kind(tmp_path / name))
    for name, W in other.parameters().items():
        assert W is arrays[name]  # in place: whoever holds the arrays sees it
        assert_array_equal(W, saved.parameters()[name])
        assert not np.shares_memory(W, saved.parameters()[name])


def test_a_single_layer_and_a_nest_of_networks_are_saved_alike(tmp_path):
    for net in (Affine(3, 2, rng=np.random.default_rng(0)), Sequential(network(), ReLU())):
        net.save(tmp_path / "net")
        kept = {name: W.copy() for name, W in net.parameters().items()}
        for W in net.parameters().values():
            W *= 2
        net.load(tmp_path / "net")
        assert all((kept[name] == W).all() for name, W in net.parameters().items())


def test_the_file_holds_plain_arrays_under_the_names_of_the_parameters(tmp_path):
    network().save(tmp_path / "net")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as archive:
        assert sorted(archive.files) == ["0.W", "0.b", "2.W", "2.b"]


@pytest.mark.parametrize(("saved", "loaded"), [("float32", "float64"), ("float64", "float32")])
def test_the_network_keeps_its_precision(tmp_path, saved, loaded):
    network(dtype=saved).save(tmp_path / "net")
    net = network(seed=8, dtype=loaded)
    net.load(tmp_path / "net")
    assert net[0].W.dtype == loaded
    assert_array_equal(net[0].W, network(dtype=saved)[0].W.astype(loaded))


OTHERS = {
    "another width": (
        network((3, 5, 2)),
        "net.npz has 0.W of shape (5, 3), not (4, 3) (and 2 more)",
    ),
    "fewer layers": (network((3, 2)), "net.npz has 0.W of shape (2, 3), not (4, 3) (and 3 more)"),
    "more layers": (
        network((3, 4, 2, 5)),
        "net.npz has 4.W, which the network has not (and 1 more)",
    ),
    "other places": (Sequential(ReLU(), *network()), "net.npz has no 0.W (and 7 more)"),
    "the last bias": (
        Sequential(*network()[:2], Affine.from_arrays(np.ones((2, 4)), np.ones(2) + 0j)),
        "net.npz has 2.b of dtype complex128, not float64",
    ),
}
MOVE = "Nothing was loaded. Make the network with the sizes that it had when it was saved."


@pytest.mark.parametrize(("other", "said"), OTHERS.values(), ids=OTHERS)
def test_a_file_of_another_network_is_refused_and_nothing_changes(tmp_path, other, said):
    other.save(tmp_path / "net")
    net = network()
    before = {name: W.copy() for name, W in net.parameters().items()}
    with pytest.raises(StoredError) as error:
        net.load(tmp_path / "net")
    assert str(error.value) == (
        f"Sequential.load: {said}, expected the parameters of this network. {MOVE}"
    )
    assert all((before[name] == W).all() for name, W in net.parameters().items())


def pickled(path):
    np.savez(path, **{"0.W": np.array([{"a": 1}], dtype=object)})


def plain(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


FILES = {
    "objects": pickled,
    "one array": plain,
    "text": lambda path: path.write_text("W = 1"),
    "nothing": lambda path: path.write_bytes(b""),
    "half an archive": lambda path: path.write_bytes(b"PK\x03\x04 and no more"),
}


@pytest.mark.parametrize("write", FILES.values(), ids=FILES)
def test_a_file_without_plain_arrays_is_refused(tmp_path, write):
    write(tmp_path / "net.npz")
    with pytest.raises(StoredError) as error:
        network().load(tmp_path / "net")
    assert str(error.value).startswith(
        "Sequential.load: net.npz holds no plain arrays under names, expected what save wrote. "
    )


def test_an_archive_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.npz", "w") as archive:
        archive.writestr("readme.txt", "no arrays")
    with pytest.raises(StoredError, match=r"net\.npz "):
        network().load(tmp_path / "net")


def test_a_file_that_is_not_there_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"net\.npz"):
        network().load(tmp_path / "net")
