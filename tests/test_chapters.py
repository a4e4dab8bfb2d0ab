"""What is stored in the notebooks holds together: outputs, formulas, labels, numbers, code.

nbval re-runs the notebooks and compares their outputs; these tests look at what nbval takes for
granted, and at what ties a chapter to the package and to the other chapters.
"""

import ast
import importlib
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from backprop.symbolic import records

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb")) + sorted(ROOT.glob("book/*.ipynb"))
PAGES = sorted(ROOT.glob("book/**/*.md"))

TAGS = {"hide-input", "hide-output", "raises-exception"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
MATHS = re.compile(r"\$\$|\\\[|\\begin\{|\{math\}|```math|\.\. math::")
MACHINE = re.compile(r"(?:^|[\s'\"(])(?:/[\w.-]+){2,}|[A-Z]:\\\\?\w|0x[0-9a-f]{6,}|\x1b\[")

notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@cache
def cells(path):
    """Return the cells of a notebook, or of a Markdown page as one Markdown cell."""
    if path.suffix == ".md":
        return [{"cell_type": "markdown", "id": path.stem, "source": path.read_text("utf-8")}]
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in found]


def code(path):
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def markdown(path):
    return [cell for cell in cells(path) if cell["cell_type"] == "markdown"]


def texts(cell):
    """Yield every text that a cell's outputs store."""
    for output in cell.get("outputs", []):
        yield "".join(output.get("text", ""))
        yield output.get("evalue", "")
        yield from output.get("traceback", [])
        for kind, data in output.get("data", {}).items():
            if kind != records.MIME and not kind.startswith("image/"):
                yield "".join(data)


@cache
def ledger():
    """Return label → record of the whole book, restatements left out."""
    found = [record for path in NOTEBOOKS for record in records.of_notebook(path)]
    return {record["label"]: record for record in found if record["kind"] != "restatement"}


# ── the notebooks are stored as they were run ─────────────────────────────────────────────────


def test_the_table_of_contents_lists_every_notebook_and_page():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    files = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    assert sorted(files) == sorted(
        path.relative_to(ROOT).with_suffix("").as_posix() for path in NOTEBOOKS + PAGES
    )


@notebooks
def test_the_cells_were_run_in_order_in_a_fresh_kernel(path):
    counts = [cell["execution_count"] for cell in code(path)]
    assert counts == list(range(1, len(counts) + 1)), f"make rerun NB={path.relative_to(ROOT)}"


def speaks(source):
    """Tell whether a cell must have an output: it prints, or ends in a value."""
    statements = ast.parse(source).body
    printed = any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        for node in ast.walk(ast.Module(statements, []))
    )
    return printed or bool(statements) and isinstance(statements[-1], ast.Expr)


@notebooks
def test_every_cell_that_says_something_has_its_output_stored(path):
    silent = [c["id"] for c in code(path) if speaks(c["source"]) and not c["outputs"]]
    assert not silent, f"make rerun NB={path.relative_to(ROOT)}"


@notebooks
def test_an_error_is_stored_exactly_where_one_is_announced(path):
    for cell in code(path):
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        assert failed == ("raises-exception" in cell["metadata"].get("tags", [])), cell["id"]
        for output in cell["outputs"]:
            if output["output_type"] == "error":  # nbval compares ename and evalue only
                assert output["traceback"] == [f"{output['ename']}: {output['evalue']}"]


@notebooks
def test_nothing_of_this_machine_is_stored(path):
    for cell in code(path):
        for text in texts(cell):
            assert not MACHINE.search(text), (cell["id"], MACHINE.search(text))
        streams = [out.get("name") for out in cell["outputs"]]
        assert "stderr" not in streams, f"{cell['id']} warns"


@notebooks
def test_metadata_is_the_kernel_and_known_words(path):
    stored = json.loads(path.read_text("utf-8"))
    assert stored["metadata"] == {"kernelspec": KERNEL}
    for cell in cells(path):
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell["id"]), cell["id"]
        assert set(cell["metadata"]) <= {
            "tags",
            "mystnb",
            "given",
            "jp-MarkdownHeadingCollapsed",
        }, cell["id"]
        assert set(cell["metadata"].get("tags", [])) <= TAGS, cell["id"]
    ids = [cell["id"] for cell in cells(path)]
    assert len(set(ids)) == len(ids)


@notebooks
def test_cells_are_short_and_no_name_is_defined_twice(path):
    names = []
    for cell in code(path):
        assert len(cell["source"].splitlines()) <= 20, cell["id"]
        tree = ast.parse(cell["source"])
        names += [n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    assert len(set(names)) == len(names)


# ── every displayed formula was checked ───────────────────────────────────────────────────────


@pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.stem)
def test_no_formula_is_displayed_by_hand(path):
    for cell in markdown(path):
        found = MATHS.search(cell["source"])
        assert not found, f"{cell['id']}: {found[0]!r}. Write equation(…) in a code cell."


@notebooks
def test_every_displayed_formula_has_its_record(path):
    for cell in code(path):
        for output in cell["outputs"]:
            data = output.get("data", {})
            shows = "text/latex" in data or "$$" in "".join(data.get("text/markdown", ""))
            assert shows == (records.MIME in data), cell["id"]
            assert not MATHS.search("".join(data.get("text/html", ""))), cell["id"]
            if shows:
                same_formula(data)


def same_formula(data):
    """The typeset formula is the recorded one, colours apart."""
    record, text = data[records.MIME], "".join(data["text/markdown"])
    assert re.search(r"\$\$\n(.*)\n\$\$", text, re.DOTALL)[1] == record["latex"]
    assert uncoloured(record["latex_page"]) == record["latex"]


def uncoloured(latex):
    """Take ``\\class{…}{x}`` down to ``x``, from the inside out."""
    mark = re.compile(r"\\class\{[\w-]+\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
    while mark.search(latex):
        latex = mark.sub(r"\1", latex)
    return latex


def test_colours_are_taken_off():
    assert uncoloured(r"\class{bp-a}{\frac{\partial C}{\partial W_{jk}}} x") == (
        r"\frac{\partial C}{\partial W_{jk}} x"
    )


def test_every_label_names_one_equation():
    labels = [
        record["label"].lower()
        for path in NOTEBOOKS
        for record in records.of_notebook(path)
        if record["kind"] != "restatement"
    ]
    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.stem)
def test_every_reference_to_an_equation_arrives(path):
    for cell in markdown(path):
        for label in re.findall(r"\{eq\}`([^`]+)`", cell["source"]):
            assert label in ledger(), f"{cell['id']} refers to {label}"


def test_every_proved_equation_rejects_wrong_versions_one_of_them_by_value():
    for record in ledger().values():
        if record["kind"] in {"identity", "derivation"}:
            assert len(record["rejects"]) >= 2, record["label"]
            assert "value" in {r["by"] for r in record["rejects"]}, record["label"]


def test_chapters_two_to_six_cite_nothing_that_they_could_prove():
    cited = [r["label"] for p in NOTEBOOKS for r in records.of_notebook(p) if r["kind"] == "claim"]
    assert not cited


# ── formulas and code ─────────────────────────────────────────────────────────────────────────

QUOTED = re.compile(r"^(?:.*#)?\s*(?P<formula>\S.*=.*?) {2,}(?P<label>[a-z]+(?:-[a-z0-9]+)+)$")
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def quotations():
    """Return (file, formula, label) for every formula that the package's source quotes."""
    return [
        (path.relative_to(ROOT).as_posix(), *match.groups())
        for path in SOURCES
        for line in path.read_text("utf-8").splitlines()
        if (match := QUOTED.match(line))
    ]


def test_the_source_quotes_equations():
    quoted = {label for file, _, label in quotations() if file.endswith("nn/affine.py")}
    assert quoted == {"affine-batch", "affine-grad-w", "affine-grad-b", "affine-grad-x"}


@pytest.mark.parametrize(("file", "formula", "label"), quotations())
def test_a_formula_in_the_source_is_the_one_that_was_proved(file, formula, label):
    assert label in ledger(), f"{file} quotes {label}, which is not in the ledger"
    first, last = formula.split(" = ", 1)
    proved = ledger()[label]["plain"]
    assert formula == proved or (
        ledger()[label]["kind"] == "derivation"  # its two ends
        and proved.startswith(f"{first} = ")
        and proved.endswith(f" = {last}")
    ), f"proved was {proved}"


def implemented():
    return [r for r in ledger().values() if r["code"]]


def test_the_formulas_that_the_package_implements_are_tied_to_it():
    assert {record["code"] for record in implemented()} >= {
        "nn.Affine.forward:Z",
        "nn.Affine.backward:dW",
        "nn.Affine.backward:db",
        "nn.Affine.backward:dX",
        "nn.HalfSquaredError.forward:E",
        "nn.HalfSquaredError.backward:dŶ",
    }


def test_a_figure_of_products_draws_the_formulas_that_were_proved():
    proved = {re.sub(r"\(?∇_(\w) C\)?", r"d\1", record["plain"]) for record in ledger().values()}
    drawn = [
        node.value
        for path in NOTEBOOKS
        for cell in code(path)
        if "shape_ledger" in cell["source"]
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.Constant) and " = " in str(node.value)
    ]
    assert len(drawn) >= 4
    assert set(drawn) <= proved


def run(module, values):
    """Run a module forward and backward on given arrays; return all that it computes, by name."""
    if not hasattr(module, "weights"):  # a cost takes predictions, or logits, and targets
        cost, given = module(), "Ŷ" if "Ŷ" in values else "Z"
        C = cost.forward(values[given], values["Y"])
        return {"C": C, "E": C, f"d{given}": cost.backward()}
    if values.keys() == {"t"}:  # an activation, as a function of one number, and its slope
        layer = module()
        return {"a": layer.forward(np.asarray(values["t"])), "slope": layer.backward(np.ones(()))}
    weights = {name: values[name].squeeze() for name in module.weights}
    layer = module.from_arrays(**weights) if weights else module()
    (given,) = [name for name in values if name not in weights and not name.startswith("d")]
    (arriving,) = [name for name in values if name.startswith("d")]
    output = layer.forward(values[given])
    computed = {f"d{given}": layer.backward(values[arriving]), arriving[1:]: output}
    return computed | {f"d{name}": gradient for name, gradient in layer.gradients().items()}


@pytest.mark.parametrize("record", implemented(), ids=lambda record: record["label"])
@pytest.mark.parametrize("seed", range(3))
def test_a_claim_that_names_code_computes_what_the_code_computes(record, seed):
    rng = np.random.default_rng(seed)
    sizes = dict(zip("NDHKLM", 2 + rng.permutation(7)[:6], strict=True)) | {"1": 1}
    place, name = record["code"].split(":")
    package, cls, _ = place.split(".")
    module = getattr(importlib.import_module(f"backprop.{package}"), cls)
    family = [r for r in implemented() if r["code"].startswith(f"{package}.{cls}.")]
    shapes = {k: v for r in family for k, v in r["arrays"].items()}
    values = {k: rng.normal(size=[sizes[d] for d in v]) for k, v in shapes.items()}
    if cls.endswith("CrossEntropy"):  # its targets are rows of probabilities
        values["Y"] = np.exp(values["Y"]) / np.exp(values["Y"]).sum(axis=1, keepdims=True)
    names = {"np": np, **sizes, **values}
    for let, meaning in record.get("lets", {}).items():  # what stands for something is computed
        names[let] = eval(meaning, names)
    claimed = eval(record["numpy"], names)
    computed = run(module, values)[name]
    assert np.shape(claimed) == tuple(sizes[d] for d in record["shape"])
    # Entries may cancel, so they are right to some roundings of the largest.
    slack = 8 * np.finfo(float).eps * np.max(np.abs(computed))
    claimed = np.reshape(claimed, np.shape(computed))
    np.testing.assert_allclose(computed, claimed, rtol=1e-12, atol=slack)


# ── numbers in the prose ──────────────────────────────────────────────────────────────────────

NUMBER = re.compile(
    r"(?<![\w.,])(?:(?<![\w)])[−-])?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d{4,})(?:e[-+]?\d+)?"
)
NOT_PROSE = re.compile(r"\{[\w:-]+\}`[^`]*`|\]\([^)]*\)")  # roles and addresses


def stated(source):
    """Return the numbers of a text that must have been computed."""
    return {number.replace("−", "-") for number in NUMBER.findall(NOT_PROSE.sub(" ", source))}


def prose(path):
    """Yield (cell id, text, numbers given) for the Markdown and the captions of a notebook."""
    for cell in cells(path):
        figure = cell["metadata"].get("mystnb", {}).get("figure", {})
        text = cell["source"] if cell["cell_type"] == "markdown" else figure.get("caption", "")
        yield cell["id"], text, set(cell["metadata"].get("given", []))


@cache
def outputs(path):
    """Return all numbers in the outputs of a notebook."""
    text = " ".join(t for cell in code(path) for t in texts(cell)).replace("−", "-")
    found = re.findall(r"(?:(?<![\w.])-)?\d[\d,]*(?:\.\d*)?(?:e[-+]\d+)?", text)
    return [float(number.rstrip(",").replace(",", "")) for number in found]


def was_computed(number, path):
    plain, _, power = number.replace(",", "").partition("e")
    decimals = len(plain.partition(".")[2]) - int(power or 0)
    return any(round(value, decimals) == float(f"{plain}e{power or 0}") for value in outputs(path))


@notebooks
def test_every_number_in_the_prose_was_computed(path):
    for name, text, given in prose(path):
        computed = {number for number in stated(text) if was_computed(number, path)}
        missing = stated(text) - computed
        assert missing <= given, f"{name}: no output holds {sorted(missing - given)}"
        assert given <= missing, f"{name}: {sorted(given - missing)} need not be given"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is 0.625, 1,024 or 4096; not 12.", {"0.625", "1,024", "4096"}),
        ("`0.5` and $1.5$ count, {cite}`name2008` does not.", {"0.5", "1.5"}),
        ("From −0.5 to (−2.5), 3 − 1.5, 4.25e9.", {"-0.5", "-2.5", "1.5", "4.25e9"}),
    ],
)
def test_numbers_are_found_in_prose(text, numbers):
    assert stated(text) == numbers


# ── the table of notation ─────────────────────────────────────────────────────────────────────

ROW = re.compile(r"^\| (?P<symbols>\$.*?) \| (?P<code>.*?) \| (?P<shape>.*?) ?\| (?P<rest>.*) \|$")
SHAPE = re.compile(r"^\s*(?P<names>\w+(?:, \w+)*) : (?P<shape>\([^)]*\)) float", re.MULTILINE)
LAYERS = [path for path in SOURCES if path.parent.name == "nn"]


@cache
def notation():
    """Return identifier → shape from the table of notation."""
    rows = (ROW.match(line) for line in (ROOT / "book/notation.md").read_text("utf-8").splitlines())
    return {
        name: row["shape"] for row in rows if row for name in re.findall(r"`(\w+)`", row["code"])
    }


def documented():
    """Return (identifier, shape) for every array whose shape a docstring of `nn` gives."""
    return {
        (name, match["shape"])
        for path in LAYERS
        for match in SHAPE.finditer(path.read_text("utf-8"))
        for name in match["names"].split(", ")
    }


def test_the_notation_lists_what_the_layers_compute_with():
    used = set()
    for path in LAYERS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "arg", getattr(node, "attr", None))
            if isinstance(name, str) and re.fullmatch(r"d?[A-Z](hat)?|d?[bxz]", name):
                used.add(name)
    known = set(notation())
    later = {"A", "dA"}  # what activations put out; no chapter has them yet
    assert used - {"T", "P"} - later <= known, "missing from book/notation.md"
    assert {"W", "b", "X", "dZ", "dW", "db"} <= used & known


@pytest.mark.parametrize(("name", "shape"), sorted(documented()))
def test_a_shape_in_the_notation_is_the_one_in_the_docstrings(name, shape):
    if name in notation() and notation()[name]:
        assert notation()[name] == shape
