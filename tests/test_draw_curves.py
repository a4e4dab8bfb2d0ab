"""Curves, matrices and bars: at their places, in their colours, with the same numbers in words."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop.draw import Figure, Picture, curves, deltas, jacobian, layer_graph, matrix
from backprop.draw.panel import STROKES
from backprop.draw.scales import Scale, around
from backprop.draw.style import number
from backprop.errors import DtypeError, NotFiniteError, ShapeError

SVG = "{http://www.w3.org/2000/svg}"
X = np.linspace(-2.0, 3.0, 11)
J = np.array([[2.0, 0.0], [0.0, -1.5], [0.25, 1.0]])


def texts(figure):
    return ["".join(t.itertext()) for t in ET.fromstring(figure.svg).iter(f"{SVG}text")]


def lines(figure):
    """The curves: role, dashes, corners; without the samples of the legend."""
    for g in ET.fromstring(figure.svg).iter(f"{SVG}g"):
        for path in g.findall(f"{SVG}path"):
            corners = re.findall(r"-?[\d.]+", path.get("d"))
            if path.get("stroke-width") == "2.2" and "h" not in path.get("d"):
                points = np.array(corners, float).reshape(-1, 2)
                yield g.get("class"), path.get("stroke-dasharray"), points


# Curves


def test_a_curve_goes_through_its_points():
    ((_, _, points),) = lines(curves(X, {"y": X**3 - X}))
    x, y = points.T
    assert np.corrcoef(x, X)[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(y, X**3 - X)[0, 1] == pytest.approx(-1, abs=1e-4)  # up is less in SVG


def test_logarithmic_axes_make_a_line_of_a_power():
    x = np.array([1.0, 2.0, 8.0, 64.0, 100.0])
    ((_, _, points),) = lines(curves(x, {"y": 5 * x**3}, log=True))
    slopes = np.diff(points[:, 1]) / np.diff(points[:, 0])
    np.testing.assert_allclose(slopes, slopes[0], rtol=0.02)


def test_one_logarithmic_axis_makes_a_line_of_an_exponential():
    x = np.arange(1.0, 9.0)
    ((_, _, points),) = lines(curves(x, {"y": 3.0**x}, log="y"))
    slopes = np.diff(points[:, 1]) / np.diff(points[:, 0])
    np.testing.assert_allclose(slopes, slopes[0], rtol=0.02)


def test_curves_differ_in_colour_and_in_dashes():
    drawn = list(lines(curves(X, {name: X + i for i, name in enumerate("abcd")})))
    assert [role for role, *_ in drawn] == [role for role, _ in STROKES]
    assert len({dashes for _, dashes, _ in drawn}) == 4


def test_a_name_has_the_same_colour_in_every_panel():
    figure = curves(X, {"one": {"a": X, "slope": X**0}, "two": {"slope": X**0, "b": X}})
    assert [role for role, *_ in lines(figure)] == ["forward", "backward", "backward", "neutral"]
    assert texts(figure)[:3] == ["a", "slope", "b"]


def test_the_legend_names_several_curves_and_stays_away_from_one():
    assert texts(curves(X, {"a": X, "slope": X**2}))[:2] == ["a", "slope"]
    assert "a" not in texts(curves(X, {"a": X}))


def test_a_long_legend_is_broken():
    names = ["a name that is long", "another long name", "one more of them"]
    figure = curves(X, dict.fromkeys(names, X))
    samples = [
        p.get("d") for p in ET.fromstring(figure.svg).iter(f"{SVG}path") if "h28" in p.get("d")
    ]
    heights = [float(re.findall(r"[\d.]+", d)[1]) for d in samples]
    assert heights[0] < heights[-1]


def test_panels_stand_two_by_two_and_apart():
    figure = curves(X, {name: {"a": X} for name in "ABCDE"})
    boxes = [(*p.min(axis=0), *p.max(axis=0)) for _, _, p in lines(figure)]
    assert len({box[0] for box in boxes}) == 2
    assert len({box[1] for box in boxes}) == 3
    for i, (x, y, u, v) in enumerate(boxes):
        assert 0 < x < u < figure.width
        assert 0 < y < v < figure.height
        assert not any(x < c and a < u and y < d and b < v for a, b, c, d in boxes[:i])


def test_the_table_holds_the_curves_at_a_few_places():
    words = str(curves(X, {"y": X**2}, xlabel="z"))
    assert words.splitlines() == [
        "Curves over z: y.",
        "x  −2  −1  0  1  2  3",
        "y   4   1  0  1  4  9",
    ]


def test_names_of_axes_are_shown():
    shown = texts(curves(X, {"y": X}, xlabel="width", ylabel="products"))
    assert {"width", "products"} <= set(shown)


def test_a_flat_curve_has_an_axis_too():
    for log in (False, True):
        ((_, _, points),) = lines(curves(X + 3, {"y": X**0 * 5}, log=log))
        assert np.ptp(points[:, 1]) == 0


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(3, 9))
def test_ticks_are_few_inside_and_evenly_apart(low, size, most):
    ticks = Scale(low, low + size, 0, 100).ticks(most)
    assert 1 <= len(ticks) <= most
    assert all(low - 1e-6 * size <= tick <= low + size * (1 + 1e-6) for tick in ticks)
    np.testing.assert_allclose(np.diff(ticks, 2), 0, atol=1e-6 * size)


@given(st.floats(1e-9, 1e9), st.floats(10, 1e9), st.integers(2, 9))
def test_ticks_of_a_logarithmic_axis_are_powers_of_ten(low, ratio, most):
    axis = Scale(low, low * ratio, 0, 100, log=True)
    ticks = axis.ticks(most)
    assert 1 <= len(ticks) <= most
    assert all(np.log10(tick) == pytest.approx(round(np.log10(tick))) for tick in ticks)


def test_numbers_beside_a_logarithmic_axis_are_what_they_say():
    axis = Scale(1e-4, 1e6, 0, 100, log=True)
    ticks = (1e-4, 0.1, 1.0, 10.0, 64.0, 100.0, 128.0, 1e6)
    assert [axis.name(t) for t in ticks] == ["10⁻⁴", "0.1", "1", "10", "64", "10²", "128", "10⁶"]


def test_axes_leave_room_around_the_values():
    low, high = around([2.0, 4.0], False)
    assert low < 2 < 4 < high
    assert around([3.0], True) == (1.5, 6.0)


# Matrices


def test_a_matrix_shows_every_number_and_a_dot_for_zero():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(4, 3))
    assert texts(matrix(A)) == [number(v) for v in A.flat]
    assert texts(matrix(J)) == ["2", "−1.5", "0.25", "1"]
    assert matrix(J).svg.count("<circle") == 2


def test_rows_and_columns_have_their_names():
    shown = texts(matrix(J, rows=["one", "two", "three"], columns=["a", "b"]))
    assert {"one", "two", "three", "a", "b"} <= set(shown)


def test_a_jacobian_names_its_outputs_and_inputs():
    assert str(jacobian(J, letters=("p", "z"))).splitlines() == [
        "Jacobian ∂p/∂z: 3 × 2, 4 of 6 entries are not zero.",
        "      z₁    z₂",
        "p₁     2     0",
        "p₂     0  −1.5",
        "p₃  0.25     1",
    ]
    assert {"p1", "p3", "z1", "z2"} <= set(texts(jacobian(J, letters=("p", "z"))))


def test_several_matrices_stand_side_by_side_as_far_as_a_phone_is_wide():
    figure = jacobian({"first": J, "second": J.T, "third": np.ones((6, 6)) / 3})
    assert {"first", "second", "third"} <= set(texts(figure))
    assert 15 * 312 / figure.width > 11  # its smallest type
    frames = [
        rect for rect in ET.fromstring(figure.svg).iter(f"{SVG}rect") if rect.get("fill") == "none"
    ]
    places = [tuple(float(f.get(a)) for a in ("x", "y", "width", "height")) for f in frames]
    assert len({y for _, y, _, _ in places}) == 2  # two beside each other, one below
    for i, (x, y, w, h) in enumerate(places):
        for u, v, wide, high in places[:i]:
            assert x >= u + wide or u >= x + w or y >= v + high or v >= y + h


def test_a_large_matrix_is_a_picture_that_counts_its_entries():
    wide = np.eye(9, 12)
    made = jacobian(wide)
    assert isinstance(made, Picture)
    assert isinstance(jacobian(J), Figure)
    assert str(made) == "Jacobian ∂y/∂x: 9 × 12, 9 of 108 entries are not zero."
    assert made.png.startswith(b"\x89PNG")


# δ per layer


def bars(figure):
    rects = list(ET.fromstring(figure.svg).iter(f"{SVG}rect"))[1:]
    return [float(r.get("width")) for r in rects]


def test_bars_are_as_long_as_the_norms_the_last_layer_on_top():
    figure = deltas({"δ_1": 1.0, "δ_2": [3.0, -4.0], "δ_3": np.full((2, 2), 0.5)})
    one, five, first = bars(figure)
    assert (one / five, first) == (pytest.approx(0.2, abs=0.01), one)
    assert str(figure).splitlines()[1:] == ["δ₃  1", "δ₂  5", "δ₁  1"]


def test_norms_far_apart_are_drawn_on_a_logarithmic_scale():
    figure = deltas({f"δ_{i}": 10.0**-i for i in range(1, 6)})
    np.testing.assert_allclose(np.diff(bars(figure)), np.diff(bars(figure))[0], atol=0.2)
    assert figure.label.endswith("lengths are logarithmic from 1e−06.")


def test_a_vanished_gradient_has_no_bar():
    assert bars(deltas({"δ_1": 0.0, "δ_2": 1.0}))[1] == 0
    assert bars(deltas({"δ_1": 0.0, "δ_2": 1.0, "δ_3": 1e-9}))[2] == 0
    assert bars(deltas({"δ_1": 0.0})) == [0]


# Other letters on the graph of a layer


def test_the_graph_of_a_map_has_its_letters_and_calls_itself_a_map():
    figure = layer_graph(J, [1.0, -2.0, 0.5], source=1, letters=("u", "y"))
    assert str(figure).startswith("Graph of a map: slopes multiply")
    assert "u₂ → y₃ → C: 1 × 0.5 = 0.5" in str(figure).splitlines()
    assert {"∂yj/∂uk", "∂C/∂yj"} <= set(texts(figure))


# What is refused


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6))
def test_all_small_matrices_fit_a_phone(M, N):
    figure = matrix(np.full((M, N), -0.125))
    assert 15 * min(1, 312 / figure.width) > 11


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: curves(X, {}),
            ShapeError,
            "curves: curves is a dict of 0, expected a dict of 1 to 4 curves. "
            'Give every curve its name: {"training": history.cost}.',
        ),
        (
            lambda: curves(X, X),
            ShapeError,
            "curves: curves is a ndarray, expected a dict of 1 to 4 curves. "
            'Give every curve its name: {"training": history.cost}.',
        ),
        (
            lambda: curves(X, {"a": X[:-1]}),
            ShapeError,
            "curves: a has shape (10,), expected (11,). A curve has one number for every x.",
        ),
        (
            lambda: curves(X[::-1], {"a": X}),
            ShapeError,
            "curves: x does not increase, expected two numbers or more, increasing. "
            "Make it with np.linspace, or np.geomspace for a logarithmic axis.",
        ),
        (
            lambda: curves(X, {"a": X}, log=True),
            ShapeError,
            "curves: x does not increase from a positive number, expected two numbers or more, "
            "increasing. Make it with np.linspace, or np.geomspace for a logarithmic axis.",
        ),
        (
            lambda: curves(X, {"a": X}, log="y"),
            NotFiniteError,
            "curves: a is −2, expected positive numbers on a log scale. Leave log=True out.",
        ),
        (
            lambda: curves(X, {"a": X}, log="x"),
            ShapeError,
            "curves: log is 'x', expected True, False or 'y'. "
            'log="y" makes the upright axis logarithmic.',
        ),
        (
            lambda: curves(X, {"a": np.where(X > 0, X, np.nan)}),
            NotFiniteError,
            "curves: a is nan at [0], expected finite numbers. ",
        ),
        (
            lambda: curves(X, {f"panel {i}": {"a": X} for i in range(9)}),
            ShapeError,
            "curves: given is a dict of 9, expected up to 8 panels. Show fewer.",
        ),
        (
            lambda: matrix([1.0, 2.0]),
            ShapeError,
            "matrix: A has shape (2,), expected (M, N). ",
        ),
        (
            lambda: matrix({}),
            ShapeError,
            "matrix: A is an empty dict, expected one matrix or more. Give it one.",
        ),
        (
            lambda: matrix(J, rows=["one"]),
            ShapeError,
            "matrix: rows has 1 names, expected 3. One for each of the 3 rows.",
        ),
        (
            lambda: jacobian({"mine": np.ones((2, 2), int)}),
            DtypeError,
            "jacobian: mine has dtype int64, expected float32 or float64. ",
        ),
        (
            lambda: deltas({}),
            ShapeError,
            "deltas: sizes is a dict of 0, expected a dict of 1 to 24 layers. "
            'Give every layer its name: {"δ_1": 0.25}.',
        ),
        (
            lambda: deltas(3.0),
            ShapeError,
            "deltas: sizes is a float, expected a dict of 1 to 24 layers. "
            'Give every layer its name: {"δ_1": 0.25}.',
        ),
        (
            lambda: deltas({"δ_1": -1.0}),
            NotFiniteError,
            "deltas: δ_1 is −1, expected a norm, at least 0. "
            "Give the norm, or δ itself as an array.",
        ),
    ],
)
def test_bad_input_gets_a_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)
