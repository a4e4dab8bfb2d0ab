"""What the benchmarks measure is what they say; no peer is needed, and no time is asserted."""

import json
import platform
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from backprop import nn

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import (  # noqa: E402
    adam,
    by_hand,
    candidates,
    floor,
    goals,
    growth,
    memory,
    package,
    same,
    table,
    tape,
    timer,
)
from benchmarks.__main__ import PARTS  # noqa: E402
from benchmarks.networks import NETWORKS, Task  # noqa: E402

HERE = {"modules": package.modules, "buffers": package.buffers, "by hand": by_hand.batch}
SINGLE = {"singly": package.one_at_a_time, "singly, by hand": by_hand.one_at_a_time}
SMALL = Task((6, 5, 4, 3), "relu", 7)

# ── the same numbers first ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "dtype"), [*((name, "float32") for name in NETWORKS), ("B", "float64")]
)
def test_everybody_who_needs_numpy_alone_trains_the_same_network(name, dtype):
    makers = HERE | (SINGLE if name == "C" else {})
    losses, refused = same.judge(NETWORKS[name]._replace(dtype=dtype), makers, "modules")
    assert refused == {}
    assert losses == sorted(losses, reverse=True)  # and it is a training


def no_mean(task, lr):
    return by_hand.batch(task, lr * task.batch)


def after_the_update(task, lr):
    step = by_hand.batch(task, lr)
    step()
    return step


def another_start(task, lr):
    return by_hand.batch(OtherStart(*task), lr)


class OtherStart(Task):
    def weights(self):
        return [(1.001 * W, b) for W, b in super().weights()]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", "BC")
@pytest.mark.parametrize("wrong", [no_mean, after_the_update, another_start])
def test_a_peer_that_trains_another_network_is_refused_by_name(name, dtype, wrong):
    makers = {"by hand": by_hand.batch, "planted": wrong}
    _, refused = same.judge(NETWORKS[name]._replace(dtype=dtype), makers, "by hand")
    assert list(refused) == ["planted"]
    assert re.match(r"losses \[.*\], expected \[", refused["planted"])


@pytest.mark.parametrize("name", "BC")
def test_a_wrong_slope_is_refused(name, monkeypatch):
    task = NETWORKS[name]
    monkeypatch.setitem(by_hand.SLOPE, task.activation, np.ones_like)
    _, refused = same.judge(task, HERE | SINGLE, "modules")
    assert sorted(refused) == ["by hand", "singly, by hand"]


def test_losses_that_do_not_move_show_nothing(monkeypatch):
    monkeypatch.setattr(same, "LR", 1e-9)
    with pytest.raises(ValueError, match="the loss hardly moves"):
        same.judge(SMALL, HERE, "modules")


def test_who_cannot_be_imported_is_absent():
    rows = {"here": ("by_hand", "batch"), "nobody": ("no_such_peer", "step")}
    assert candidates.load(rows) == ({"here": by_hand.batch}, ["nobody"])


# ── what is measured ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [floor.preallocated, floor.fresh])
def test_the_floor_is_the_products_of_a_step_and_no_others(make, monkeypatch):
    step, found, dot = make(SMALL), [], np.dot

    def counted(a, b, **out):
        found.append((*a.shape, b.shape[1]))
        return dot(a, b, **out)

    monkeypatch.setattr(np, "dot", counted)
    step()
    N, sizes = 7, [(6, 5), (5, 4), (4, 3)]
    forward, weights = [(N, D, H) for D, H in sizes], [(H, N, D) for D, H in sizes]
    inputs = [(N, H, D) for D, H in sizes[1:]]  # nobody asks for the first layer's
    assert sorted(found) == sorted(forward + weights + inputs)


def test_every_candidate_has_as_many_rounds_and_a_burst_in_each():
    calls = {"a": [], "b": []}
    times = timer.alternate({name: lambda c=c: c.append(1) for name, c in calls.items()}, 0)
    assert [len(found) for found in times.values()] == [timer.LEAST, timer.LEAST]
    assert all(len(c) > timer.LEAST for c in calls.values())


def test_a_ratio_is_best_over_best_and_the_median_within_rounds():
    times = {"a": np.array([2.0, 4.0, 9.0]), "b": np.array([1.0, 4.0, 3.0])}
    assert timer.ratio(times, "a", "b") == [2.0, 2.0]
    assert timer.ratio(times, "b", "a") == [0.5, 0.5]
    assert timer.ratio({"a": times["a"][:2], "b": times["b"][:2]}, "a", "b") == [2.0, 1.5]
    assert timer.best(times) == {"a": 2e6, "b": 1e6}


def test_what_a_step_needs_is_parameters_gradients_and_activations():
    (X, y), net, cost = SMALL.data(), SMALL.network(), nn.SoftmaxCrossEntropy()
    cost(net(X), y)
    net.backward(cost.backward())
    kept = [*net.parameters().values(), *net.gradients().values(), *(net[k].A for k in (1, 3))]
    logits = X.itemsize * 7 * 3
    assert memory.needed(SMALL) == sum(array.nbytes for array in kept) + logits


def test_an_array_more_is_seen_in_the_peak():
    def wasteful(task, lr):
        step = by_hand.batch(task, lr)
        return lambda: (np.ones(1_000_000, np.uint8), step())[1]

    task = SMALL._replace(batch=64)
    more = memory.traced(wasteful, task) - memory.traced(by_hand.batch, task)
    assert 950_000 < more < 1_050_000  # the small arrays' peaks need not fall together


def test_the_batch_is_not_counted():
    def idle(task, lr):
        X, y = task.data()
        return lambda: (X, y)

    assert memory.traced(idle, SMALL._replace(batch=100_000)) < 10_000


def test_differences_are_the_gradient():
    (X, y), net, cost = SMALL._replace(dtype="float64").data(), None, nn.SoftmaxCrossEntropy()
    net = SMALL._replace(dtype="float64", activation="tanh").network()
    found = growth.differences(net, cost, X, y)
    cost(net(X), y)
    net.backward(cost.backward())
    exact = np.concatenate([dW.ravel() for dW in net.gradients().values()])
    # h² = 1e-10 and a rounding of the cost over h, 1e-11, times slopes of about 1.
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-8)


def test_the_slope_of_a_power_is_its_exponent():
    x = np.array([1.0, 2.0, 4.0, 8.0])
    assert growth.slope(x, 3 * x**1.5) == 1.5


def test_adam_is_the_textbooks_before_it_is_timed(monkeypatch):
    assert "backprop" in adam.measure("float32", 1, 0)["over backprop"]

    def wrong():
        step, parameters = adam.textbook(beta2=0.9)
        return step, lambda: [W + 1e-6 for W in parameters()]

    monkeypatch.setitem(adam.MAKERS, "planted", wrong)
    with pytest.raises(AssertionError, match="planted"):
        adam.measure("float32", 1, 0)


# ── the scalar tape ───────────────────────────────────────────────────────────────────────────


def test_tapes_agree_and_a_wrong_one_is_refused():
    def sloppy():
        step, gradients = tape.general()
        return step, lambda: [*gradients()[:-1], gradients()[-1] * (1 + 1e-9)]

    ours = {name: make for name, make in tape.MAKERS.items() if name != tape.MICROGRAD}
    steps, absent, refused = tape.judge({tape.GENERAL: tape.general, **ours, "planted": sloppy})
    assert (list(refused), absent) == (["planted"], [])
    assert steps.keys() == ours.keys()


def test_what_a_tape_leaves_behind_is_counted():
    class Knot:
        def __init__(self, value):
            self.itself = self  # a cycle, which reference counting cannot free

        def __mul__(self, other):
            return Knot(0)

        def backward(self):
            pass

    for name in (tape.GENERAL, tape.SCALARS):
        assert tape.facts(tape.variables()[name])["left to collect"] == 0
    assert tape.facts(lambda: Knot)["left to collect"] >= 100


def test_a_chain_that_is_too_long_is_said():
    class Deep:
        def __init__(self, value, inner=None):
            self.inner = inner

        def __mul__(self, other):
            return Deep(0, self)

        def backward(self):
            if self.inner:
                self.inner.backward()

    for name in (tape.GENERAL, tape.SCALARS):
        assert tape.survives(tape.variables()[name]) == tape.CHAIN
    assert tape.survives(lambda: Deep) < tape.CHAIN


# ── goals and tables ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def results():
    return table.stored()


def holds(goal, number):
    """Judge by what is written: '≤ 1.1'."""
    sense, bound = goal.replace(",", "").split()
    return number <= float(bound) if sense == "≤" else number >= float(bound)


def test_a_goal_is_judged_by_its_best_ratio():
    goal = goals.Goal("tape", "E", "≥", 5, goals.on_tape("x"))
    row = goal.judge({"tape": {"micrograd over": {"x": [5.2, 4.8]}}})
    assert (row["measured"], row["median"], row["reached"]) == (5.2, 4.8, True)
    row = goal.judge({"tape": {"micrograd over": {"x": [4.9, 5.1]}}})
    assert row["reached"] is False
    assert goal.judge({"tape": {"micrograd over": {}}})["reached"] is None


def test_the_stored_results_are_whole(results):
    assert results.keys() == {"machine", "goals", *PARTS}
    assert [row["key"] for row in results["goals"]] == [goal.key for goal in goals.GOALS]
    assert len({row["what"] for row in results["goals"]}) == len(results["goals"])
    assert len(results["widths"]) == 100
    assert len(results["steps"]) == len(NETWORKS) * 4


def test_the_stored_goals_follow_from_the_stored_numbers(results):
    assert results["goals"] == goals.judged(results)
    for row in results["goals"]:
        if row["measured"] is not None:
            assert row["reached"] == holds(row["goal"], row["measured"]), row["what"]


def test_the_stored_results_say_nothing_of_names_and_places(results):
    text = json.dumps(results, ensure_ascii=False)
    assert not re.search(r"/(?:home|root|usr|tmp|work)\b|\\\\", text)
    assert platform.node() not in text.split('"')


def test_nobody_was_left_out_of_the_stored_results(results):
    assert all(not r["refused"] and not r["absent"] for r in results["steps"])
    assert all(not r["refused"] for r in results["widths"])
    assert not results["tape"]["refused"]
    assert None not in results["machine"]["peers"].values()


def pins(path):
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", path.read_text("utf-8"), re.MULTILINE))


def test_the_peers_are_those_that_are_pinned(results):
    wanted, book = pins(ROOT / "benchmarks/requirements.txt"), pins(ROOT / "requirements.txt")
    found = results["machine"]["peers"] | {"numpy": results["machine"]["NumPy"]}
    assert {name: v.partition("+")[0] for name, v in found.items()}.items() <= wanted.items()
    shared = wanted.keys() & book.keys()
    assert shared == {"numpy", "scikit-learn", "threadpoolctl"}
    assert all(wanted[name] == book[name] for name in shared)


def appendix():
    """Return the Markdown of the appendix that shows the results."""
    found = json.loads((ROOT / "book/what_it_costs.ipynb").read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in found if c["cell_type"] == "markdown")


def test_the_appendix_names_every_goal_that_is_missed(results):
    missed = [row["what"] for row in results["goals"] if not row["reached"]]
    assert [what for what in missed if f"**{what}**" not in appendix()] == []


def test_a_table_aligns_its_numbers():
    assert (
        table.lines([["a", "b"], ["long", 1.0], ["c", None]])
        == "a        b\nlong  1.00\nc        –"
    )
    shown = [table.number(x) for x in (1.0834, 9.96, 12.345, 133.2, 100_000, 0.87, "x")]
    assert shown == ["1.08", "10.0", "12.3", "133", "100,000", "0.87", "x"]


def test_the_file_keeps_short_lists_on_a_line():
    text = json.dumps({"a": [1, 2], "b": {"c": list(range(99))}}, indent=1)
    short = table.compact(text)
    assert '"a": [ 1, 2 ]' in short
    assert json.loads(short) == json.loads(text)
