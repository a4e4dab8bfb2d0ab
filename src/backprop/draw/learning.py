"""How a cost, or an accuracy, went over the epochs of a training.

Introduced by chapter 6.
"""

from .given import named
from .picture import COLOURS, paper, picture

DASHES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 1)))
# Curves differ in their dashes as well as in their colours.
LOOKS = [{"color": c, "ls": d} for c, d in zip(COLOURS, DASHES, strict=True)]


def learning_curves(curves, ylabel="cost", log=False, xlabel="epoch"):
    """Show how a cost, or an accuracy, went over the epochs.

    Parameters
    ----------
    curves : dict of str to list of float
        Up to six curves, ``{"training": history.cost}``; counted from epoch 1.
    ylabel, xlabel : str
        What is plotted, and over what.
    log : bool
        A logarithmic scale for costs that fall over several powers of ten.

    Returns
    -------
    Picture
        Shows itself in a notebook, prints first and last values to two decimals.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For no curve or more than six, and anything but a list of finite numbers; on a logarithmic
        scale, of positive ones.

    Examples
    --------
    >>> learning_curves({"training": [1.5, 0.5, 0.25]})
    Learning curves: cost over the epochs.
    training: 1.50 at first, 0.25 after 3 epochs, lowest 0.25
    """
    curves = named("learning_curves", curves, log)
    words = [f"Learning curves: {ylabel} over the {xlabel}s."]
    with paper(3.1) as (figure, ((axes,),)):
        for look, (name, values) in zip(LOOKS, curves.items(), strict=False):
            axes.plot(range(1, len(values) + 1), values, label=name, **look)
            words.append(_course(name, values, ylabel, xlabel))
        axes.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
        axes.locator_params(axis="x", integer=True)
        if len(curves) > 1:
            axes.legend()
        return picture(figure, *words)


def _course(name, values, ylabel, xlabel):
    best = (
        f"highest {_short(max(values))}"
        if "accuracy" in ylabel
        else f"lowest {_short(min(values))}"
    )
    first, last = _short(values[0]), _short(values[-1])
    return f"{name}: {first} at first, {last} after {len(values)} {xlabel}s, {best}"


def _short(value):
    """Two decimals: the same on every machine, after the same training."""
    return "under 0.01" if 0 < value < 0.01 else f"{value:.2f}".replace("-", "−")
