"""The results as text: what the program prints, and the book's appendix shows."""

import json
import re
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
INNERMOST = re.compile(r"[\[{][^\[\]{}]*[\]}]")


def stored():
    """Return the results that are stored beside this file."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def compact(text):
    """Write lists and dicts that hold no others on one line each, if they fit."""

    def joined(match):
        line = re.sub(r"\s*\n\s*", " ", match[0])
        return line if len(line) <= 120 else match[0]

    return INNERMOST.sub(joined, text)


def lines(rows):
    """Align rows: the first column to the left, the others to the right."""
    rows = [[number(cell) for cell in row] for row in rows]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(wide[0]), *map(str.rjust, row[1:], wide[1:])]).rstrip()
        for row in rows
    )


def number(cell):
    """Write a cell: three digits of a ratio, counts in full, a dash for nothing.

    Examples
    --------
    >>> [number(cell) for cell in (1.0834, 12.345, 133.2, 100000, None, "goal")]
    ['1.08', '12.3', '133', '100,000', '–', 'goal']
    """
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.{0 if cell >= 99.5 else 1 if cell >= 9.95 else 2}f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def machine(results):
    """Describe the machine."""
    told = {k: v for k, v in results["machine"].items() if k != "peers"}
    peers = {name: v or "absent" for name, v in results["machine"]["peers"].items()}
    return "\n".join(f"{name:13} {value}" for name, value in (told | peers).items())


def steps(results, dtype="float32", threads=1, to="products"):
    """Show every candidate's step over the products: best (median), a column per network."""
    cells = [r for r in results["steps"] if (r["dtype"], r["threads"]) == (dtype, threads)]
    names = list(dict.fromkeys(name for r in cells for name in r["over"][to]))
    rows = [["", *(r["network"] for r in cells)]]
    for name in names:
        found = [r["over"][to].get(name) for r in cells]
        rows.append([name, *(f and f"{number(f[0])} ({number(f[1])})" for f in found)])
    return lines(rows)


def missing(results):
    """Name who was absent from the steps, and who was refused."""
    absent = sorted({name for r in results["steps"] for name in r["absent"]})
    refused = {n: why for r in results["steps"] for n, why in r["refused"].items()}
    told = [f"absent: {', '.join(absent) or 'nobody'}"]
    told += [f"refused: {', '.join(refused) or 'nobody'}"]
    return "\n".join([*told, *(f"{name}: {why}" for name, why in refused.items())])


def microseconds(results, who="products", dtype="float32", threads=1):
    """Show the best time of somebody on every network, in microseconds."""
    cells = [r for r in results["steps"] if (r["dtype"], r["threads"]) == (dtype, threads)]
    return lines([[r["network"], r["microseconds"][who]] for r in cells])


def widths(results, who="backprop", dtype="float32", threads=1):
    """Show PyTorch's step over the package's: a row per width, a column per batch."""
    cells = {
        (r["width"], r["batch"]): r["PyTorch over"].get(who, [None])[0]
        for r in results["widths"]
        if (r["dtype"], r["threads"]) == (dtype, threads)
    }
    batches = sorted({batch for _, batch in cells})
    rows = [["width \\ batch", *map(str, batches)]]
    for width in sorted({width for width, _ in cells}):
        rows.append([str(width), *(cells[width, batch] for batch in batches)])
    return lines(rows)


def won(results, who="backprop"):
    """Count the small sizes at which the package is ahead of PyTorch; name the worst."""
    cells = [(r["PyTorch over"][who], r) for r in results["widths"] if who in r["PyTorch over"]]
    if not cells:
        return f"{who}: not measured"
    (least, _), r = min(cells, key=lambda cell: cell[0])
    place = f"width {r['width']}, batch {r['batch']}, {r['dtype']}, {r['threads']} thread(s)"
    ahead = sum(ratio[0] > 1 for ratio, _ in cells)
    return f"{who}: ahead at {ahead} of {len(cells)} sizes\n  least: {number(least)} at {place}"


def tape(results):
    """Show micrograd's time over each tape's, and what was found about their memory."""
    found = results["tape"]
    rows = [["", "µs a step", "micrograd /", "bytes a node", "garbage", "chain"]]
    for name, time in found["microseconds"].items():
        over = found["micrograd over"].get(name, [None])[0]
        facts = found["facts"].get(name, {})
        rows.append([name, time, over, *(facts.get(k) for k in FACTS)])
    return lines(rows)


FACTS = ("bytes per node", "left to collect", "long chain")


def passes(results):
    """Show (forward + backward) / forward of the networks and the modules."""
    found = results["passes"]
    rows = [["", "best", "median"]]
    return lines(
        rows + [[k, *v] for part in ("networks", "modules") for k, v in found[part].items()]
    )


def memory(results):
    """Show the peaks of a step over what it needs."""
    return lines([["", "peak / needed"], *map(list, results["memory"]["traced"].items())])


def growth(results, what="over the smallest"):
    """Show how a step grows: a row per size that is doubled."""
    found = {name: part for name, part in results["growth"].items() if "sizes" in part}
    doublings = [f"× {2**k}" for k in range(len(next(iter(found.values()))["sizes"]))]
    rows = [["", *doublings], *([name, *part[what]] for name, part in found.items())]
    return lines(rows)


def differences(results):
    """Show what all finite differences cost beside one backward pass."""
    found = results["growth"]["differences"]
    rows = [["parameters", "differences, ms", "backward, ms", "ratio"]]
    for n, a, b, over in zip(*(found[k] for k in DIFFERENCES), strict=True):
        rows.append([f"{n:,}", a / 1000, f"{b / 1000:.3f}", over])
    return lines(rows)


DIFFERENCES = ("parameters", "microseconds", "backward", "over backward")


def others(results):
    """Show the single ratios: a training, a gradient check, Adam, an import."""
    digits, checks = results["digits"] or {}, results["checks"]
    rows = [["", "best", "median"], ["MLPClassifier.fit / fit", *digits.get("over backprop", NONE)]]
    rows.append(["PyTorch's gradcheck / ours", *checks.get("over backprop", NONE)])
    adam = results["adam"]["over backprop"]
    rows += [[f"Adam: {name} / ours", *v] for name, v in adam.items() if name != "backprop"]
    imports = results["imports"]["over numpy"]
    rows += [[f"{name} / import numpy", *v] for name, v in imports.items()]
    return lines(rows)


NONE = [None, None]
ANSWER = {True: "reached", False: "MISSED", None: "not measured"}


def goals(results):
    """Show every goal: the best ratio, the median, what was wanted, whether it is reached."""
    rows = [["best", "median", "goal", "", ""]]
    for row in results["goals"]:
        told = [number(row["measured"]), number(row["median"]), row["goal"]]
        rows.append([*told, ANSWER[row["reached"]], row["what"]])
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{best:>{wide[0]}}  {median:>{wide[1]}}  {goal:>{wide[2]}}  {answer:{wide[3]}}  {what}"
        for best, median, goal, answer, what in rows
    )


def everything(results):
    """Show all tables of the parts that there are."""
    told = [machine(results)]
    if "steps" in results:
        told.append(missing(results))
        for dtype in ("float32", "float64"):
            for threads in (1, 2):
                head = f"step / products, {dtype}, {threads} thread(s): best (median)"
                told.append(f"{head}\n{steps(results, dtype, threads)}")
    if "widths" in results:
        told += [won(results), won(results, "with buffers")]
    shown = {"tape": tape, "passes": passes, "memory": memory}
    told += [show(results) for part, show in shown.items() if part in results]
    if "growth" in results:
        told += [growth(results), growth(results, "backward over forward"), differences(results)]
    if {"digits", "checks", "adam", "imports"} <= results.keys():
        told.append(others(results))
    return "\n\n".join([*told, goals(results)])
