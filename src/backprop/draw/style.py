"""Colours, type and number format of every figure, in one place.

Introduced by chapter 2. Colour carries the direction: blue is forward, orange is backward. A
figure that stands alone (JupyterLab, a viewer, a file) brings white paper, dark ink and two
mid-tones, which keep a contrast of 3 to 1 on white and on near-black alike. A page that shows
it inline puts its own theme in their place by the custom properties ``--bp-forward``,
``--bp-backward``, ``--bp-quiet``, ``--bp-ink`` and ``--bp-paper``.
"""

FORWARD = "#2b7fd8"
BACKWARD = "#d4570a"
NEUTRAL = "#7a8088"
INK = "#1c2127"
PAPER = "#ffffff"

FAINT, STRONG = 0.07, 0.32  # opacity of the tint under the smallest and the largest number


def _themed(attribute, name, colour):
    """Declare a colour twice: whoever knows no custom properties keeps the first."""
    return f"{attribute}:{colour};{attribute}:var(--bp-{name},{colour})"


SERIF = "'STIX Two Text',Cambria,'Times New Roman',serif"
RULES = {
    "": "font:15px system-ui,sans-serif;font-variant-numeric:tabular-nums",
    " text": f"{_themed('fill', 'ink', INK)};text-anchor:middle",
    " .maths": f"font:17px {SERIF}",
    " .size": f"font:italic 15px {SERIF}",
    " .small": "font-size:14px",
    " .code": "font:14px ui-monospace,Menlo,Consolas,monospace",
    " .left": "text-anchor:start",
    " .paper": _themed("fill", "paper", PAPER),
    " .ink": _themed("color", "ink", INK),
    " .forward": _themed("color", "forward", FORWARD),
    " .backward": _themed("color", "backward", BACKWARD),
    " .neutral": _themed("color", "quiet", NEUTRAL),
}
STYLESHEET = "\n".join(f".bp-draw{part}{{{rule}}}" for part, rule in RULES.items())


def number(value):
    """Write a number as the figures do: four significant digits, a true minus sign, no −0.

    Examples
    --------
    >>> [number(v) for v in (-8, 2.5, -0.0, 1 / 3)]
    ['−8', '2.5', '0', '0.3333']
    """
    return f"{float(value):z.4g}".replace("-", "\N{MINUS SIGN}")
