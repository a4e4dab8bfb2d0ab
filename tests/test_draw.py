"""Figures show the numbers they were given, to everyone, the same on every machine."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from recorded import circuit, network

from backprop.draw import (
    Figure,
    computation_graph,
    curves,
    deltas,
    jacobian,
    layer_graph,
    matrix,
    mirrored_graph,
    outer_product,
    shape_ledger,
    sparsity,
)
from backprop.draw.graph import OFF
from backprop.draw.products import parse
from backprop.draw.style import BACKWARD, FORWARD, INK, NEUTRAL, PAPER, STRONG, number
from backprop.errors import DtypeError, NotFiniteError, ShapeError, UnknownNameError

SVG = "{http://www.w3.org/2000/svg}"
DZ, X = np.array([1.0, -2.0]), np.array([2.0, -1.0, 4.0])
W = np.array([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]])
T = np.einsum("ij,k->ijk", np.eye(2), X)
SHAPES = {"X": "ND", "W": "HD", "b": "H", "Z": "NH", "1": "N"}
PRODUCTS = ["Z = X Wᵀ + 1 bᵀ", "dW = dZᵀ X", "dX = dZ W", "db = dZᵀ 1"]
SIZES = {"N": 5, "D": 3, "H": 4}

BOOK_CSS = Path(__file__).parents[1] / "book" / "_static" / "book.css"
OURS = {"forward": FORWARD, "backward": BACKWARD, "quiet": NEUTRAL, "ink": INK, "paper": PAPER}


def theme(name):
    """The colours that the book's own style sheet gives to a figure on its pages."""
    block = BOOK_CSS.read_text("utf-8").split(f'html[data-theme="{name}"] {{')[1].split("}")[0]
    return {key: re.search(rf"--bp-{key}: (#[0-9a-f]{{6}});", block)[1] for key in OURS}


PAGES = {"alone": OURS, "light": theme("light"), "dark": theme("dark")}
PAGES["plain dark page"] = OURS | {"ink": "#ced6dd", "paper": "#121212"}

AA_TEXT, AA_GRAPHICS = 4.5, 3.0  # WCAG 2, success criteria 1.4.3 and 1.4.11


@cache
def figures():
    return {
        "outer product": outer_product(DZ, X, highlight=(1, 2)),
        "sparsity": sparsity(T),
        "shape ledger": shape_ledger(PRODUCTS, SHAPES, **SIZES),
        "layer graph": layer_graph(W, DZ),
        "layer graph with paths": layer_graph(W, DZ, source=0),
        "layer graph of a map": layer_graph(W, DZ, source=1, letters=("u", "y")),
        "computation graph": computation_graph(circuit(), highlight=["x2", "v2", "v3", "f"]),
        "forward half": computation_graph(circuit(), backward=False),
        "computation graph of arrays": computation_graph(network()),
        "mirrored graph": mirrored_graph(network()),
        "jacobian": jacobian({"tanh": np.diag(X), "W": W}),
        "matrix": matrix(W, rows=["up", "down"], columns=["a", "b", "c"]),
        "deltas": deltas({"δ_1": 0.001, "δ_2": DZ, "δ_3": X}),
        "curves": curves(np.array([0.0, 1.0, 2.0]), {"a": X, "slope": X - 1.5}, xlabel="z"),
        "panels": curves(X[[1, 0, 2]], {"up": {"a": X}, "down": {"a": -X, "b": X**2}}),
    }


@pytest.fixture(params=figures())
def figure(request):
    return figures()[request.param]


def tree(figure):
    return ET.fromstring(figure.svg)


def texts(figure):
    return ["".join(node.itertext()) for node in tree(figure).iter(f"{SVG}text")]


def numerals(figure):
    return [t for t in texts(figure) if re.fullmatch(r"−?[\d.]+", t)]


# What is shown


def test_the_outer_product_shows_every_number_of_its_three_arrays():
    rng = np.random.default_rng(4)
    dz, x = rng.normal(size=4), rng.normal(size=3)
    given = [*dz, *x, *(a * b for a in dz for b in x)]
    assert numerals(outer_product(dz, x)) == [number(v) for v in given]


def test_a_highlight_outlines_an_entry_and_its_two_factors_and_says_so():
    plain, marked = outer_product(DZ, X), outer_product(DZ, X, highlight=(1, 2))
    assert marked.svg.count('class="ink"') - plain.svg.count('class="ink"') == 3
    assert texts(marked)[-1] == "dW[1, 2] = −2 × 4 = −8"
    assert str(marked).endswith("\ndW[1, 2] = −2 × 4 = −8")


def test_a_negative_second_factor_stands_in_parentheses():
    assert texts(outer_product(DZ, X, highlight=(1, 1)))[-1] == "dW[1, 1] = −2 × (−1) = 2"


def test_a_bar_leans_with_the_sign_and_grows_with_the_size():
    bars = re.findall(r"h(-?[\d.]+)", outer_product(DZ, X).svg)
    dz, x, dW = np.split(np.array(bars, float), [2, 5])
    for bar, given in ((dz, DZ), (x, X), (dW, np.outer(DZ, X).ravel())):
        np.testing.assert_allclose(bar / np.abs(bar).max(), given / np.abs(given).max(), atol=1e-3)


def test_a_zero_has_a_number_but_no_bar():
    figure = outer_product(np.array([0.0, 1.0]), np.array([0.0]))
    assert numerals(figure) == ["0", "1", "0", "0", "0"]
    assert figure.svg.count("<path") == 1


def test_sparsity_shows_the_numbers_where_they_are_and_dots_elsewhere():
    assert numerals(sparsity(T)) == ["2", "−1", "4", "2", "−1", "4"]
    assert sparsity(T).svg.count("<circle") == 6
    assert texts(sparsity(T))[-1] == "non-zero 6 of 12"


def test_sparsity_shows_the_tensor_it_was_given_not_the_one_expected():
    wrong = T.copy()
    wrong[0, 1, 0] = 7.0
    assert "7" in numerals(sparsity(wrong))
    assert texts(sparsity(wrong))[-1] == "non-zero 7 of 12"


def test_boxes_of_the_ledger_are_to_scale():
    boxes = list(tree(figures()["shape ledger"]).iter(f"{SVG}rect"))[1:-2]
    sides = [(float(b.get("height")) / 13, float(b.get("width")) / 13) for b in boxes]
    ledger = [(4, 3), (4, 5), (5, 3), (5, 3), (5, 4), (4, 3), (4, 1), (4, 5), (5, 1)]
    assert sides == [(5, 4), (5, 3), (3, 4), (5, 1), (1, 4), *ledger]


def test_two_thick_edges_per_summed_size_are_equally_long():
    edges = re.findall(r'class="ink"><path d="M\S+ \S+[hv]([\d.]+)', figures()["shape ledger"].svg)
    lengths = [float(e) / 13 for e in edges[:-1]]
    assert lengths == [3, 3, 5, 5, 4, 4, 5, 5]


def test_gradients_and_forward_quantities_differ_in_role():
    result, ((dZ, W),) = parse("dX = dZ W", SHAPES)
    assert [m.role for m in (result, dZ, W)] == ["backward", "backward", "forward"]


def test_a_letter_that_is_a_lone_d_is_no_gradient():
    _, ((d, x),) = parse("z = d x", {"z": "H", "d": "HD", "x": "D"})
    assert d.role == x.role == "forward"


@pytest.mark.parametrize("source", [None, 1])
def test_the_graph_shows_every_number_of_its_two_arrays(source):
    rng = np.random.default_rng(4)
    W, dz = rng.normal(size=(4, 3)), rng.normal(size=4)
    assert numerals(layer_graph(W, dz, source)) == [number(v) for v in [*W.flat, *dz]]


def test_every_arrow_of_the_graph_is_named_with_its_slope():
    assert str(layer_graph(W, DZ)).splitlines()[1:] == [
        "x₁ → z₁: 1, x₂ → z₁: −2, x₃ → z₁: 0.5",
        "x₁ → z₂: 3, x₂ → z₂: 1, x₃ → z₂: −1",
        "z₁ → C: 1, z₂ → C: −2",
    ]


def test_paths_are_written_out_below_the_graph_and_in_its_words():
    lines = ["x₁ → z₁ → C: 1 × 1 = 1", "x₁ → z₂ → C: 3 × (−2) = −6", "together −5"]
    figure = layer_graph(W, DZ, source=0)
    assert texts(figure)[-3:] == str(figure).splitlines()[-3:] == lines


@pytest.mark.parametrize("k", [0, 1, 2])
def test_the_paths_from_an_input_add_up_to_its_slope(k):
    *_, first, second, total = str(layer_graph(W, DZ, source=k)).splitlines()
    products = [line.split(" = ")[1] for line in (first, second)]
    assert products == [number(v) for v in W[:, k] * DZ]
    assert total == f"together {number((W.T @ DZ)[k])}"


def arrows(figure):
    """The groups that hold a shaft and a point, as (role, attributes, tail, tip)."""
    for g in tree(figure).iter(f"{SVG}g"):
        if len(paths := g.findall(f"{SVG}path")) == 2:
            tail, tip = (np.array(re.findall(r"[\d.]+", p.get("d"))[:2], float) for p in paths)
            yield g, paths[0], tail, tip


def strokes(figure):
    return [(g.get("class"), float(shaft.get("stroke-width"))) for g, shaft, *_ in arrows(figure)]


def test_arrows_of_weights_are_forward_and_arrows_to_the_cost_backward():
    assert [role for role, _ in strokes(layer_graph(W, DZ))] == ["forward"] * 6 + ["backward"] * 2


def test_arrows_on_a_path_are_thick_and_in_front_and_their_numbers_bold():
    figure = layer_graph(W, DZ, source=1)
    thin, thick = [("forward", 1.0)] * 4, [("forward", 3.6)] * 2 + [("backward", 3.6)] * 2
    assert strokes(figure) == thin + thick
    bold = [g.find(f"{SVG}text").text for g in tree(figure).iter() if g.get("font-weight") == "700"]
    assert bold == ["−2", "1", "1", "−2", "together −4"]


def numbers_on_paper(figure):
    """The pieces of paper behind the numbers, as rows x, y, width, height."""
    boxes = list(tree(figure).iter(f"{SVG}rect"))[1:]
    return np.array([[float(b.get(a)) for a in ("x", "y", "width", "height")] for b in boxes])


def overlap(one, other):
    (x, y, w, h), (u, v, wide, high) = one, other
    return u - w < x < u + wide and v - h < y < v + high


@pytest.mark.parametrize("H", [1, 2, 3, 4])
@pytest.mark.parametrize("D", [1, 2, 3, 4])
def test_numbers_in_the_graph_cover_neither_each_other_nor_a_node(H, D):
    rng = np.random.default_rng(D)
    figure = layer_graph(rng.normal(size=(H, D)), rng.normal(size=H))
    circles = [[float(c.get(a)) for a in ("cx", "cy")] for c in tree(figure).iter(f"{SVG}circle")]
    boxes = numbers_on_paper(figure)
    nodes = [[x - 17, y - 17, 34, 34] for x, y in circles]
    assert (len(boxes), len(nodes)) == (H * D + H, H + D + 1)
    assert boxes[:, 3].min() >= 20  # a line of 15 px
    for i, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in [*boxes[:i], *nodes])


@pytest.mark.parametrize("sizes", [(2, 3), (4, 4), (1, 4), (4, 1)])
def test_every_number_in_the_graph_lies_on_its_own_arrow_and_no_other(sizes):
    rng = np.random.default_rng(4)
    figure = layer_graph(rng.normal(size=sizes), rng.normal(size=sizes[0]))
    x, y, wide, high = numbers_on_paper(figure).T
    for i, (_, _, tail, tip) in enumerate(arrows(figure)):
        along = (tip - tail) / np.hypot(*(tip - tail))
        aside = along[0] * (y + high / 2 - tail[1]) - along[1] * (x + wide / 2 - tail[0])
        on_it = (abs(aside) < 8) & (x + wide < max(tail[0], tip[0])) & (x > min(tail[0], tip[0]))
        assert np.flatnonzero(on_it).tolist() == [i]


def test_numbers_have_a_true_minus_and_no_negative_zero():
    assert [number(v) for v in (-8, -0.0, -1e-9, 2.5)] == ["−8", "0", "−1e−09", "2.5"]


# For everyone


def test_every_number_of_the_picture_is_in_the_text(figure):
    if figure.label.startswith("Curves"):
        return  # the numbers beside its axes are a ruler
    words = str(figure).replace(",", " ").replace("(", " ").replace(")", " ").split()
    assert set(numerals(figure)) <= set(words)


def test_a_figure_is_an_image_with_a_name_and_a_description(figure):
    root = tree(figure)
    assert root.get("role") == "img"
    assert root.get("aria-label") == figure.label
    assert figure.label.endswith(".")
    assert root.find(f"{SVG}desc").text == str(figure)


def test_a_notebook_gets_a_picture_and_its_words_but_no_html(figure):
    bundle = figure._repr_mimebundle_()
    assert bundle == {"image/svg+xml": figure.svg, "text/plain": repr(figure)}


def test_no_ids_so_none_can_clash(figure):
    assert not any("id" in node.attrib for node in tree(figure).iter())
    assert "url(" not in figure.svg


def test_nothing_is_fetched_and_nothing_runs(figure):
    assert "script" not in figure.svg
    assert "href" not in figure.svg
    assert re.findall(r"https?://\S+?\"", figure.svg) == ['http://www.w3.org/2000/svg"']


def test_styles_reach_only_inside_the_figure(figure):
    rules = tree(figure).find(f"{SVG}style").text.splitlines()
    assert all(rule.startswith(".bp-draw") for rule in rules)


def test_on_a_phone_text_stays_over_11_px(figure):
    phone, smallest = 312, 14
    assert smallest * min(1, phone / figure.width) > 11


def test_names_and_text_survive_special_characters():
    figure = Figure(9, 9, 'a < b & "c".', "x < y & z", ())
    assert tree(figure).get("aria-label") == 'a < b & "c".'
    assert tree(figure).find(f"{SVG}desc").text == "x < y & z"


# Colours


def channels(colour):
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def luminance(rgb):
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast(channels("#000000"), channels("#ffffff")) == pytest.approx(21)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["forward", "backward", "quiet"])
def test_every_role_stands_out_from_every_page(page, role):
    colours = PAGES[page]
    assert contrast(channels(colours[role]), channels(colours["paper"])) >= AA_GRAPHICS


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["forward", "backward"])
def test_numbers_are_readable_on_the_strongest_tint(page, role):
    colours = PAGES[page]
    tint = STRONG * channels(colours[role]) + (1 - STRONG) * channels(colours["paper"])
    assert contrast(channels(colours["ink"]), tint) >= AA_TEXT


@pytest.mark.parametrize("page", PAGES)
def test_what_is_faded_stays_legible(page):
    ink, arrow, paper = (channels(PAGES[page][c]) for c in ("ink", "forward", "paper"))
    fade = OFF.opacity
    assert contrast(fade * ink + (1 - fade) * paper, paper) >= AA_TEXT
    assert contrast(fade * arrow + (1 - fade) * paper, paper) >= AA_GRAPHICS


def test_no_tint_is_stronger_than_the_tested_one(figure):
    tints = re.findall(r'fill-opacity="([\d.]+)"', figure.svg)
    assert tints or figure.label.startswith("Curves")
    assert max(map(float, tints), default=0) <= STRONG


# The same everywhere

PRINT = """
import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from test_draw import figures
print("".join(f.svg for f in figures().values()))
"""


def test_two_processes_draw_the_same_bytes(request):
    command = [sys.executable, "-c", PRINT, str(request.path.parent)]
    runs = {subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1
    assert runs.pop().decode().strip() == "".join(f.svg for f in figures.__wrapped__().values())


def test_diagrams_need_no_plotting_library():
    code = "import sys, backprop.draw; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_leaves_the_arrays_alone():
    before = DZ.copy(), X.copy(), T.copy(), W.copy()
    figures.__wrapped__()
    assert all((a == b).all() for a, b in zip(before, (DZ, X, T, W), strict=True))


# What is refused


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: outer_product(DZ[:, None], X),
            ShapeError,
            "outer_product: dz has shape (2, 1), expected (H,). ",
        ),
        (
            lambda: outer_product(DZ, np.ones(7)),
            ShapeError,
            "outer_product: x has shape (7,), expected (D,) with sizes up to 6. "
            "Show a smaller example.",
        ),
        (
            lambda: outer_product(DZ, X, highlight=(2, 0)),
            ShapeError,
            "outer_product: highlight is (2, 0), expected a place inside (2, 3). "
            "Count from 0, as in dW[j, k].",
        ),
        (
            lambda: outer_product(DZ, X, highlight=1),
            ShapeError,
            "outer_product: highlight is 1, expected a place inside (2, 3). "
            "Count from 0, as in dW[j, k].",
        ),
        (
            lambda: sparsity(np.ones((2, 3, 4))),
            ShapeError,
            "sparsity: T has shape (2, 3, 4), expected (H, H, D). ",
        ),
        (
            lambda: layer_graph(W[0], DZ),
            ShapeError,
            "layer_graph: W has shape (3,), expected (H, D). ",
        ),
        (
            lambda: layer_graph(W, X),
            ShapeError,
            "layer_graph: dz has shape (3,), expected (2,). ",
        ),
        (
            lambda: layer_graph(np.ones((2, 5)), DZ),
            ShapeError,
            "layer_graph: W has shape (2, 5), expected (H, D) with sizes up to 4. "
            "Show a smaller example.",
        ),
        (
            lambda: layer_graph(W, DZ, source=3),
            ShapeError,
            "layer_graph: source is 3, expected an input from 0 to 2. Count from 0, as in x[k].",
        ),
        (
            lambda: layer_graph(W, DZ, source="x1"),
            ShapeError,
            "layer_graph: source is 'x1', expected an input from 0 to 2. Count from 0, as in x[k].",
        ),
        (
            lambda: shape_ledger(["dW = dZ X"], SHAPES, **SIZES),
            ShapeError,
            "shape_ledger: 'dW = dZ X' has dZ (N, H) X (N, D): H and N inside, expected equal "
            "sizes. Which index does the derivation sum over? That size stands inside.",
        ),
        (
            lambda: shape_ledger(["dW = Xᵀ dZ"], SHAPES, **SIZES),
            ShapeError,
            "shape_ledger: 'dW = Xᵀ dZ' has dW (H, D) from Xᵀ (D, N) dZ (N, H): H and D for the "
            "rows, expected equal sizes. Which index does the derivation sum over? "
            "That size stands inside.",
        ),
        (
            lambda: shape_ledger(["dW dZ"], SHAPES, **SIZES),
            ShapeError,
            "shape_ledger: the product is 'dW dZ', expected 'dX = dZ W'. "
            "Write the result on the left, the factors on the right.",
        ),
        (
            lambda: shape_ledger(["Z = X Wᵀ +"], SHAPES, **SIZES),
            ShapeError,
            "shape_ledger: the product is 'Z = X Wᵀ +', expected 'dX = dZ W'. "
            "Write the result on the left, the factors on the right.",
        ),
        (
            lambda: shape_ledger("dX = dZ W", SHAPES, **SIZES),
            ShapeError,
            "shape_ledger: products is 'dX = dZ W', expected a list of products. "
            "Put each product into the list.",
        ),
        (
            lambda: shape_ledger(["dX = dZ W"], SHAPES | {"W": "HDN"}, **SIZES),
            ShapeError,
            "shape_ledger: W has shape 'HDN', expected one or two sizes. One letter per size.",
        ),
        (
            lambda: shape_ledger(["dX = dZ W"], SHAPES, N=5, D=3, H=64),
            ShapeError,
            "shape_ledger: H is 64, expected a size up to 6. "
            "The names carry the meaning: draw small sizes.",
        ),
        (
            lambda: shape_ledger(["dX = dZ W"], SHAPES, N=5, D=3),
            UnknownNameError,
            "shape_ledger: H has no number, expected one for every size in shapes. "
            "Add H=5, for instance.",
        ),
        (
            lambda: shape_ledger(["dX = dZ V"], SHAPES, **SIZES),
            UnknownNameError,
            "shape_ledger: V has no shape, expected one of X, W, b, Z, 1. Add 'V' to shapes.",
        ),
    ],
)
def test_bad_input_gets_a_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)  # the next move is that of shapes, tested there


@pytest.mark.parametrize(
    "draw",
    [
        lambda a: outer_product(a, X),
        lambda a: outer_product(DZ, a),
        lambda a: layer_graph(a[None, :], DZ[:1]),
        lambda a: layer_graph(W, a),
    ],
)
def test_integers_and_nan_are_refused(draw):
    with pytest.raises(DtypeError, match=r"^(outer_product|layer_graph): .* has dtype int64"):
        draw(np.array([1, 2]))
    with pytest.raises(NotFiniteError, match=r": .* is nan at \[(0, )?1\]"):
        draw(np.array([1.0, np.nan]))


def test_sizes_are_compared_by_name_so_a_square_hides_nothing():
    with pytest.raises(ShapeError, match="H and N inside"):
        shape_ledger(["dW = dZ X"], SHAPES, N=4, D=4, H=4)
