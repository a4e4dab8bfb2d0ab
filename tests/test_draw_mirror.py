"""The two halves of a network: every box executed, every gradient opposite its value."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from recorded import Step, Trace, network

from backprop.draw import mirrored_graph
from backprop.draw.halves import nodes, shown
from backprop.draw.mirror import BOX, MIDDLE, Mirror
from backprop.draw.style import number
from backprop.errors import ShapeError

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["X", "W1", "b1", "z1", "a1", "W2", "z2", "Y", "C"]


def found(trace=None):
    return nodes("test", (trace or network()).steps)


def deep(layers):
    """A chain of layers, each with a parameter of its own."""
    steps = [Step("a0", "variable", (), 0.5, (), 0.25, "a0")]
    for i in range(1, layers + 1):
        last = len(steps) - 1
        steps.append(Step(f"w{i}", "variable", (), 2.0, (), 0.25, f"w{i}"))
        made = f"{steps[last].name} · w{i}"
        steps.append(Step(f"a{i}", "multiply", (last, last + 1), 1.0, (2.0, 1.0), 0.5, made))
    return Trace(steps)


# The named steps


def test_every_named_step_is_a_box_and_inputs_come_just_before_their_use():
    assert [node.step.name for node in found()] == NAMES


def test_nameless_steps_are_written_into_the_formulas_of_the_named_ones():
    assert {node.step.name: node.formula for node in found() if node.inputs} == {
        "z1": "X @ W1ᵀ + b1",
        "a1": "tanh(z1)",
        "z2": "a1 @ W2ᵀ",
        "C": "sum((z2 − Y)²)",
    }


def test_a_sum_inside_a_product_gets_its_parentheses_and_names_are_not_cut_in_two():
    steps = [
        Step("x", "variable", (), 2.0, (), 1.0, "x"),
        Step("v11", "variable", (), 2.0, (), 1.0, "v11"),
        Step("v1", "add", (0, 1), 4.0, (1.0, 1.0), 1.0, "x + v11"),
        Step("v12", "multiply", (2, 1), 8.0, (2.0, 4.0), 1.0, "v1 · v11"),
        Step("v2", "sin", (3,), 0.5, (1.0,), 1.0, "sin(v12)"),
        Step("f", "add", (4, 2), 4.5, (1.0, 1.0), 1.0, "v2 + v1"),
    ]
    assert found(Trace(steps))[-1].formula == "sin((x + v11) · v11) + (x + v11)"


def test_arrows_lead_from_named_step_to_named_step():
    assert [tuple(NAMES[i] for i in node.inputs) for node in found()] == [
        (),
        (),
        (),
        ("X", "W1", "b1"),
        ("z1",),
        (),
        ("a1", "W2"),
        (),
        ("z2", "Y"),
    ]


def test_every_box_is_joined_to_another():
    joined = {i for k, node in enumerate(found()) for i in (*node.inputs, k) if node.inputs}
    assert joined == set(range(len(NAMES)))


# What the way back needs


KEPT = {
    ("X", "z1"): {"W1"},
    ("W1", "z1"): {"X"},
    ("b1", "z1"): set(),
    ("z1", "a1"): {"a1"},
    ("a1", "z2"): {"W2"},
    ("W2", "z2"): {"a1"},
    ("z2", "C"): {"z2", "Y"},
    ("Y", "C"): {"z2", "Y"},
}


def test_what_was_kept_for_each_gradient_is_named():
    told = {}
    for node in found():
        for i, kept in zip(node.inputs, node.kept, strict=True):
            told[NAMES[i], node.step.name] = {NAMES[k] for k in kept}
    assert told == KEPT


RULES = {  # dz of every arrow, from the upstream gradient and the values: derived by hand
    ("X", "z1"): lambda d, v: d @ v["W1"],
    ("W1", "z1"): lambda d, v: d.T @ v["X"],
    ("b1", "z1"): lambda d, v: d.sum(axis=0),
    ("z1", "a1"): lambda d, v: d * (1 - v["a1"] ** 2),
    ("a1", "z2"): lambda d, v: d @ v["W2"],
    ("W2", "z2"): lambda d, v: d.T @ v["a1"],
    ("z2", "C"): lambda d, v: d * 2 * (v["z2"] - v["Y"]),
    ("Y", "C"): lambda d, v: d * 2 * (v["Y"] - v["z2"]),
}


@pytest.mark.parametrize("arrow", KEPT)
def test_the_kept_values_and_the_upstream_gradient_are_enough_and_all_are_needed(arrow):
    tail, head = arrow
    steps = {node.step.name: node.step for node in found()}
    values = {name: steps[name].value for name in KEPT[arrow]}
    made = RULES[arrow](np.asarray(steps[head].adjoint), values)
    np.testing.assert_allclose(made, steps[tail].adjoint)
    for name in values:
        with pytest.raises(KeyError):
            RULES[arrow](
                np.asarray(steps[head].adjoint), {n: v for n, v in values.items() if n != name}
            )


# What is shown


def texts(figure):
    return ["".join(t.itertext()) for t in ET.fromstring(figure.svg).iter(f"{SVG}text")]


def test_every_box_shows_its_array_and_opposite_the_gradient_of_the_same_shape():
    drawn, words = texts(mirrored_graph(network())), str(mirrored_graph(network()))
    for node in found():
        for array in (node.step.value, node.step.adjoint):
            for line in shown(array):
                assert line.replace("  ", "\N{EM SPACE}") in drawn
                assert line in words
        assert np.shape(node.step.value) == np.shape(node.step.adjoint)
        assert f"∂C/∂{node.step.name}" in drawn


def test_small_arrays_show_their_numbers_larger_ones_their_shape_and_norm():
    assert shown(2.5) == ["2.5"]
    assert shown([1.0, -0.5]) == ["1  −0.5"]
    assert shown([[1.0, -0.5], [3.0, 4.0], [0.25, 8.0]]) == ["1  −0.5", "3  4", "0.25  8"]
    assert shown(np.full((3, 4), 0.5)) == [f"(3, 4) norm {number(12**0.5 / 2)}"]
    assert shown([-0.0001234, -0.001234, -0.1234]) == ["(3,) norm 0.1234"]
    assert shown(np.full((256, 4096), -1.25)) == ["(256, 4096)", "norm 1280"]


def test_what_each_gradient_is_made_from_is_written_below():
    assert str(mirrored_graph(network())).splitlines()[10:] == [
        "∂C/∂X from ∂C/∂z1, W1",
        "∂C/∂W1 from ∂C/∂z1, X",
        "∂C/∂b1 from ∂C/∂z1",
        "∂C/∂z1 from ∂C/∂a1, a1",
        "∂C/∂a1 from ∂C/∂z2, W2",
        "∂C/∂W2 from ∂C/∂z2, a1",
        "∂C/∂z2 from ∂C/∂C, z2, Y",
        "∂C/∂Y from ∂C/∂C, z2, Y",
    ]


# Where it stands


def rects(figure):
    boxes = list(ET.fromstring(figure.svg).iter(f"{SVG}rect"))
    places = [[float(b.get(a, 0)) for a in ("x", "y", "width", "height")] for b in boxes]
    return [p for p in places if p[2] == BOX]


def test_the_gradients_are_the_mirror_image_of_the_values():
    figure = mirrored_graph(network())
    left, right = rects(figure)[::2], rects(figure)[1::2]
    for (x, y, w, h), (u, v, wide, high) in zip(left, right, strict=True):
        assert (v, wide, high) == (y, w, h)
        assert u == pytest.approx(figure.width - x - w)


def ways(figure, role):
    """The corners of the solid arrows of a colour, from their tail to their point's tip."""
    for g in ET.fromstring(figure.svg).iter(f"{SVG}g"):
        parts = g.findall(f"{SVG}path")
        if g.get("class") == role and len(parts) == 2 and parts[0].get("stroke-dasharray") is None:
            corners = [re.findall(r"[\d.]+", p.get("d")) for p in parts]
            way = np.array(corners[0], float).reshape(-1, 2)
            way[-1] = np.array(corners[1][:2], float)
            yield way


def test_every_arrow_has_a_mirror_image_that_points_the_other_way():
    figure = mirrored_graph(network())
    down, up = list(ways(figure, "forward")), list(ways(figure, "backward"))
    assert len(down) == len(up) == 8
    for there, back in zip(down, up, strict=True):
        np.testing.assert_allclose(back[::-1], [figure.width, 0] + there * [-1, 1], atol=0.01)


def test_arrows_begin_and_end_at_the_boxes_they_join():
    trace = network()
    figure, order = mirrored_graph(trace), found(trace)
    left = rects(figure)[::2]
    ends = []
    for way in ways(figure, "forward"):
        (px, py), (qx, qy) = way[0], way[-1]
        below = [i for i, (x, y, w, h) in enumerate(left) if px == x + w / 2 and py == y + h]
        beside = [i for i, (x, y, _, h) in enumerate(left) if px == x and y < py < y + h]
        above = [i for i, (x, y, w, _) in enumerate(left) if qx == x + w / 2 and qy == y]
        into = [i for i, (x, y, _, h) in enumerate(left) if qx == x and y < qy < y + h]
        touched = below + beside + above + into
        ends.append(tuple(touched))
    wanted = [(i, k) for k, node in enumerate(order) for i in node.inputs]
    assert sorted(ends) == sorted(wanted)


def test_lanes_side_by_side_do_not_share_a_stretch():
    wires = [w for w in Mirror(found()).wires if w.lane]
    for i, one in enumerate(wires):
        for other in wires[:i]:
            apart = one.head <= other.tail or other.head <= one.tail
            assert apart or one.lane != other.lane


@pytest.mark.parametrize("trace", [network(), network(1, 2, 3, 1), deep(6)])
def test_it_fits_a_phone(trace):
    phone, smallest = 312, 14
    assert smallest * phone / mirrored_graph(trace).width > 11


def test_kept_values_cross_the_middle_dashed():
    dashed = re.findall(
        r'd="M(\S+) (\S+)L(\S+) (\S+)"[^>]*dasharray', mirrored_graph(network()).svg
    )
    assert len(dashed) == sum(map(len, KEPT.values()))
    starts, ends = np.array(dashed, float)[:, 0], np.array(dashed, float)[:, 2]
    assert np.ptp(starts) == 0
    assert (ends - starts <= MIDDLE).all()


# What is refused


def test_a_trace_without_names_is_refused():
    steps = [
        Step("x", "variable", (), 2.0, (), 1.0, "x"),
        Step("v1", "sin", (0,), 0.5, (1.0,), 1.0, "sin(x)"),
    ]
    with pytest.raises(ShapeError) as caught:
        mirrored_graph(Trace(steps))
    assert str(caught.value) == (
        "mirrored_graph: trace names 2 of its steps, expected names for what is to be drawn. "
        'Name them: (X @ W.T + b).named("z1").'
    )


def test_what_is_no_trace_is_refused():
    with pytest.raises(ShapeError, match=r"^mirrored_graph: trace is a list, expected a recorded"):
        mirrored_graph([1.0])


def test_a_forward_trace_is_refused():
    steps = [step._replace(adjoint=None) for step in network().steps]
    with pytest.raises(ShapeError) as caught:
        mirrored_graph(Trace(steps))
    assert str(caught.value) == (
        "mirrored_graph: X has no adjoint, expected both halves. "
        "Record it with backward=True: autodiff.trace(f)."
    )
