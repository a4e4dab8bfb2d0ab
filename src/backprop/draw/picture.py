"""Pictures of trained numbers: PNG, on paper, with what they show in words.

Training ends in slightly different numbers on different processors, so these figures are bitmaps,
which no test compares, and their words hold only what is the same everywhere. Matplotlib is loaded
when the first of them is drawn; its settings are left as they were. Introduced by chapter 5.
"""

from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from .style import BACKWARD, FORWARD, INK, NEUTRAL, PAPER

WIDE = 5.0  # inches of 96 px: as wide as a phone can show with type of 11 px
DOTS = 192  # per inch: two for every px
TYPE = 12.75  # points: 17 px, and 11 on a phone
SHADES = 128  # of all colours together: a third of the bytes, and nobody sees it
COLOURS = (FORWARD, BACKWARD, NEUTRAL, "#8a5fbf", "#2f8f5b", "#b0396b")
LOOK = {
    "font.size": TYPE,
    "axes.titlesize": TYPE,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": NEUTRAL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "axes.unicode_minus": True,
}


@dataclass(frozen=True, repr=False)
class Picture:
    """A bitmap together with what it shows, in words.

    Parameters
    ----------
    png : bytes
        The picture.
    text : str
        What it shows, for whoever does not see it: the first sentence is its name.

    Examples
    --------
    >>> Picture(b"", "Nothing, on paper.")
    Nothing, on paper.
    """

    png: bytes
    text: str

    @property
    def label(self):
        """The accessible name: one sentence."""
        return self.text.partition("\n")[0]

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        picture = b64encode(self.png).decode()
        size = {"image/png": {"width": round(WIDE * 96)}}
        return {"image/png": picture, "text/plain": self.text}, size


@contextmanager
def paper(high, rows=1, columns=1, **options):
    """Yield an empty Matplotlib figure of our look and its axes; leave all settings as they were.

    Parameters
    ----------
    high : float
        The height in inches.
    rows, columns : int
        How many axes it has.
    **options
        For ``Figure.subplots``.
    """
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()
        rcParams.update(LOOK)
        figure = Figure(figsize=(WIDE, high), dpi=DOTS, layout="constrained")
        figure.get_layout_engine().set(w_pad=0.09, h_pad=0.09)
        yield figure, figure.subplots(rows, columns, squeeze=False, **options)


def picture(figure, *words):
    """Return the Matplotlib figure as a picture with the words, one line each."""
    from PIL import Image  # Matplotlib's own library for bitmaps

    figure.draw_without_rendering()  # the layout needs to have seen the labels once
    drawn, into = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=DOTS)
    few = Image.open(drawn).convert("RGB").quantize(SHADES, dither=Image.Dither.NONE)
    few.save(into, format="png", optimize=True)
    return Picture(into.getvalue(), "\n".join(words))
