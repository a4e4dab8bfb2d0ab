"""The templates of LaTeX, of LaTeX with colours for the page, and of plain text."""

from __future__ import annotations

from dataclasses import dataclass

from .names import latex_name, plain_name


@dataclass(frozen=True)
class Style:
    """The templates of one way of writing."""

    transpose: str
    hadamard: str
    times: str
    over: str
    gradient: str
    partial: str
    parentheses: str
    entry: str
    total: str
    delta: str
    inner: str
    diag: str
    ones: str
    dotted: str
    apply: str
    prime: str
    minus: str
    signs: dict
    slope: str
    denominator: str
    power: str
    entrywise: str
    root: str
    entries: tuple  # before a table, between entries, between rows, after it
    zeros: str
    divided: str
    functions: dict
    cases: tuple
    maximum: str
    name: object = plain_name
    forward: str = "{}"
    backward: str = "{}"


LATEX = Style(
    transpose=r"{}^{{\top}}",
    hadamard=r"{} \odot {}",
    times=r"{} \cdot {}",
    over=r"\frac{{{}}}{{{}}}",
    gradient=r"\nabla_{{{1}}} {0}",
    partial=r"\frac{{\partial {}}}{{\partial {}}}",
    parentheses=r"\left({}\right)",
    entry=r"{}_{{{}}}",
    total=r"\sum_{{{0}=1}}^{{{1}}} {2}",
    delta=r"[{} = {}]",
    inner=r"\left\langle {},\, {} \right\rangle",
    diag=r"\operatorname{{diag}}\left({}\right)",
    ones=r"\mathbf{1}",
    dotted=r"\dot{{{}}}",
    apply=r"{}\left({}\right)",
    prime="'",
    minus="-",
    signs={"≥": r"\ge", "≤": r"\le", "≠": r"\ne"},
    slope=r"\frac{{\mathrm{{d}} {}}}{{\mathrm{{d}} {}}}",
    denominator=r"\frac{{\partial {}}}{{\partial {}}}",
    power="{}^{{{}}}",
    entrywise=r"{}^{{\odot {}}}",
    root=r"\sqrt{{{}}}",
    entries=(r"\begin{pmatrix} ", " & ", r" \\ ", r" \end{pmatrix}"),
    zeros=r"\mathbf{0}",
    divided=r"{} \oslash {}",
    functions={
        "log": r"\ln",
        "sin": r"\sin",
        "cos": r"\cos",
        "tanh": r"\tanh",
        "softmax": r"\operatorname{softmax}",
    },
    cases=(r"\begin{cases} ", r" & \text{if } ", r" \\ ", r" & \text{otherwise} \end{cases}"),
    maximum=r"\max\left({}\right)",
    name=latex_name,
)
PAGE = Style(
    **{
        **LATEX.__dict__,
        "forward": r"\class{{bp-forward}}{{{}}}",
        "backward": r"\class{{bp-backward}}{{{}}}",
    }
)
PLAIN = Style(
    transpose="{}ᵀ",
    hadamard="{} ⊙ {}",
    times="{} · {}",
    over="{}/{}",
    gradient="∇_{1} {0}",
    partial="∂{}/∂{}",
    parentheses="({})",
    entry="{}_{}",
    total="Σ_{0} {2}",
    delta="[{} = {}]",
    inner="⟨{}, {}⟩",
    diag="diag({})",
    ones="1",
    dotted="{}̇",
    apply="{}({})",
    prime="′",
    minus="−",
    signs={},
    slope="d{}/d{}",
    denominator="∂{}/∂{}",
    power="{}^{}",
    entrywise="{}^⊙{}",
    root="√({})",
    entries=("(", ", ", "; ", ")"),
    zeros="0",
    divided="{} ⊘ {}",
    functions={"log": "ln"},
    cases=("(", " if ", ", ", " otherwise)"),
    maximum="max({})",
)
