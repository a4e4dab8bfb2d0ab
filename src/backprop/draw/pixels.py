"""Small images with what they are, and what they were taken for.

Introduced by chapter 6.
"""

from backprop.errors import ShapeError, sentence
from backprop.shapes import expect, expect_finite

from .picture import paper, picture

MOST = 48  # images
STEP = 1.4  # from a row of images to the next, if columns are 1 apart


def images(pixels, labels, predicted=None, columns=6):
    """Show small grey images with what they are, and what they were taken for.

    Parameters
    ----------
    pixels : (M, P) or (M, A, B) float array
        Up to 48 images; P is a square number, as the 64 of a digit. The largest number is black.
    labels : (M,) int or str array
        What they are.
    predicted : (M,) int or str array, optional
        What they were taken for.
    columns : int
        Images side by side.

    Returns
    -------
    Picture
        Shows itself in a notebook, prints what was taken for what.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For pixels that are no images, and labels that do not fit.

    Examples
    --------
    >>> images([[0.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.5]], [3, 8], predicted=[3, 1])
    2 images, 1 of them taken for something else.
    3, 8 taken for 1
    """
    pixels = _squares(pixels)
    captions = _captions(len(pixels), labels, predicted)
    rows = -(-len(pixels) // columns)
    with paper(0.2 + 4.9 * STEP * rows / columns) as (figure, ((axes,),)):
        for i, (image, caption) in enumerate(zip(pixels, captions, strict=True)):
            x, y = i % columns, -STEP * (i // columns)
            look = {"cmap": "gray_r", "interpolation": "nearest"}
            axes.imshow(image, extent=(x, x + 0.88, y, y + 0.88), **look)
            caption = caption.replace(" taken for ", " → ")
            axes.text(x + 0.44, y + 0.94, caption, ha="center", va="bottom")
        axes.set(xlim=(-0.05, columns), ylim=(STEP - STEP * rows - 0.05, STEP), aspect="equal")
        axes.set_axis_off()
        count = f"{len(pixels)} images"
        if predicted is not None:
            wrong = sum(" taken for " in caption for caption in captions)
            count += f", {wrong} of them taken for something else"
        return picture(figure, f"{count}.", ", ".join(captions))


def _squares(pixels):
    pixels = expect_finite(
        "images", "pixels", expect("images", "pixels", pixels, ("M", ...), real=True)
    )
    side = round(pixels.shape[-1] ** 0.5)
    flat = pixels.ndim == 2 and side * side == pixels.shape[1]
    if not (flat or pixels.ndim == 3) or len(pixels) > MOST:
        got, wanted = f"pixels has shape {pixels.shape}", f"(M, 64) or (M, 8, 8), M up to {MOST}"
        raise ShapeError(sentence("images", got, wanted, "Show fewer, each a square."))
    return pixels.reshape(-1, side, side) if flat else pixels


def _captions(M, labels, predicted):
    labels = [str(label) for label in labels]
    taken = labels if predicted is None else [str(p) for p in predicted]
    for symbol, told in (("labels", labels), ("predicted", taken)):
        if len(told) != M:
            got = f"{symbol} has {len(told)} entries"
            raise ShapeError(
                sentence("images", got, f"{M}, one for every image", "Select both alike.")
            )
    return [a if a == b else f"{a} taken for {b}" for a, b in zip(labels, taken, strict=True)]
