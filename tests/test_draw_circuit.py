"""A computation as a graph: every number on its own arrow, nothing on top of anything else."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded import Step, Trace, circuit, network

from backprop.draw import computation_graph
from backprop.draw.blocks import Block, down, factor, plain, up
from backprop.draw.layered import Box, place, rows
from backprop.draw.style import number
from backprop.draw.wiring import APART, FREE, ROOM, Arrow, Wiring
from backprop.errors import ShapeError

SVG = "{http://www.w3.org/2000/svg}"


def texts(figure):
    return ["".join(t.itertext()) for t in ET.fromstring(figure.svg).iter(f"{SVG}text")]


def chips(figure, role):
    """The numbers on tints of a colour."""
    for g in ET.fromstring(figure.svg).iter(f"{SVG}g"):
        if g.get("class") == role:
            yield from ("".join(t.itertext()) for t in g.iter(f"{SVG}text"))


def random_trace(draw_size, seed):
    """A recorded program of additions, products and sines over random inputs."""
    rng = np.random.default_rng(seed)
    made, inputs = [], rng.integers(1, 4)
    for i in range(max(draw_size, inputs + 1)):
        if i < inputs:
            made.append((f"x{i}", "variable", (), rng.normal(), (), f"x{i}"))
            continue
        a, b = rng.integers(i, size=2)
        x, y = made[a][3], made[b][3]
        kind = rng.integers(3)
        made.append(
            [
                (f"v{i}", "add", (a, b), x + y, (1.0, 1.0), f"{made[a][0]} + {made[b][0]}"),
                (f"v{i}", "multiply", (a, b), x * y, (y, x), f"{made[a][0]} · {made[b][0]}"),
                (f"v{i}", "sin", (a,), np.sin(x), (np.cos(x),), f"sin({made[a][0]})"),
            ][kind]
        )
    adjoint = [0.0] * len(made)
    adjoint[-1] = 1.0
    for i in reversed(range(len(made))):
        for j, slope in zip(made[i][2], made[i][4], strict=True):
            adjoint[j] += slope * adjoint[i]
    return Trace([Step(*m[:5], d, m[5]) for m, d in zip(made, adjoint, strict=True)])


# What is shown


def test_every_step_shows_its_value_and_its_adjoint():
    figure, steps = computation_graph(circuit()), circuit().steps
    blue, orange = list(chips(figure, "forward")), list(chips(figure, "backward"))
    assert (len(blue), len(orange)) == (16, 16)  # 7 steps, 8 arrows, and the legend
    for step in steps:
        assert number(step.value) in blue
        assert number(step.adjoint) in orange


def test_every_arrow_shows_what_flows_both_ways_and_its_slope():
    lines = str(computation_graph(circuit())).splitlines()[9:]
    assert lines[:4] == [
        "x1 → v1: 2 forward, 0.5 × 1 = 0.5 back",
        "x1 → v2: 2 forward, 5 × 1 = 5 back",
        "x2 → v2: 5 forward, 2 × 1 = 2 back",
        "v1 → v3: 0.6931 forward, 1 × 1 = 1 back",
    ]
    shown = texts(computation_graph(circuit()))
    for slope in ("× 0.5", "× 5", "× 2", "× 0.2837", "× (−1)"):
        assert slope in shown


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 10), st.integers(0, 10**6))
def test_what_comes_back_along_the_arrows_adds_up_to_the_adjoint(size, seed):
    trace = random_trace(size, seed)
    back = re.findall(r"^(\w+) → .* = (\S+) back$", str(computation_graph(trace)), re.M)
    for step in trace.steps[:-1]:
        shares = [float(v.replace("−", "-")) for name, v in back if name == step.name]
        assert sum(shares) == pytest.approx(
            step.adjoint, rel=2e-2, abs=2e-3 * max([1, *map(abs, shares)])
        )


def test_the_table_has_a_line_per_step():
    assert str(computation_graph(circuit())).splitlines()[1:9] == [
        "step            value  adjoint",
        "x1                  2      5.5",
        "x2                  5    1.716",
        "v1 = log(x1)   0.6931        1",
        "v2 = x1 · x2       10        1",
        "v3 = v1 + v2    10.69        1",
        "v4 = sin(x2)  −0.9589       −1",
        "f = v3 − v4     11.65        1",
    ]


def test_the_forward_half_shows_no_gradient():
    figure = computation_graph(circuit(), backward=False)
    assert 'class="backward"' not in figure.svg
    assert "adjoint" not in str(figure)
    assert "x2 → v4: 5 forward" in str(figure).splitlines()


def test_a_number_used_twice_by_one_step_has_two_arrows():
    steps = [
        Step("x", "variable", (), 3.0, (), 6.0, "x"),
        Step("f", "multiply", (0, 0), 9.0, (3.0, 3.0), 1.0, "x · x"),
    ]
    words = str(computation_graph(Trace(steps))).splitlines()
    assert words[-2:] == ["x → f: 3 forward, 3 × 1 = 3 back"] * 2


def test_arrays_show_their_shapes_and_no_product_of_slopes():
    figure = computation_graph(network())
    assert "X → v2: (5, 3) forward" in str(figure).splitlines()
    assert "(4, 3)" in chips(figure, "backward")


def test_a_step_that_has_no_adjoint_shows_none():
    steps = [step._replace(adjoint=None) for step in circuit().steps]
    figure = computation_graph(Trace(steps))
    assert list(chips(figure, "backward")) == ["gradient"]  # of the legend
    assert "f = v3 − v4     11.65        –" in str(figure).splitlines()


# What is thick


def thick(figure):
    shafts = ET.fromstring(figure.svg).iter(f"{SVG}path")
    return sum(shaft.get("stroke-width") == "3.6" for shaft in shafts)


@pytest.mark.parametrize(
    ("highlight", "pieces"),
    [
        (["x2", "v4", "f"], 6),  # two pieces to v4; from there past two rows to the label and to f
        (SimpleNamespace(nodes=("x2", "v4", "f")), 6),
        ([SimpleNamespace(nodes=("x1", "v1")), SimpleNamespace(nodes=("x1", "v2"))], 4),
        ([("x1", "v1"), ("x1", "v1")], 2),
        ([], 0),
        ((), 0),
    ],
)
def test_the_arrows_of_a_path_are_thick(highlight, pieces):
    figure = computation_graph(circuit(), highlight=highlight)
    assert thick(figure) == pieces


def test_numbers_on_a_path_are_bold():
    figure = computation_graph(circuit(), highlight=["v4", "f"])
    groups = (g for g in ET.fromstring(figure.svg).iter(f"{SVG}g") if g.get("font-weight"))
    bold = [g.find(f"{SVG}text").text for g in groups]
    assert sorted(bold) == sorted(["−0.9589", "−1", "−0.9589", "× (−1)", "−1", "11.65", "1"])


# Where it stands


def items(trace):
    """The wiring behind a figure."""
    found = {}
    original = Wiring.__init__

    def spy(self, *given):
        original(self, *given)
        found["wiring"] = self

    Wiring.__init__ = spy
    try:
        figure = computation_graph(trace)
    finally:
        Wiring.__init__ = original
    return found["wiring"], figure


def boxes(wiring):
    for at, block in zip(wiring.places, wiring.blocks, strict=True):
        yield at.x - block.wide / 2, at.y - block.high / 2, block.wide, block.high


def overlap(one, other):
    (x, y, w, h), (u, v, wide, high) = one, other
    return u - w < x < u + wide and v - h < y < v + high


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 10), st.integers(0, 10**6))
def test_nothing_covers_anything(size, seed):
    wiring, figure = items(random_trace(size, seed))
    standing = list(boxes(wiring))
    for i, box in enumerate(standing):
        assert not any(overlap(box, other) for other in standing[:i])
        assert 0 <= box[0] <= box[0] + box[2] <= figure.width
        assert 0 <= box[1] <= box[1] + box[3] <= figure.height


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 10), st.integers(0, 10**6))
def test_arrows_stay_between_the_rows_and_in_the_room_kept_free(size, seed):
    wiring, _ = items(random_trace(size, seed))
    for link in wiring.links:
        tail, head = wiring.places[link.tail], wiring.places[link.head]
        assert tail.bottom < head.top
        assert wiring.items[link.head].row == wiring.items[link.tail].row + 1


@pytest.mark.parametrize("trace", [circuit(), network(), circuit(0.125, -12.75)])
def test_a_graph_of_the_book_fits_a_phone(trace):
    phone, smallest = 312, 14
    figure = computation_graph(trace)
    assert smallest * phone / max(figure.width, phone) > 11


def test_a_row_that_is_too_wide_takes_a_narrower_form():
    wide = Block(((down("1234"), factor(2.0), up("1234")),))
    tall = Block(((down("1234"),), (factor(2.0),), (up("1234"),)))
    for n, form in ((1, wide), (4, tall)):
        boxes = [[Block(((down("1"),),))]] * (n + 1)
        wiring = Wiring(boxes, [0] * n + [1], [Arrow(i, n, [wide, tall]) for i in range(n)])
        assert wiring.blocks[n + 1 :] == [form] * n
    assert 4 * (wide.wide + APART) > ROOM


def test_an_arrow_that_passes_a_row_takes_room_there():
    one = [Block(((down("1"),),))]
    wiring = Wiring([one] * 3, [0, 1, 2], [Arrow(0, 1, one), Arrow(1, 2, one), Arrow(0, 2, one)])
    assert [item.row for item in wiring.items if item.forms == [FREE]] == [1, 2]


def test_inputs_stand_just_above_their_first_use():
    assert rows([(), (), (0,), (2,), (3, 1)]) == [0, 2, 1, 2, 3]


def test_the_library_uncrosses_what_can_be_uncrossed():
    boxes = [Box(0, 40), Box(0, 40), Box(1, 40), Box(1, 40)]
    a, b, c, d = place(boxes, [(0, 3, 1), (1, 2, 1)], 10, 350)
    assert (a < b) == (d < c)
    assert (a, b) == (d, c)


def test_neighbours_are_as_near_as_their_widths_allow():
    xs = place(
        [Box(0, 40), Box(0, 60), Box(0, 20), Box(1, 10)], [(0, 3, 1), (1, 3, 1), (2, 3, 1)], 10, 350
    )
    order = sorted(range(3), key=xs.__getitem__)
    wide = [40, 60, 20]
    gaps = [xs[b] - xs[a] - (wide[a] + wide[b]) / 2 for a, b in zip(order, order[1:], strict=False)]
    assert gaps == [10, 10]


def test_an_arrow_that_passes_rows_is_straight_there():
    wiring, _ = items(circuit())
    passing = [
        at.x for at, block in zip(wiring.places, wiring.blocks, strict=True) if block is FREE
    ]
    assert len(passing) == 2
    assert len(set(passing)) == 1


def test_boxes_stand_in_the_order_in_which_they_were_given_where_that_crosses_nothing():
    wiring, _ = items(circuit())
    x1, x2, v1, v2, _, v4, _ = (at.x for at in wiring.places[:7])
    assert x1 < x2
    assert v1 < v2 < v4


def test_a_layout_is_in_whole_units():
    wiring, _ = items(circuit())
    assert all(isinstance(at.x, int) for at in wiring.places)


def test_the_layout_library_is_loaded_for_graphs_alone():
    code = "import sys, backprop.draw; sys.exit('graphlay' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Formulas


def slanted(figure, formula):
    """The letters of a formula that are slanted, and those that are lowered."""
    for node in ET.fromstring(figure.svg).iter(f"{SVG}text"):
        if "".join(node.itertext()) == formula:
            spans = list(node.iter(f"{SVG}tspan"))
            return (
                "".join(s.text for s in spans if s.get("font-style") == "italic"),
                "".join(s.text for s in spans if s.get("font-size")),
            )
    raise AssertionError(formula)


def test_letters_are_slanted_names_of_functions_are_not_and_digits_of_names_are_lowered():
    figure = computation_graph(circuit())
    assert slanted(figure, "v1 = log(x1)") == ("vx", "11")
    assert slanted(figure, "f = v3 − v4") == ("fvv", "34")


def test_a_factor_of_a_formula_is_not_lowered():
    steps = [
        Step("x", "variable", (), 3.0, (), 2.0, "x"),
        Step("f", "multiply", (0,), 6.0, (2.0,), 1.0, "2 · x1"),
    ]
    assert slanted(computation_graph(Trace(steps)), "f = 2 · x1") == ("fx", "1")


def test_names_are_written_with_lowered_digits_in_the_text():
    assert [plain(name) for name in ("x_1", "δ_12", "x1", "left")] == ["x₁", "δ₁₂", "x1", "left"]


# What is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: computation_graph(3.0),
            "computation_graph: trace is a float, expected a recorded trace. "
            "Record one: autodiff.trace(f).",
        ),
        (
            lambda: computation_graph(Trace([1.0])),
            "computation_graph: trace is a Trace, expected a recorded trace. "
            "Record one: autodiff.trace(f).",
        ),
        (
            lambda: computation_graph(Trace([])),
            "computation_graph: trace has 0 steps, expected 1 to 24. Show a smaller example.",
        ),
        (
            lambda: computation_graph(Trace(circuit().steps * 4)),
            "computation_graph: trace has 28 steps, expected 1 to 24. Show a smaller example.",
        ),
        (
            lambda: computation_graph(Trace([circuit().steps[0]._replace(inputs=(1,))])),
            "computation_graph: step 0 (x1) has the inputs (1,), expected positions below 0. "
            "Inputs are positions of earlier steps.",
        ),
        (
            lambda: computation_graph(circuit(), highlight=["x1", "f"]),
            "computation_graph: highlight goes from x1 to f, expected names along arrows. "
            "Take a path of autodiff.paths.",
        ),
    ],
)
def test_bad_input_gets_a_sentence(call, message):
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value) == message
