r"""How a name is spelled: Ŷ as \hat{Y}, σ as \sigma, W^(1) as W^{(1)} and W⁽¹⁾, x_1 as x_{1}."""

import re
import unicodedata

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "varphi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
MARKS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot"}
LETTERS, SMALL = "0123456789+-()lL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˡᴸ"
RAISED = str.maketrans(LETTERS, SMALL)
NAME = re.compile(r"(?P<base>[^_^]+)(?:_(?P<below>[^_^]+))?(?:\^(?P<above>[^_^]+))?")


def parts(name):
    """Return the letter, the subscript and the layer of a name; '' for what it has not."""
    found = NAME.fullmatch(name)
    if not found:
        return name, "", ""
    return found["base"], *((found[part] or "").strip("{}") for part in ("below", "above"))


def latex_name(name, accent="{}"):
    r"""Return a symbol's name in LaTeX.

    Examples
    --------
    >>> print(latex_name("W^(1)"), latex_name("ŷ"), latex_name("x_1"), latex_name("cost"))
    W^{(1)} \hat{y} x_{1} \mathrm{cost}
    """
    base, below, above = parts(name)
    below = f"_{{{below}}}" if below else ""
    return accent.format(latex_letter(base)) + below + (f"^{{{above}}}" if above else "")


def latex_letter(base):
    r"""Return a letter in LaTeX, accents as commands; a word in upright type."""
    letter, *marks = unicodedata.normalize("NFD", base)
    if not all(mark in MARKS for mark in marks):
        return rf"\mathrm{{{base}}}"
    text = rf"\{GREEK[letter]}" if letter in GREEK else letter
    for mark in marks:
        text = rf"\{MARKS[mark]}{{{text}}}"
    return text


def plain_name(name, accent="{}"):
    """Return a symbol's name in plain text, the layer raised.

    Examples
    --------
    >>> plain_name("z^(l+1)")
    'z⁽ˡ⁺¹⁾'
    """
    base, below, above = parts(name)
    raised = above.translate(RAISED) if set(above) <= set(LETTERS) else f"^{above}"
    return accent.format(base) + (f"_{below}" if below else "") + (raised if above else "")


def is_indexed(name):
    """Tell whether a name ends in a subscript or a layer, so that none may follow directly."""
    _, below, above = parts(name)
    return bool(below), bool(above)
