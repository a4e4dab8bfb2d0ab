"""Every way to make a mistake of the catalogue in a formula: at one place, or at all of them.

Used by the exercises of every chapter.
"""

from typing import NamedTuple

from backprop.check.changes import Scene, made
from backprop.check.formula import Formula
from backprop.check.mistakes import Mistake


class Step(NamedTuple):
    """One mistake at its place.

    Attributes
    ----------
    mistake : Mistake
    slots : dict of str to str
        What fills its sentence.
    changes : dict of Formula to Formula
        Which nodes it replaces.
    """

    mistake: Mistake
    slots: dict
    changes: dict


class Place(NamedTuple):
    """A node, the name of what it computes or is part of, and who holds it: (node, which part)."""

    node: Formula
    here: str
    holders: tuple


def places(formula, it):
    """Return the places in a formula, each node once, from the root down."""
    queue, holders = [(formula, it)], {formula: []}
    for node, here in queue:
        inner = node.name if node.name and node.parts else here
        for i, part in enumerate(node.parts):
            if part not in holders:
                queue.append((part, inner))
            holders.setdefault(part, []).append((node, i))
    return [Place(node, _within(node, here), tuple(holders[node])) for node, here in queue]


def _within(node, here):
    return node.name if node.name and node.parts else here


def steps(mistakes, it, recipe, given, *, wide):
    """Yield (rank, Step) for every row at every place, and at all places at once.

    Parameters
    ----------
    mistakes : list of (int, Mistake)
        The rows with their ranks.
    it : str
        The answer in question.
    recipe : dict of str to Formula
    given : dict of str to tuple of int
        The arrays that there are, and their shapes.
    wide : bool
        For "all places", look into the formulas of the other answers too.
    """
    scene = Scene(it, recipe[it], recipe, given)
    own = {place.node: place for place in places(recipe[it], it)}
    all_of_them = (
        [p for name in recipe for p in places(recipe[name], name)] if wide else own.values()
    )
    others = {place.node: place for place in all_of_them if place.node not in own}
    shared = _shared(all_of_them)
    order = list(dict.fromkeys(place.here for place in all_of_them))
    for rank, mistake in mistakes:
        found = _made(mistake, own.values(), scene)
        for step in _alone(mistake, found, shared):
            yield rank, step
        if found and not mistake.general:
            found += _made(mistake, others.values(), scene)
            for step in _everywhere(mistake, found, order):
                yield rank, step


def _shared(all_of_them):
    """Return the quantities that stand in more than one place."""
    held = {}
    for place in all_of_them:
        held.setdefault(place.node, set()).update(place.holders)
    return {node for node, holders in held.items() if len(holders) > 1 and not node.parts}


def _made(mistake, places, scene):
    """Return (place, what can be done there) for the places to which a row applies."""
    found = [(place, made(mistake.change, place.node, scene)) for place in places]
    return [row for row in found if row[1]]


def _alone(mistake, found, shared):
    """Yield the steps that change one place, and a quantity in one of its several places."""
    for place, changes in found:
        for new, slots in changes:
            slots = {"here": place.here, **slots}
            yield Step(mistake, slots, {place.node: new})
            if place.node in shared:
                for holder, i in place.holders:
                    parts = [new if i == j else part for j, part in enumerate(holder.parts)]
                    yield Step(mistake, slots, {holder: holder.with_parts(parts)})


def _everywhere(mistake, found, order):
    """Yield the steps that change all places at once, in one of the ways that there are."""
    for way in range(max(len(changes) for _, changes in found)):
        rows = [(place, changes[way]) for place, changes in found if len(changes) > way]
        if len(rows) > 1:
            heres = sorted({place.here for place, _ in rows}, key=order.index)
            parts = dict.fromkeys(slots["part"] for _, (_, slots) in rows if "part" in slots)
            slots = {"here": listed(heres), "part": listed(parts), "places": heres}
            yield Step(mistake, slots, {place.node: new for place, (new, _) in rows})


def listed(names):
    """Join names as a sentence does.

    Examples
    --------
    >>> listed(["dX"]), listed(["dX", "dW", "db"])
    ('dX', 'dX, dW and db')
    """
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
