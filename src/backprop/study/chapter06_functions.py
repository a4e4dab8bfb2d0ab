"""The exercises of chapter 6 whose answer is a function."""

import numpy as np

from backprop.check import recipes
from backprop.check.changes import applied, either
from backprop.check.formula import Formula, Op, op, quantity, slope
from backprop.check.mistakes import Mistake, at_root, everywhere
from backprop.nn import Sigmoid, Tanh
from backprop.study.exercise import Exercise, Problem
from backprop.study.function import Function
from backprop.study.theirs import raised
from backprop.study.words import count, kind

CHAPTER = "06_mlp"
ENTRIES = (CHAPTER, "First route: one unit at a time")
FOUR = (CHAPTER, "Four equations, and the input's")
CODE = (CHAPTER, "A batch, and the code")
INDUCTION = (CHAPTER, "Any depth, by induction")


# ── 3 · the backward loop ─────────────────────────────────────────────────────────────────────

# Three layers, all sizes different, one example among them; H1 and H2 are the hidden layers.
THREE = tuple(
    dict(zip(("N", "D", "H1", "H2", "K"), numbers, strict=True))
    for numbers in ((5, 3, 4, 6, 2), (1, 4, 2, 3, 5), (2, 6, 3, 4, 5), (7, 2, 5, 3, 4))
)


def whole_loop():
    """Return the gradients of a network of three layers, tanh behind two, last layer first."""
    A = [quantity(*of) for of in (("X", "N", "D"), ("A1", "N", "H1"), ("A2", "N", "H2"))]
    W = [quantity("W1", "H1", "D"), quantity("W2", "H2", "H1"), quantity("W3", "K", "H2")]
    Z = [None, quantity("Z1", "N", "H1"), quantity("Z2", "N", "H2")]
    recipe, dZ = {}, quantity("dZ3", "N", "K")
    for layer in (3, 2, 1):
        recipe[f"dW{layer}"] = dZ.T @ A[layer - 1]
        recipe[f"db{layer}"] = dZ.total()
        if layer > 1:
            before = slope(Tanh, Z[layer - 1])
            dZ = (dZ @ W[layer - 1] * before).named(f"dZ{layer - 1}")
    return recipe


def forwarded(rng, sizes):
    """Return a network's arrays after a forward, and the δ of its outputs."""
    N, widths = sizes["N"], [sizes[k] for k in ("D", "H1", "H2", "K")]
    given = {"X": rng.normal(size=(N, widths[0])), "dZ3": rng.normal(size=(N, widths[3]))}
    A = given["X"]
    for layer, (D, H) in enumerate(zip(widths, widths[1:], strict=False), 1):
        given[f"W{layer}"] = rng.normal(size=(H, D))
        given[f"Z{layer}"] = A @ given[f"W{layer}"].T
        A = np.tanh(given[f"Z{layer}"])
        given |= {f"A{layer}": A} if layer < 3 else {}
    return given


def play_loop(answer, given):
    """Call the reader's function with lists, for three layers and for the last alone."""
    A = [given[name] for name in ("X", "A1", "A2")]
    W = [given[name] for name in ("W1", "W2", "W3")]
    found = answer(list(A), list(W), given["dZ3"])
    if found is None or found is ...:
        return found
    problem = unlike_lists(found, 3) or alone(answer, A[2], W[2], given["dZ3"])
    names = {} if problem else dict(zip(("dW", "db"), found, strict=True))
    return problem or {f"{d}{k}": names[d][k - 1] for k in (3, 2, 1) for d in names}


def unlike_lists(found, layers):
    """Return the problem with what a loop returned, if it is not a list of each."""
    if not (isinstance(found, (tuple, list)) and len(found) == 2):
        got = count(len(found), "result") if isinstance(found, (tuple, list)) else kind(found)
        return Problem("count", f"Your code returns {got}, expected two lists: dW and db.")
    for name, of in zip(("dW", "db"), found, strict=True):
        if not isinstance(of, (tuple, list)) or len(of) != layers:
            got = f"a list of {len(of)}" if isinstance(of, (tuple, list)) else kind(of)
            each = count(layers, "layer")
            return Problem("length", f"{name} is {got}; for {each} it must be a list of {layers}.")
    return None


def alone(answer, A, W, dZ):
    """Return the problem that a loop has with a network of a single layer."""
    try:
        return unlike_lists(answer([A], [W], dZ), 1)
    except Exception as error:
        return Problem(
            "depth", f"With three layers it comes through, with one it does not. {raised(error)}"
        )


loop = Exercise(
    id="mlp-3",
    stars=2,
    title="The backward loop",
    asks="the backward pass of a network of any depth, as a loop",
    stub="""def backward_loop(A, W, dZ):
    \"""Return dW and db, two lists with the first layer first.\"""
    ...""",
    kind=Function(
        whole_loop(),
        ("A", "W", "dZ"),
        "One loop for any number of layers, two lines for the parameters and one for the step "
        "back.",
        sizes=THREE,
        make=forwarded,
        play=play_loop,
    ),
    hints=(
        "Begin with the last layer: its δ is given. What are its dW and db?",
        "`A[l]` is what layer `l` of the list received, and `W[l]` its weights: the lists count "
        "from 0. So `A[l]` was also made by tanh, unless `l` is 0.",
        "The step back from layer `l`: through `W[l]`, then times the slope 1 − a² at `A[l]`. "
        "Before the first layer there is no activation, and nothing to step to.",
    ),
    see=(CODE,),
    chapter=CHAPTER,
)


# ── 4 · a penalty on large weights ────────────────────────────────────────────────────────────


def penalised():
    """Return dW, db and dX of an affine layer whose weights are penalised."""
    right = recipes.affine()
    W, lam = quantity("W", "H", "D"), quantity("lam")
    return right | {"dW": right["dW"] + (lam * W).named("lam W")}


def with_lam(rng, sizes):
    """Return a batch, a layer, and the penalty's factor."""
    N, D, H = sizes["N"], sizes["D"], sizes["H"]
    shapes = {"X": (N, D), "W": (H, D), "b": (H,), "dZ": (N, H)}
    given = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return given | {"lam": np.array(rng.uniform(0.25, 0.75))}


def in_the_penalty(change):
    """Return the rule that changes the second term of dW, the penalty's."""

    def with_change(data, term):
        return data + (change(term) if term.name == "lam W" else term)

    return everywhere("sum", with_change)


def penalty_of(lam, W):
    """Return ½ λ Σ W²."""
    return lam / 2 * (W * W).sum()


def penalised_inputs(answer):
    """Add a penalty on the inputs to dX, and nothing to other answers."""
    is_dX = answer.op == "matrix product" and answer.parts[1].name == "W"
    return answer + quantity("lam") * quantity("X", "N", "D") if is_dX else answer


penalty = Exercise(
    id="mlp-4",
    stars=2,
    title="A penalty on large weights",
    asks="the backward pass of an affine layer with an L2 penalty on its weights",
    stub="""def penalised_backward(X, W, b, dZ, lam):
    \"""Return dW, db and dX.\"""
    ...""",
    kind=Function(
        penalised(),
        ("X", "W", "b", "dZ", "lam"),
        "The weights reach the cost on a second way, past all examples, and the two gradients are "
        "added. Nothing else changes.",
        make=with_lam,
        mistakes=(
            Mistake(
                "penalty forgotten",
                "In {here} the penalty has left no trace.",
                everywhere("sum", lambda data, term: data),
                ENTRIES,
            ),
            Mistake(
                "½ of the penalty lost",
                "The penalty's part of {it} is twice too large: the penalty has a ½ in front.",
                in_the_penalty(lambda term: 2.0 * term),
                FOUR,
            ),
            Mistake(
                "penalty divided by N",
                "The penalty's part of {it} is divided by N. The penalty is added to the mean over "
                "the examples, once.",
                in_the_penalty(lambda term: term / quantity("N")),
                CODE,
            ),
            Mistake(
                "2 of the square lost",
                "The penalty's part of {it} is half of what it should be: the slope of a square "
                "has a 2 in it.",
                in_the_penalty(lambda term: 0.5 * term),
                FOUR,
            ),
            Mistake(
                "squares for slopes",
                "In {it} the squares of the weights stand where their slopes belong.",
                either(
                    in_the_penalty(lambda term: term * term.parts[1]),
                    in_the_penalty(lambda term: 0.5 * term * term.parts[1]),
                ),
                FOUR,
            ),
            Mistake(
                "λ alone",
                "To all of {it} the same number is added; a large weight has a larger slope.",
                in_the_penalty(lambda term: term.parts[0]),
                FOUR,
            ),
            Mistake(
                "penalty once per example",
                "The penalty's part of {it} is N times too large: it is added to the mean, once.",
                in_the_penalty(lambda term: term * quantity("N")),
                CODE,
            ),
            Mistake(
                "data divided by N",
                "In {it} the part of the examples is divided by N; its 1/N has come with `dZ`.",
                everywhere("sum", lambda data, term: data / quantity("N") + term),
                CODE,
            ),
            Mistake(
                "penalty subtracted",
                "The penalty's part of {it} has the wrong sign: the cost grows with it.",
                in_the_penalty(lambda term: -term),
                FOUR,
            ),
            Mistake(
                "λ forgotten",
                "In {it} the weights are added without the factor `lam`.",
                in_the_penalty(lambda term: term.parts[1]),
                FOUR,
            ),
            Mistake(
                "penalty itself added",
                "To {it} the penalty itself is added, one number, where its slopes belong.",
                in_the_penalty(lambda term: applied(penalty_of)(*term.parts)),
                FOUR,
            ),
            Mistake(
                "inputs penalised",
                "{it} has a penalty in it; only the weights are penalised.",
                at_root(penalised_inputs),
                FOUR,
            ),
            Mistake(
                "biases penalised",
                "{it} has a penalty in it; only the weights are penalised.",
                everywhere("total", lambda a: a.total() + quantity("lam") * quantity("b", "H")),
                FOUR,
            ),
        ),
    ),
    hints=(
        "The cost is a sum of two terms, and so is its gradient. Which of W, b and X does the "
        "second term contain?",
        "What is the slope of ½ λ W_jk² in W_jk?",
        "An affine layer's three formulas, and one summand more in one of them.",
    ),
    see=(FOUR,),
    chapter=CHAPTER,
)


# ── 7 · from a loop over examples to matrices ─────────────────────────────────────────────────


def two_sigmoids():
    """Return the gradients of a network with two sigmoid layers and the half squared error."""
    recipe = recipes.network([Sigmoid, Sigmoid])
    return {name: formula for name, formula in recipe.items() if name != "dX"}


def sigmoid(Z):
    """Return 1 / (1 + e⁻ᶻ)."""
    return 1 / (1 + np.exp(-Z))


def two_layers(rng, sizes):
    """Return a batch, the weights, and what a forward makes of them."""
    N, D, H, K = (sizes[k] for k in ("N", "D", "H1", "K"))
    shapes = {"X": (N, D), "Y": (N, K), "W1": (H, D), "b1": (H,), "W2": (K, H), "b2": (K,)}
    given = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    given["Z1"] = given["X"] @ given["W1"].T + given["b1"]
    given["A1"] = sigmoid(given["Z1"])
    given["Z2"] = given["A1"] @ given["W2"].T + given["b2"]
    return given | {"A2": sigmoid(given["Z2"])}


batched = Exercise(
    id="mlp-7",
    stars=2,
    title="From a loop to matrices",
    asks="a loop over examples, rewritten for the whole batch",
    stub="""def whole_batch(X, Y, W1, b1, W2, b2):
    \"""Return dW2, db2, dW1 and db1.\"""
    ...""",
    kind=Function(
        two_sigmoids(),
        ("X", "Y", "W1", "b1", "W2", "b2"),
        "The loop over examples has gone into the matrix products and the sums.",
        sizes=THREE,
        make=two_layers,
    ),
    hints=(
        "Examples become rows: `W1 @ x + b1` becomes `X @ W1.T + b1`. Do the forward part first.",
        "An outer product that is added up over the examples is one matrix product. Which of the "
        "two arrays has to be transposed?",
        "Where does the division by the number of examples go? Put it into the first δ, and leave "
        "it out everywhere else.",
    ),
    see=(CODE,),
    chapter=CHAPTER,
)


# ── 8 · one unit of another kind ──────────────────────────────────────────────────────────────


def unit(Z, j, elsewhere=lambda Z: 1 - np.tanh(Z) ** 2, there=np.cos):
    """Return the slopes of a layer of tanh units of which unit j is another function."""
    slopes = elsewhere(Z)
    slopes[:, int(j)] = there(Z[:, int(j)])
    return slopes


def slopes_with(row):
    """Return the rule that puts other slopes in the place of the right ones."""
    return everywhere("product", lambda dA, slopes: dA * Formula(op(row, ones), *slopes.parts))


def ones(Z, j):
    """Bound the slopes of tanh and sine, and sine itself."""
    return np.ones_like(Z)


def one_example(Z, j):
    """Return the slopes with a row, an example, in place of the column."""
    slopes = 1 - np.tanh(Z) ** 2
    slopes[int(j) % len(Z)] = np.cos(Z[int(j) % len(Z)])
    return slopes


def alone_at_j(dA, Z, j):
    """Return dZ with the slope of unit j alone, without what comes back to it."""
    dZ = dA * unit(Z, j)
    dZ[:, int(j)] = np.cos(Z[:, int(j)])
    return dZ


def one_unit():
    """Return dZ behind tanh units of which one is a sine."""
    Z, j = quantity("Z", "N", "H"), quantity("j")
    return {"dZ": quantity("dA", "N", "H") * Formula(Op(unit, ones), Z, j)}


def with_unit(rng, sizes):
    """Return what a layer caches, what comes back, and the unit's number."""
    shape = (sizes["N"], sizes["H"])
    given = {name: rng.normal(size=shape) for name in ("dA", "Z")}
    return given | {"j": np.array(rng.integers(1, sizes["H"]))}


def play_unit(answer, given):
    """Call the reader's function with the unit as a number."""
    return {"dZ": answer(given["dA"], given["Z"], int(given["j"]))}


modified = Exercise(
    id="mlp-8",
    stars=3,
    title="One unit of another kind",
    asks="the step back through tanh units of which one is a sine",
    stub="""def modified_backward(dA, Z, j):
    \"""Return dZ.\"""
    ...""",
    kind=Function(
        one_unit(),
        ("dA", "Z", "j"),
        "Every unit brings its own slope. The recursion does not mind, for the Jacobian of the "
        "activations stays diagonal.",
        make=with_unit,
        play=play_unit,
        mistakes=(
            Mistake(
                "no difference made",
                "In {here} unit j has tanh's slope too.",
                slopes_with(lambda Z, j: 1 - np.tanh(Z) ** 2),
                ENTRIES,
            ),
            Mistake(
                "all units changed",
                "In {here} every unit has the sine's slope; only unit j is a sine.",
                slopes_with(lambda Z, j: np.cos(Z)),
                ENTRIES,
            ),
            Mistake(
                "function for slope",
                "In {here} unit j has the value of its function where its slope belongs.",
                slopes_with(lambda Z, j: unit(Z, j, there=np.sin)),
                ENTRIES,
            ),
            Mistake(
                "slope left out at j",
                "In {here} unit j has the slope 1: the gradient went through it unchanged.",
                slopes_with(lambda Z, j: unit(Z, j, there=np.ones_like)),
                ENTRIES,
            ),
            Mistake(
                "slope elsewhere left out",
                "In {here} the other units have the slope 1; they are tanh units.",
                slopes_with(lambda Z, j: unit(Z, j, elsewhere=np.ones_like)),
                ENTRIES,
            ),
            Mistake(
                "a row for a column",
                "In {here} an example was changed in place of a unit: j counts the columns.",
                slopes_with(one_example),
                CODE,
            ),
            Mistake(
                "both slopes at j",
                "In {here} unit j has both slopes, tanh's and the sine's; it is a sine now.",
                slopes_with(
                    lambda Z, j: unit(Z, j, there=lambda z: (1 - np.tanh(z) ** 2) * np.cos(z))
                ),
                ENTRIES,
            ),
            Mistake(
                "values elsewhere",
                "In {here} the other units have the value of tanh where its slope belongs.",
                slopes_with(lambda Z, j: unit(Z, j, elsewhere=np.tanh)),
                ENTRIES,
            ),
            Mistake(
                "upstream gradient lost at j",
                "In {here} unit j has its slope alone: the upstream gradient is left out there.",
                everywhere("product", lambda dA, slopes: applied(alone_at_j)(dA, *slopes.parts)),
                ENTRIES,
            ),
            Mistake(
                "sign of the sine's slope",
                "In {here} the sine's slope has the wrong sign.",
                slopes_with(lambda Z, j: unit(Z, j, there=lambda z: -np.cos(z))),
                ENTRIES,
            ),
            Mistake(
                "slope of tanh at tanh",
                "In {here} tanh is applied twice: 1 − tanh² is a function of z, 1 − a² of a.",
                slopes_with(
                    lambda Z, j: unit(Z, j, elsewhere=lambda Z: 1 - np.tanh(np.tanh(Z)) ** 2)
                ),
                ENTRIES,
            ),
            Mistake(
                "slope fed with z",
                "In {here} the slope 1 − a² was given z, where it wants tanh(z).",
                slopes_with(lambda Z, j: unit(Z, j, elsewhere=lambda Z: 1 - Z**2)),
                ENTRIES,
            ),
        ),
    ),
    hints=(
        "Which entries of the Jacobian of the activations are not zero, and which of them does "
        "unit j change?",
        "A unit's δ is what comes back to its activation, times the slope of *its* function at its "
        "weighted sum.",
        "Make all slopes as if nothing had been changed; then write over one column.",
    ),
    see=(ENTRIES,),
    chapter=CHAPTER,
)


# ── 9 · a way around ──────────────────────────────────────────────────────────────────────────


def around():
    """Return the gradients of R = X + tanh(X Wᵀ + 1 bᵀ) Uᵀ, last layer first."""
    X, dR = quantity("X", "N", "D"), quantity("dR", "N", "D")
    W, U = quantity("W", "H", "D"), quantity("U", "D", "H")
    A, Z = quantity("A", "N", "H"), quantity("Z", "N", "H")
    dZ = (dR @ U * slope(Tanh, Z)).named("dZ")
    return {"dU": dR.T @ A, "dW": dZ.T @ X, "db": dZ.total(), "dX": dR + dZ @ W}


def with_way(rng, sizes):
    """Return a batch, the weights, and what a forward makes of them."""
    N, D, H = sizes["N"], sizes["D"], sizes["H"]
    shapes = {"X": (N, D), "W": (H, D), "b": (H,), "U": (D, H), "dR": (N, D)}
    given = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    given["Z"] = given["X"] @ given["W"].T + given["b"]
    return given | {"A": np.tanh(given["Z"])}


skip = Exercise(
    id="mlp-9",
    stars=3,
    title="A way around",
    asks="the backward pass of R = X + tanh(X Wᵀ + 1 bᵀ) Uᵀ",
    stub="""def skip_backward(X, W, b, U, dR):
    \"""Return dU, dW, db and dX.\"""
    ...""",
    kind=Function(
        around(),
        ("X", "W", "b", "U", "dR"),
        "X reaches the cost on two ways, and what comes back on them is added. The parameters do "
        "not notice the second one.",
        make=with_way,
        mistakes=(
            Mistake(
                "paths subtracted",
                "In {here} one path is subtracted from the other: what arrives on two is added.",
                everywhere("sum", lambda around, through: through - around),
                INDUCTION,
            ),
            Mistake(
                "paths multiplied",
                "In {here} the two paths are multiplied: what arrives on two paths is added.",
                everywhere("sum", lambda around, through: around * through),
                INDUCTION,
            ),
            Mistake(
                "the way around twice",
                "In {here} what comes back around the layer is counted twice.",
                everywhere("sum", lambda around, through: 2.0 * around + through),
                INDUCTION,
            ),
        ),
    ),
    hints=(
        "Which hypothesis of the induction does X break here, and what does the chain rule do at a "
        "fork?",
        "Name the layer's output, S = tanh(X Wᵀ + 1 bᵀ) Uᵀ, so that R = X + S. What are dS, and "
        "the gradients behind it, as if X were used once?",
        "Then add what comes back to X directly.",
    ),
    see=(INDUCTION,),
    chapter=CHAPTER,
)
