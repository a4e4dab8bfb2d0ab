"""What may import what, and what `import backprop` costs."""

import ast
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import backprop

ROOT = Path(backprop.__file__).parent
FILES = {".".join(p.relative_to(ROOT.parent).with_suffix("").parts): p for p in ROOT.rglob("*.py")}
# What a room must not look into; "" is the package's own front door.
FORBIDDEN = {
    "nn": {"", "autodiff", "check", "symbolic", "study", "draw"},
    "autodiff": {"", "nn", "check", "symbolic", "study", "draw"},
    "draw": {"", "nn"},
    "check": {"", "symbolic", "study", "draw"},
    "errors": {"*"},
    "shapes": {"*"},
}
ALLOWED = {("shapes", "errors")}
HEAVY = ("sympy", "matplotlib", "IPython", "sklearn", "scipy", "hypothesis", "pytest")


def imports(name, path, top_level=False):
    """Return the package's modules that a file imports, relative imports resolved."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    package = package.removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            whole = ".".join(filter(None, [base, node.module]))
            inner = {f"{whole}.{alias.name}" for alias in node.names}
            found |= {i if is_module(i) else whole for i in inner}
    return {f for f in found if f.partition(".")[0] == "backprop"}


def is_module(name):
    return name in FILES or f"{name}.__init__" in FILES


def room(name):
    """Return the top-level room of a module: backprop.nn.affine is in nn."""
    return ([*name.split("."), ""])[1].replace("__init__", "")


def breaches(name, found):
    """Return the imports that break a rule of the house."""
    here, banned = room(name), FORBIDDEN.get(room(name), set())
    looks_at = {room(f) for f in found} - {here}
    return {t for t in looks_at if (t in banned or "*" in banned) and (here, t) not in ALLOWED}


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_room_keeps_to_the_rules_of_the_house(name):
    assert breaches(name, imports(name, FILES[name])) == set()


def test_the_rules_object_to_what_they_forbid():
    assert breaches("backprop.nn.affine", {"backprop.check.numeric"}) == {"check"}
    assert breaches("backprop.nn.affine", {"backprop"}) == {""}
    assert breaches("backprop.draw.plots", {"backprop.nn"}) == {"nn"}
    assert breaches("backprop.errors", {"backprop.shapes"}) == {"shapes"}
    assert breaches("backprop.shapes", {"backprop.errors"}) == set()


def test_relative_imports_are_seen(tmp_path):
    file = tmp_path / "plots.py"
    file.write_text("from ..nn import affine\nfrom .style import number\nfrom .. import check\n")
    found = imports("backprop.draw.plots", file)
    assert {"backprop.nn.affine", "backprop.check"} <= found
    assert breaches("backprop.draw.plots", found) == {"nn"}


def test_there_are_no_cycles():
    graph = {}
    for name, path in FILES.items():
        wanted = imports(name, path, top_level=True)
        graph[name] = {w if w in FILES else f"{w}.__init__" for w in wanted} - {name}
    assert TopologicalSorter(graph).prepare() is None


def loaded_by(statement, after="import sys, numpy"):
    """Return the top-level names of the modules that a statement loads in a fresh interpreter."""
    code = (
        f"{after}; import sys; before = set(sys.modules); {statement}; "
        "print(*sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_package_loads_nothing_else():
    assert loaded_by("import backprop", after="import importlib") == {"backprop"}


def test_its_two_rooms_load_numpy_alone():
    loaded = loaded_by("import backprop; backprop.nn, backprop.check")
    assert "backprop" in loaded
    assert not loaded & set(HEAVY)
    assert {m for m in loaded if m not in sys.stdlib_module_names} == {"backprop"}
    assert loaded - {"backprop"} <= {"copy", "dataclasses", "_opcode", "dis", "inspect", "opcode"}


def test_autodiff_loads_numpy_alone_too():
    assert loaded_by("from backprop import autodiff") == {"backprop"}


@pytest.mark.parametrize(
    "statement",
    [
        "import backprop; backprop.nn.Affine, backprop.check.gradcheck",
        "from backprop import check, nn; nn.Affine, check.gradcheck",
        "from backprop import *; nn.Affine, check.gradcheck",
        "import backprop; assert {'check', 'nn'} <= set(dir(backprop))",
        "import backprop.nn as nn, backprop; assert backprop.nn is nn",
    ],
)
def test_every_way_leads_to_the_rooms(statement):
    assert "backprop" in loaded_by(statement)


def test_a_room_that_is_not_there_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="^module 'backprop' has no attribute 'layers'$"):
        backprop.layers  # noqa: B018


def test_the_version_is_the_one_that_is_published():
    text = (ROOT.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert backprop.__version__ == tomllib.loads(text)["project"]["version"]


def test_the_front_door_shows_two_rooms():
    assert backprop.__all__ == ["check", "nn"]
    for door in (backprop.nn, backprop.check):
        assert sorted(door.__all__) == door.__all__
        assert all(getattr(door, name).__doc__ for name in door.__all__)
