"""The two exercises of chapter 2 in which a program walks a graph: in order, and backward."""

import math
import operator

from backprop.check.diagnosis import listed
from backprop.study.algorithm import Algorithm, list_of_numbers, same, version
from backprop.study.exercise import Exercise, Wrong
from backprop.study.places02 import CHAPTER, CODE, FORK, GATES, OPENING, ORDER
from backprop.study.words import kind, shown

# ── 7 · an order ──────────────────────────────────────────────────────────────────────────────

DIAMOND = {"d": ["b", "c"], "b": ["a"], "c": ["a"], "a": []}
SHORTCUT = {"e": ["a", "d"], "c": ["b"], "d": ["c"], "b": ["a"], "a": []}
# Deep, so that going over the nodes a fixed number of times is not enough.
DEEP = {f"n{k}": [f"n{k - 1}"] if k else [] for k in reversed(range(15))}


def random_needs(rng):
    """Return a random graph: each node with the nodes it is computed from, in no order."""
    nodes = [f"v{number}" for number in rng.permutation(9)]
    needs = {
        node: [str(n) for n in rng.choice(nodes[:place], min(place, 2), replace=False)]
        for place, node in enumerate(nodes)
    }
    return {nodes[place]: needs[nodes[place]] for place in rng.permutation(len(nodes))}


def graphs(rng):
    """Return the graphs that an order is asked for."""
    return [(DIAMOND,), (SHORTCUT,), *((random_needs(rng),) for _ in range(5)), (DEEP,)]


def too_early(result, needs):
    """Return (a node, what it needs and does not find before it), or None."""
    done = set()
    for node in result:
        missing = [needed for needed in needs[node] if needed not in done]
        if missing:
            return node, missing[0]
        done.add(node)
    return None


def is_order(result, needs):
    """Tell whether every node is listed once, after all that it needs."""
    return sorted(result) == sorted(needs) and not too_early(result, needs)


def no_order(result, needs):
    """Return a sentence on what is no list of the nodes, or ''."""
    if not isinstance(result, (list, tuple)):
        return f"Your code returns {kind(result)}, expected a list of nodes."
    strange = [node for node in result if not isinstance(node, str) or node not in needs]
    if not strange:
        return ""
    nodes = listed(sorted(needs))
    return f"Your list holds {shown(strange[0])}; the nodes of this graph are {nodes}."


def where_early(result, needs):
    """Say where an order goes wrong."""
    node, missing = too_early(result, needs)
    return f"In the graph {needs} your list has {node} before {missing}, which it needs."


def distances(needs):
    """Return the number of arrows on the shortest way from an input to each node."""
    far = {}
    while len(far) < len(needs):
        for node, before in needs.items():
            if all(n in far for n in before):
                far[node] = 1 + min(far[n] for n in before) if before else 0
    return far


def by_distance(result, needs):
    """Tell whether the nodes are listed by their shortest way from an input."""
    far = distances(needs)
    return [far[node] for node in result] == sorted(far.values())


order = Exercise(
    id="chain-7",
    stars=2,
    title="In which order?",
    asks="an order in which the numbers of a graph can be computed",
    stub="""def order(needs):
    \"""Return the nodes in a list, every node after all that it needs.\"""
    ...""",
    kind=Algorithm(
        ("needs",),
        graphs,
        is_order,
        "Any such order will do. Read from its end it serves the backward sweep.",
        no_order,
        where_early,
        (
            Wrong(
                "a node twice",
                lambda result, needs: len(set(result)) < len(result),
                "A node stands in your list twice. It is computed once, however often it is used.",
                (ORDER,),
            ),
            Wrong(
                "a node missing",
                lambda result, needs: len(result) < len(needs),
                "Not every node is in your list.",
                (ORDER,),
            ),
            Wrong(
                "reversed",
                lambda result, needs: is_order(result[::-1], needs),
                "This is the order of the backward sweep: every node stands before what it needs.",
                (ORDER,),
            ),
            Wrong(
                "by name",
                lambda result, needs: list(result) == sorted(needs),
                "The nodes stand in the order of their names, which say nothing of what is needed.",
                (ORDER,),
            ),
            Wrong(
                "as given",
                lambda result, needs: list(result) == list(needs),
                "The nodes are listed as they were given; they are given in no order.",
                (ORDER,),
            ),
            Wrong(
                "by the shortest way",
                by_distance,
                "The nodes are listed by their shortest way from an input. A node with a short "
                "way may need one that has only long ones.",
                (ORDER,),
            ),
        ),
    ),
    hints=(
        "Which nodes can be computed at once? And when these are done, which ones then?",
        "Go round the nodes again and again; each time append those that are not in the list "
        "and whose needs all are.",
        "Or let a function visit a node: first it visits all that the node needs, then it appends "
        "the node, unless it has been visited before.",
    ),
    see=(ORDER,),
    chapter=CHAPTER,
)


# ── 9 · a backward sweep ──────────────────────────────────────────────────────────────────────


COMPUTE = {"add": operator.add, "mul": operator.mul, "sin": math.sin, "exp": math.exp}
SLOPES = {
    "input": lambda value: (),
    "add": lambda value, x, y: (1.0, 1.0),
    "mul": lambda value, x, y: (y, x),
    "sin": lambda value, x: (math.cos(x),),
    "exp": lambda value, x: (value,),
}
MISTAKEN = {
    "own input": {"mul": lambda value, x, y: (x, y)},
    "value for slope": {"sin": lambda value, x: (value,)},
    "slope at the output": {"exp": lambda value, x: (math.exp(value),)},
    "divided": {"add": lambda value, x, y: (0.5, 0.5)},
    "cosine of the output": {"sin": lambda value, x: (math.cos(value),)},
    "no sine": {"sin": lambda value, x: (0.0,)},
    "no exponential": {"exp": lambda value, x: (0.0,)},
}


def built(rows):
    """Return steps with their values, from inputs (numbers) and (operation, *positions)."""
    steps = []
    for row in rows:
        if isinstance(row, float):
            steps.append(("input", (), row))
            continue
        operation, *inputs = row
        value = COMPUTE[operation](*[steps[k][2] for k in inputs])
        steps.append((operation, tuple(inputs), value))
    return steps


FIXED = (
    (2.0, -3.0, ("mul", 0, 1), 0.5, ("add", 2, 3)),
    (1.5, ("sin", 0), -0.75, ("mul", 1, 2), ("exp", 3)),
    (0.75, ("mul", 0, 0), ("sin", 1), ("mul", 1, 2), ("add", 3, 0)),
    (0.5, -1.25, ("add", 0, 1), ("exp", 2), ("mul", 2, 3), ("sin", 0), ("mul", 5, 4)),
)


def random_rows(rng):
    """Return the rows of a random graph with three inputs and nine operations."""
    rows = [float(x) for x in rng.uniform(0.25, 1.0, size=3)]
    for operation in rng.permutation(["add", "mul", "sin", "mul", "add", "sin", "mul", "exp"]):
        many = 2 if operation in ("add", "mul") else 1
        last = [len(rows) - 1, *(int(k) for k in rng.integers(0, len(rows), size=many - 1))]
        rows.append((str(operation), *last))
    return rows


def programs(rng):
    """Return the graphs that a backward sweep is asked for."""
    return [(built(rows),) for rows in (*FIXED, *(random_rows(rng) for _ in range(4)))]


def swept(steps, slopes=None, overwrite=False, upstream=True, seed=1.0, forward=False):
    """Return the adjoint of every step; the options are mistakes."""
    rules, adjoints = SLOPES | (slopes or {}), [0.0] * len(steps)
    adjoints[-1] = seed
    places = range(len(steps)) if forward else reversed(range(len(steps)))
    for k in places:
        operation, inputs, value = steps[k]
        local = rules[operation](value, *[steps[i][2] for i in inputs])
        for i, slope in zip(inputs, local, strict=True):
            share = (adjoints[k] if upstream else 1.0) * slope
            adjoints[i] = share if overwrite else adjoints[i] + share
    return adjoints


def mistaken(**options):
    """Return what recognises a sweep with a mistake in it."""
    return version(lambda steps: swept(steps, **options))


def users(steps, place):
    """Say which steps use a step, or ''."""
    uses = [f"{k} ({step[0]})" for k, step in enumerate(steps) if place in step[1]]
    return f" It is used by step {listed(uses)}." if uses else ""


def first_wrong(result, steps):
    """Say at which step the adjoints go wrong, counted from the output."""
    pairs = list(zip(result, swept(steps), strict=True))
    place = max(k for k, (mine, wanted) in enumerate(pairs) if not same(mine, wanted))
    return (
        f"In a graph of {len(steps)} steps the adjoint of step {place} ({steps[place][0]}) is the "
        f"first that is wrong, seen from the output.{users(steps, place)}"
    )


backward = Exercise(
    id="chain-9",
    stars=3,
    title="A backward sweep of your own",
    asks="a function that differentiates any small program",
    stub="""def backward(steps):
    \"""Return the adjoints of all steps, a list of numbers.\"""
    ...""",
    kind=Algorithm(
        ("steps",),
        programs,
        lambda result, steps: same(result, swept(steps)),
        "One loop from the last step to the first, and one `+=`.",
        lambda result, steps: list_of_numbers(result, len(steps)),
        first_wrong,
        (
            Wrong(
                "overwritten",
                mistaken(overwrite=True),
                "Where a step is used twice the second share has replaced the first: `=` where "
                "`+=` belongs.",
                (FORK,),
            ),
            Wrong(
                "own input",
                mistaken(slopes=MISTAKEN["own input"]),
                "A multiplication hands back the value of the same input; it must be the other's.",
                (GATES,),
            ),
            Wrong(
                "sine for cosine",
                mistaken(slopes=MISTAKEN["value for slope"]),
                "The sine hands back its value where its slope belongs.",
                (GATES,),
            ),
            Wrong(
                "exponential of the output",
                mistaken(slopes=MISTAKEN["slope at the output"]),
                "The slope of the exponential is its value, which the step has stored already; the "
                "exponential was taken once more.",
                (GATES,),
            ),
            Wrong(
                "cosine of the output",
                mistaken(slopes=MISTAKEN["cosine of the output"]),
                "The cosine was taken of what the sine has made. It belongs at the sine's input.",
                (OPENING,),
            ),
            Wrong(
                "divided at a sum",
                mistaken(slopes=MISTAKEN["divided"]),
                "An addition has shared its adjoint out; each of its inputs gets all of it.",
                (GATES,),
            ),
            Wrong(
                "sine left out",
                mistaken(slopes=MISTAKEN["no sine"]),
                "Nothing comes back through the sines: that operation is left out.",
                (GATES,),
            ),
            Wrong(
                "exponential left out",
                mistaken(slopes=MISTAKEN["no exponential"]),
                "Nothing comes back through the exponentials: that operation is left out.",
                (GATES,),
            ),
            Wrong(
                "upstream forgotten",
                mistaken(upstream=False),
                "The local slopes are handed back alone, without what has arrived at the step.",
                (CODE,),
            ),
            Wrong(
                "no seed",
                mistaken(seed=0.0),
                "All adjoints are 0: the sweep needs a 1 at the last step to begin with.",
                (CODE,),
            ),
            Wrong(
                "first to last",
                mistaken(forward=True),
                "Only the last step has handed anything on. Does the loop begin at the first step, "
                "or return before it has come to its end?",
                (ORDER,),
            ),
        ),
    ),
    hints=(
        "Make a list of zeros, one per step, and put 1 at the end. Then visit the steps from the "
        "last to the first.",
        "`operation, inputs, value = steps[k]`; the values of the inputs are `steps[i][2]`.",
        "For every input i of step k: `adjoints[i] += adjoints[k] * slope`, where the slope is 1 "
        "for add, the other input for mul, the cosine of the input for sin, the step's own value "
        "for exp.",
    ),
    see=(CODE, ORDER),
    chapter=CHAPTER,
)
