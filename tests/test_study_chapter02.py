"""Wrong answers that a student gives to the exercises of chapter 2, each with what it must get."""

import math
import re

import numpy as np
import pytest

from backprop.study import algorithm, check, expression, function, graphs, watch
from backprop.symbolic import cos, exp, log, sin

CIRCUIT = {"s": -3.0, "x": 15.0, "y": -6.0, "z": -3.0, "w": -4.0}
COUNTS = {"paths": 4096, "path by path": 94208, "one sweep": 46}


def circuit(**wrong):
    return CIRCUIT | wrong


def counts(paths=4096, path_by_path=94208, one_sweep=46):
    return dict(zip(COUNTS, (paths, path_by_path, one_sweep), strict=True))


def slopes(**wrong):
    """Return the six local slopes, of which some are wrong."""
    right = {
        "product": lambda x, y: x,
        "quotient": lambda x, y: -x / y**2,
        "power": lambda x, y: 3 * x**2,
        "exponential": lambda x, y: exp(x),
        "logarithm": lambda x, y: 1 / x,
        "cosine": lambda x, y: -sin(x),
    }
    rules = (right | wrong).values()
    return lambda x, y: tuple(rule(x, y) for rule in rules)


def staged(slope=np.cos, twice=2.0, power=2, sign=-1.0, through_v=1.0, own=False, **change):
    """Return a backward pass of exercise 4; `change` holds what to multiply, or to leave out."""
    first, last = (1, 0) if own else (0, 1)

    def staged_backward(*given):
        x, y, s, u, v, df = given
        df = np.ones_like(df) if "no_df" in change else df
        du = df / (u if "numerator" in change else v)
        dv = sign * df * (1.0 if "no_u" in change else u) / v**power
        ds = du + through_v * (s * s if "s_squared" in change else twice * s) * dv
        arrives = {"du": du, "df": df, "ds": ds, "1": 1.0}
        sine = slope(x) * arrives[change.get("at_sine", "du")]
        return change.get("all", 1.0) * (ds * given[last] + sine), ds * given[first]

    return staged_backward


def entangled(both=1.0, slope=lambda u, v: 1 - v**2, direct=1.0, square=1.0, through=1.0, **change):
    """Return a backward pass of exercise 8, in which a part may be changed or left out."""

    def broken_backward(x, w, dy):
        dy = np.ones_like(dy) if "no_dy" in change else dy
        u = w * x
        v = np.tanh(u)
        dv = u * dy
        du = square * v * dy + through * both * slope(u, v) * dv
        dx = w * du + direct * (x if "direct_x" in change else dy)
        return change.get("all", 1.0) * dx, x * du

    return broken_backward


def added_afterwards(x, w, dy):
    u = w * x
    v = np.tanh(u)
    du = v * dy
    dx, dw = w * du + dy, x * du
    du = du + (1 - v**2) * u * dy
    return dx + w * du, dw + x * du


def added_up(backward):
    return lambda *given: tuple(d.sum() for d in backward(*given))


def swapped(backward):
    return lambda *given: backward(*given)[::-1]


def visiting(needs):
    """Return an order, depth first."""
    found = []

    def visit(node):
        for needed in needs[node]:
            visit(needed)
        if node not in found:
            found.append(node)

    for node in needs:
        visit(node)
    return found


def rounds(needs):
    """Return an order, round after round."""
    found = []
    while len(found) < len(needs):
        found += [
            n for n in needs if n not in found and all(before in found for before in needs[n])
        ]
    return found


def every_visit(needs):
    found = []

    def visit(node):
        for needed in needs[node]:
            visit(needed)
        found.append(node)

    for node in needs:
        visit(node)
    return found


def breadth_first(needs):
    """Return the nodes by the number of arrows on the shortest way from an input."""
    found = [node for node in needs if not needs[node]]
    for node in found:
        found += [n for n in needs if node in needs[n] and n not in found]
    return found


def from_the_last(needs):
    """Return only what the first node needs."""
    found = []

    def visit(node):
        for needed in needs[node]:
            visit(needed)
        if node not in found:
            found.append(node)

    visit(list(needs)[-1])
    return found


RULES = {
    "input": lambda value: [],
    "add": lambda value, x, y: [1.0, 1.0],
    "mul": lambda value, x, y: [y, x],
    "sin": lambda value, x: [math.cos(x)],
    "exp": lambda value, x: [value],
}


def sweep(assign=False, seed=1.0, places=reversed, upstream=True, **rules):
    """Return a backward sweep, written apart from the one in the package."""

    def backward(steps):
        adjoints = dict.fromkeys(range(len(steps)), 0.0)
        adjoints[len(steps) - 1] = seed
        for k in places(range(len(steps))):
            operation, inputs, value = steps[k]
            local = (RULES | rules)[operation](value, *(steps[i][2] for i in inputs))
            arrived = adjoints[k] if upstream else 1.0
            for i, slope in zip(inputs, local, strict=True):
                adjoints[i] = arrived * slope + (0.0 if assign else adjoints[i])
        return list(adjoints.values())

    return backward


def changing(steps):
    adjoints = sweep()(steps)
    steps.clear()
    return adjoints


def loop(a2=1, a1=1, a0=1, w=1, s=1, s3=1):
    """Return the slope in the shared weight; what is 0 is left out."""

    def dw_of_loop(W, A0, A1, A2, S1, S2, S3, d):
        weight = W if w else 1
        step1, step2 = (S1, S2) if s else (1, 1)
        last = S3 if s3 else 1
        return d * last * (a2 * A2 + weight * step2 * (a1 * A1 + weight * step1 * A0 * a0))

    return dw_of_loop


def radians(degrees):
    return degrees * math.pi / 180


WRONG = [
    ("chain-1", "upstream forgotten", circuit(s=1.0)),
    ("chain-1", "value for slope", circuit(s=-10.0)),
    ("chain-1", "another value", circuit(s=-4.0)),
    ("chain-1", "own input", circuit(x=-6.0)),
    ("chain-1", "upstream forgotten", circuit(x=-5.0)),
    ("chain-1", "value for slope", circuit(x=2.0)),
    ("chain-1", "local slope forgotten", circuit(x=-3.0)),
    ("chain-1", "local slope forgotten", circuit(y=-3.0)),
    ("chain-1", "local slope forgotten", circuit(w=1.0)),
    ("chain-1", "value of the result", circuit(w=12.0)),
    ("chain-1", "another value", circuit(z=-4.0)),
    ("chain-1", "added along the path", circuit(x=-8.0)),
    ("chain-1", "own input", circuit(y=15.0)),
    ("chain-1", "upstream forgotten", circuit(y=2.0)),
    ("chain-1", "value for slope", circuit(y=-5.0)),
    ("chain-1", "added along the path", circuit(y=-1.0)),
    ("chain-1", "upstream forgotten", circuit(z=1.0)),
    ("chain-1", "value for slope", circuit(z=6.0)),
    ("chain-1", "multiplied by the value", circuit(z=-18.0)),
    ("chain-1", "own input", circuit(w=-3.0)),
    ("chain-1", "another value", circuit(w=-10.0)),
    ("chain-1", "sign", circuit(x=-15.0)),
    ("chain-1", "unfinished", circuit(z=...)),
    ("chain-1", "no dict", -3.0),
    ("chain-2", "own input", slopes(product=lambda x, y: y)),
    ("chain-2", "slope in the other input", slopes(quotient=lambda x, y: 1 / y)),
    ("chain-2", "numerator forgotten", slopes(quotient=lambda x, y: -1 / y**2)),
    ("chain-2", "square forgotten", slopes(quotient=lambda x, y: -x / y)),
    ("chain-2", "sign", slopes(quotient=lambda x, y: x / y**2)),
    ("chain-2", "power kept", slopes(power=lambda x, y: 3 * x**3)),
    ("chain-2", "power fallen twice", slopes(power=lambda x, y: 3 * x)),
    ("chain-2", "factor forgotten", slopes(power=lambda x, y: x**2)),
    ("chain-2", "power rule", slopes(exponential=lambda x, y: x * exp(x - 1))),
    ("chain-2", "one over the logarithm", slopes(logarithm=lambda x, y: 1 / log(x))),
    ("chain-2", "sign", slopes(cosine=lambda x, y: sin(x))),
    ("chain-2", "value for slope", slopes(cosine=lambda x, y: cos(x))),
    ("chain-3", "upstream forgotten", "b"),
    ("chain-3", "value for slope", "c"),
    ("chain-3", "minus lost", "d"),
    ("chain-4", "sine for cosine", staged(slope=np.sin)),
    ("chain-4", "one factor of a square", staged(twice=1.0)),
    ("chain-4", "square of the denominator lost", staged(power=1)),
    ("chain-4", "sign of the quotient", staged(sign=1.0)),
    ("chain-4", "numerator forgotten", staged(no_u=True)),
    ("chain-4", "square for its slope", staged(s_squared=True)),
    ("chain-4", "df at the sine", staged(at_sine="df")),
    ("chain-4", "ds at the sine", staged(at_sine="ds")),
    ("chain-4", "paths subtracted", staged(slope=lambda x: -np.cos(x))),
    ("chain-4", "own input", staged(own=True)),
    ("chain-4", "du forgotten at the sine", staged(at_sine="1")),
    ("chain-4", "upstream forgotten", staged(no_df=True)),
    ("chain-4", "sign", staged(all=-1.0)),
    ("chain-4", "gradient of something else", swapped(staged())),
    ("chain-4", "one path only", staged(through_v=0.0)),
    ("chain-4", "one path only", staged(slope=np.zeros_like)),
    ("chain-4", "another quantity", staged(numerator=True)),
    ("chain-4", "added up to one number", added_up(staged())),
    ("chain-4", "nothing", lambda x, y, s, u, v, df: print(end="")),
    ("chain-5", "path missing", 4.9093),
    ("chain-5", "path missing", 3.1677),
    ("chain-5", "path missing", 0.0770),
    ("chain-5", "one arrow of the square", 2.0770),
    ("chain-5", "last path only", 4.0),
    ("chain-5", "product of slopes", 3.5839),
    ("chain-5", "sign of the sine", 5.7416),
    ("chain-5", "factor forgotten", 4.4932),
    ("chain-5", "value for slope", 5.8186),
    ("chain-5", "degrees", 6.0337),
    ("chain-6", "added over the diamonds", counts(paths=24)),
    ("chain-6", "squared", counts(paths=144)),
    ("chain-6", "one diamond more", counts(paths=2**13)),
    ("chain-6", "one diamond less", counts(paths=2**11)),
    ("chain-6", "arrows counted", counts(paths=48)),
    ("chain-6", "one per slope", counts(path_by_path=4096 * 24)),
    ("chain-6", "one per path", counts(path_by_path=4096)),
    ("chain-6", "one path", counts(path_by_path=23)),
    ("chain-6", "one per diamond", counts(path_by_path=4096 * 12)),
    ("chain-6", "half the arrows", counts(path_by_path=4096 * 11)),
    ("chain-6", "seed multiplied", counts(one_sweep=48)),
    ("chain-6", "one seed multiplied", counts(one_sweep=47)),
    ("chain-6", "one path", counts(one_sweep=23)),
    ("chain-6", "two per diamond", counts(one_sweep=24)),
    ("chain-6", "paths counted", counts(one_sweep=4096)),
    ("chain-7", "a node twice", every_visit),
    ("chain-7", "a node missing", from_the_last),
    ("chain-7", "reversed", lambda needs: visiting(needs)[::-1]),
    ("chain-7", "by name", sorted),
    ("chain-7", "as given", lambda needs: list(needs)),
    ("chain-7", "by the shortest way", breadth_first),
    ("chain-7", "another form", lambda needs: [0, 1]),
    ("chain-7", "another form", lambda needs: "abcd"),
    ("chain-8", "slope of tanh at u", entangled(slope=lambda u, v: 1 - u**2)),
    ("chain-8", "counted twice", entangled(both=2.0)),
    ("chain-8", "handed on twice", added_afterwards),
    ("chain-8", "one path only", entangled(through=0.0)),
    ("chain-8", "paths subtracted", entangled(through=-1.0)),
    ("chain-8", "upstream forgotten", entangled(no_dy=True)),
    ("chain-8", "sign", entangled(all=-1.0)),
    ("chain-8", "gradient of something else", swapped(entangled())),
    ("chain-8", "one path only", entangled(direct=0.0)),
    ("chain-8", "one path only", entangled(square=0.0)),
    ("chain-8", "another quantity", entangled(direct_x=True)),
    ("chain-8", "added up to one number", added_up(entangled())),
    ("chain-9", "overwritten", sweep(assign=True)),
    ("chain-9", "own input", sweep(mul=lambda value, x, y: [x, y])),
    ("chain-9", "sine for cosine", sweep(sin=lambda value, x: [math.sin(x)])),
    ("chain-9", "cosine of the output", sweep(sin=lambda value, x: [math.cos(value)])),
    ("chain-9", "exponential of the output", sweep(exp=lambda value, x: [math.exp(value)])),
    ("chain-9", "divided at a sum", sweep(add=lambda value, x, y: [0.5, 0.5])),
    ("chain-9", "sine left out", sweep(sin=lambda value, x: [0.0])),
    ("chain-9", "exponential left out", sweep(exp=lambda value, x: [0.0])),
    ("chain-9", "upstream forgotten", sweep(upstream=False)),
    ("chain-9", "no seed", sweep(seed=0.0)),
    ("chain-9", "first to last", sweep(places=iter)),
    ("chain-9", "changes input", changing),
    ("chain-9", "another form", lambda steps: [1.0]),
    ("chain-9", "nothing", lambda steps: print(end="")),
    ("chain-9", "raises", lambda steps: steps["last"]),
    ("chain-10", "last use only", loop(a1=0, a0=0)),
    ("chain-10", "first use only", loop(a2=0, a1=0)),
    ("chain-10", "first use forgotten", loop(a0=0)),
    ("chain-10", "weights forgotten", loop(w=0)),
    (
        "chain-10",
        "one weight forgotten",
        lambda w, a0, a1, a2, s1, s2, s3, d: d * s3 * (a2 + w * s2 * (a1 + s1 * a0)),
    ),
    ("chain-10", "activations' slopes forgotten", loop(s=0, s3=0)),
    ("chain-10", "one slope forgotten", loop(s3=0)),
    ("chain-10", "upstream forgotten", lambda *given: loop()(*given[:-1], 1)),
    ("chain-10", "weight multiplied in", lambda w, *rest: w * loop()(w, *rest)),
    (
        "chain-10",
        "straight to the cost",
        lambda w, a0, a1, a2, s1, s2, s3, d: d * (s3 * a2 + s2 * a1 + s1 * a0),
    ),
]


ANOTHER_WAY = [
    ("chain-1", {name: np.float32(number) for name, number in CIRCUIT.items()}),
    ("chain-1", CIRCUIT | {"t": -3.0}),
    ("chain-2", slopes(quotient=lambda x, y: -(x / y) / y, power=lambda x, y: x * x * 3)),
    ("chain-3", "(A)"),
    ("chain-4", staged()),
    ("chain-5", 4.07700),
    ("chain-5", math.sin(2) + 2 * math.cos(2) + 4),
    ("chain-6", COUNTS),
    ("chain-7", visiting),
    ("chain-7", rounds),
    ("chain-7", lambda needs: tuple(visiting(dict(reversed(needs.items()))))),
    ("chain-8", entangled()),
    ("chain-8", lambda x, w, dy: another_entangled(x, w, dy)),
    ("chain-9", sweep()),
    ("chain-9", lambda steps: np.array(sweep()(steps))),
    ("chain-9", lambda steps: path_sums(steps)),
    ("chain-10", loop()),
    (
        "chain-10",
        lambda w, a0, a1, a2, s1, s2, s3, d: (
            d * s3 * a2 + d * s3 * w * s2 * a1 + d * s3 * w**2 * s2 * s1 * a0
        ),
    ),
]


def another_entangled(x, w, dy):
    """Use that the slope of u tanh u is tanh u + u / cosh² u."""
    slope = np.tanh(w * x) + w * x / np.cosh(w * x) ** 2
    return w * slope * dy + dy, x * slope * dy


def path_sums(steps):
    """Return the adjoints by walking every path."""

    def down(k):
        if k == len(steps) - 1:
            return 1.0
        total = 0.0
        for later, (operation, inputs, value) in enumerate(steps):
            for i, slope in zip(
                inputs, RULES[operation](value, *(steps[i][2] for i in inputs)), strict=True
            ):
                total += slope * down(later) if i == k else 0.0
        return total

    return [down(k) for k in range(len(steps))]


# ── the graphs themselves ─────────────────────────────────────────────────────────────────────


def nudged(rows, k, h):
    """Return the last value of a program whose step k is raised by h."""
    values = []
    for place, row in enumerate(rows):
        if isinstance(row, float):
            values.append(row)
        else:
            values.append(graphs.COMPUTE[row[0]](*(values[i] for i in row[1:])))
        values[-1] += h * (place == k)
    return values[-1]


@pytest.mark.parametrize("seed", range(4))
def test_the_sweep_that_judges_agrees_with_nudges(seed):
    rows = graphs.random_rows(np.random.default_rng(seed))
    adjoints = graphs.swept(graphs.built(rows))
    for k, adjoint in enumerate(adjoints):
        slope = (nudged(rows, k, 1e-5) - nudged(rows, k, -1e-5)) / 2e-5
        assert math.isclose(adjoint, slope, rel_tol=1e-5, abs_tol=1e-6)


def test_the_graphs_can_tell_every_mistake_from_every_other():
    """A mistake is named if it holds in all wrong cases; no two may hold in the same."""
    cases = [steps for (steps,) in graphs.programs(np.random.default_rng(0))]
    rows = graphs.backward.kind.wrong
    for row in rows:
        wrong_version = next(
            answer for id, name, answer in WRONG if (id, name) == ("chain-9", row.name)
        )
        results = [(wrong_version(steps), steps) for steps in cases]
        bad = [case for case in results if not graphs.backward.kind.accept(*case)]
        assert bad
        fits = [r.name for r in rows if all(r.answer(*case) for case in bad)]
        assert fits == [row.name]


def test_where_a_sweep_goes_wrong_without_a_known_mistake_is_said():
    report = check("chain-9", lambda steps: [2.0 * a for a in sweep()(steps)])
    assert "the adjoint of step 4 (add) is the first that is wrong" in repr(report)
    report = check("chain-9", sweep(mul=lambda value, x, y: [y, 2.0 * x]))
    assert "It is used by step 2 (mul)." in repr(report)
    assert "No known mistake" in repr(report)


def test_where_an_order_goes_wrong_without_a_known_mistake_is_said():
    report = check("chain-7", lambda needs: sorted(needs, reverse=True))
    assert "before" in repr(report)
    assert not report.mistakes


def test_a_fixed_number_of_rounds_orders_no_deep_graph():
    def by_depth(needs):
        depth = dict.fromkeys(needs, 0)
        for _ in range(10):
            for node in needs:
                depth[node] = 1 + max((depth[n] for n in needs[node]), default=0)
        return sorted(needs, key=depth.get)

    assert "before" in repr(check("chain-7", by_depth))


def test_where_a_formula_differs_is_said_in_plain_words():
    report = check("chain-2", slopes(product=lambda x, y: x * y))
    assert "It differs, for example, in the value at x = 2, y = 3" in repr(report)


def test_a_catalogue_s_mistake_sends_the_reader_to_no_later_chapter():
    for id, _, answer in WRONG:
        assert "chapter 2" in repr(check(id, answer)), id
        assert not re.search(r"chapter [3-9]", repr(check(id, answer))), id


# ── what an answer costs ──────────────────────────────────────────────────────────────────────

RUNNING = {id: answer for id, answer in reversed(ANOTHER_WAY) if callable(answer)}


@pytest.mark.parametrize("id", RUNNING)
def test_a_right_answer_takes_few_of_the_steps_that_it_may_take(monkeypatch, id):
    found = []

    class Counting(watch.Watch):
        def __init__(self):
            super().__init__()
            found.append(self)

    for module in (algorithm, expression, function):
        monkeypatch.setattr(module, "Watch", Counting)
    assert check(id, RUNNING[id], solution=True).status == "right"
    (counted,) = found
    assert 0 < watch.STEPS - counted.left < watch.STEPS / 10


def endless(*arguments):
    while True:
        arguments = arguments


@pytest.mark.parametrize("id", RUNNING)
def test_an_endless_answer_is_stopped(id):
    assert check(id, endless).mistakes == ("endless",)
