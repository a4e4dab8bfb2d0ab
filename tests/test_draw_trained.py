"""Pictures of what training did: right in words, on paper, and nothing left behind."""

import subprocess
import sys
from base64 import b64decode
from functools import cache
from io import BytesIO

import numpy as np
import pytest

from backprop.draw import Picture, decision_regions, images, learning_curves
from backprop.draw.picture import DOTS, TYPE, WIDE
from backprop.errors import DtypeError, NotFiniteError, ShapeError, TargetError

POINTS = np.array([[-1.0, 0.5], [-0.5, -1.0], [1.0, 0.25], [2.0, -0.5], [0.5, 1.5]])
LABELS = np.array([0, 0, 1, 1, 2])
DIGITS = np.random.default_rng(6).uniform(size=(5, 64))


def halves(points):
    """Class 1 to the right of zero, class 0 to the left."""
    return (points[:, 0] > 0).astype(int)


@cache
def pictures():
    return {
        "curves": learning_curves({"training": [2.0, 0.5, 0.25], "validation": [2.0, 1.0, 0.75]}),
        "log": learning_curves({"training": [1.0, 0.01, 1e-4]}, log=True),
        "regions": decision_regions(halves, POINTS, LABELS),
        "images": images(DIGITS, [3, 1, 4, 1, 5], predicted=[8, 1, 9, 7, 5]),
    }


@pytest.fixture(params=["curves", "log", "regions", "images"])
def picture(request):
    return pictures()[request.param]


def pixels(picture):
    from matplotlib.image import imread

    return imread(BytesIO(picture.png))


# What is said


def test_learning_curves_say_first_last_and_best_to_two_decimals():
    assert str(pictures()["curves"]).splitlines() == [
        "Learning curves: cost over the epochs.",
        "training: 2.00 at first, 0.25 after 3 epochs, lowest 0.25",
        "validation: 2.00 at first, 0.75 after 3 epochs, lowest 0.75",
    ]


def test_small_costs_are_said_to_be_small():
    assert str(pictures()["log"]).splitlines()[1] == (
        "training: 1.00 at first, under 0.01 after 3 epochs, lowest under 0.01"
    )


def test_of_an_accuracy_the_highest_is_the_best():
    made = learning_curves({"held out": [0.5, 0.98, 0.97]}, ylabel="accuracy", xlabel="step")
    assert str(made).splitlines() == [
        "Learning curves: accuracy over the steps.",
        "held out: 0.50 at first, 0.97 after 3 steps, highest 0.98",
    ]


def test_regions_count_the_examples_in_their_own():
    assert str(pictures()["regions"]).splitlines() == [
        "Decision regions of 3 classes: 4 of 5 examples lie in their own.",
        "class 0: 2 of 2",
        "class 1: 2 of 2",
        "class 2: 0 of 1",
    ]


def test_classes_may_have_names():
    made = decision_regions(halves, POINTS[:4], LABELS[:4], names=["left", "right"])
    assert str(made).splitlines()[1:] == ["left: 2 of 2", "right: 2 of 2"]


def test_scores_are_as_good_as_classes():
    scores = lambda P: np.stack([-P[:, 0], P[:, 0]], axis=1)  # noqa: E731
    one, other = (decision_regions(p, POINTS, LABELS) for p in (halves, scores))
    assert str(one) == str(other)
    assert one.png == other.png


def test_images_say_what_was_taken_for_what():
    assert str(pictures()["images"]).splitlines() == [
        "5 images, 3 of them taken for something else.",
        "3 taken for 8, 1, 4 taken for 9, 1 taken for 7, 5",
    ]
    assert str(images(DIGITS[:2], ["a", "b"])).splitlines() == ["2 images.", "a, b"]


# What is drawn


def test_a_picture_is_twice_as_sharp_as_it_is_wide_and_opaque(picture):
    image = pixels(picture)
    assert image.shape[1] == WIDE * DOTS
    assert (image[..., 3] == 1).all()
    assert (image[0, 0, :3] == 1).all()  # white paper


def test_type_is_11_px_on_a_phone():
    phone, css = 312, WIDE * 96
    assert TYPE * 96 / 72 * phone / css > 11


def test_the_regions_are_where_the_classes_are():
    image = pixels(decision_regions(halves, POINTS[:4], LABELS[:4]))
    height, width, _ = image.shape
    row = image[height // 2, :, :3]
    blue, orange = row[:, 2] - row[:, 0] > 0.1, row[:, 0] - row[:, 2] > 0.1
    assert np.median(np.flatnonzero(blue)) < np.median(np.flatnonzero(orange))
    assert blue.sum() > 0.2 * width
    assert orange.sum() > 0.2 * width


def test_up_is_up():
    points, labels = POINTS[:4, ::-1], LABELS[:4]
    image = pixels(decision_regions(lambda P: (P[:, 1] > 0).astype(int), points, labels))
    column = image[:, image.shape[1] // 2, :3]
    blue, orange = column[:, 2] - column[:, 0] > 0.1, column[:, 0] - column[:, 2] > 0.1
    assert np.median(np.flatnonzero(blue)) > np.median(np.flatnonzero(orange)) > 0


def test_a_network_that_decides_for_one_class_everywhere_can_be_drawn():
    made = decision_regions(lambda P: np.zeros(len(P), int), POINTS, LABELS)
    assert str(made).splitlines()[0].endswith("2 of 5 examples lie in their own.")


def test_a_wrong_example_has_a_ring():
    right = decision_regions(halves, POINTS[:4], LABELS[:4])
    wrong = decision_regions(halves, POINTS[:4], LABELS[:4] ^ np.array([0, 1, 0, 0]))
    dark = [(pixels(p)[..., :3].max(axis=-1) < 0.25).sum() for p in (right, wrong)]
    assert dark[1] > dark[0] + 300


def test_the_largest_number_of_an_image_is_black():
    image = np.zeros((1, 4, 4))
    image[0, 0, 0] = 7.0
    black = (pixels(images(image, [0], columns=1))[..., :3] < 0.1).all(axis=-1).mean()
    assert 0.01 < black < 0.1  # a sixteenth of the image


def test_images_may_be_flat_or_square():
    assert images(DIGITS, range(5)).png == images(DIGITS.reshape(5, 8, 8), range(5)).png


def test_a_notebook_gets_the_picture_its_width_and_its_words(picture):
    data, metadata = picture._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert b64decode(data["image/png"]) == picture.png
    assert data["text/plain"] == str(picture)
    assert metadata == {"image/png": {"width": 480}}


def test_a_picture_is_called_by_its_first_line(picture):
    assert picture.label == str(picture).splitlines()[0]
    assert picture.label.endswith(".")


# Nothing is left behind


def test_the_same_numbers_make_the_same_bytes():
    once, again = pictures(), pictures.__wrapped__()
    assert all(once[name].png == again[name].png for name in once)


def test_a_picture_holds_no_date_and_no_version(picture):
    for word in (b"tEXt", b"tIME", b"matplotlib", b"Matplotlib"):
        assert word not in picture.png[:400]


def test_no_setting_leaks_in_or_out():
    import matplotlib

    plain = pictures()["log"].png
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        assert learning_curves({"training": [1.0, 0.01, 1e-4]}, log=True).png == plain
        assert dict(matplotlib.rcParams) == before


def test_matplotlib_is_loaded_with_the_first_picture_and_pyplot_never():
    code = (
        "import sys; from backprop import draw; assert 'matplotlib' not in sys.modules; "
        "draw.learning_curves({'a': [1.0, 2.0]}); "
        "sys.exit('matplotlib' not in sys.modules or 'matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_arrays_are_left_alone():
    given = POINTS.copy(), LABELS.copy(), DIGITS.copy()
    pictures.__wrapped__()
    assert all((a == b).all() for a, b in zip(given, (POINTS, LABELS, DIGITS), strict=True))


def test_a_picture_can_be_made_of_anything():
    assert repr(Picture(b"", "Nothing, on paper.")) == "Nothing, on paper."


# What is refused


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: learning_curves({}),
            ShapeError,
            "learning_curves: curves is a dict of 0, expected a dict of 1 to 6 curves. "
            'Give every curve its name: {"training": history.cost}.',
        ),
        (
            lambda: learning_curves({"training": []}),
            ShapeError,
            "learning_curves: training is empty, expected one number or more. "
            "Was it filled by a fit?",
        ),
        (
            lambda: learning_curves({"training": [1.0, np.nan]}),
            NotFiniteError,
            "learning_curves: training is nan at [1], expected finite numbers. ",
        ),
        (
            lambda: learning_curves({"training": [1.0, 0.0]}, log=True),
            NotFiniteError,
            "learning_curves: training is 0, expected positive numbers on a log scale. "
            "Leave log=True out.",
        ),
        (
            lambda: decision_regions(halves, POINTS[:, :1], LABELS),
            ShapeError,
            "decision_regions: X has shape (5, 1), expected (N, 2). ",
        ),
        (
            lambda: decision_regions(halves, POINTS, LABELS.astype(float)),
            DtypeError,
            "decision_regions: labels has dtype float64, expected integer labels. "
            "Use labels.astype(int).",
        ),
        (
            lambda: decision_regions(halves, POINTS, LABELS[:4]),
            ShapeError,
            "decision_regions: labels has shape (4,), expected (5,). One class for every example.",
        ),
        (
            lambda: decision_regions(halves, POINTS, LABELS - 1),
            TargetError,
            "decision_regions: labels goes from -1 to 1, expected 0 to 5. "
            "Count the classes from 0.",
        ),
        (
            lambda: decision_regions(halves, POINTS, LABELS, names=["left"]),
            ShapeError,
            "decision_regions: names has 1 entries, expected 3. One for every class.",
        ),
        (
            lambda: decision_regions(lambda P: P[:, 0], POINTS, LABELS),
            ShapeError,
            "decision_regions: predict returned shape (5,) and dtype float64 for (5, 2), "
            "expected classes (5,). Return a class for every point: scores.argmax(axis=1).",
        ),
        (
            lambda: images(DIGITS[:, :60], range(5)),
            ShapeError,
            "images: pixels has shape (5, 60), expected (M, 64) or (M, 8, 8), M up to 48. ",
        ),
        (
            lambda: images(np.ones((49, 64)), range(49)),
            ShapeError,
            "images: pixels has shape (49, 64), expected (M, 64) or (M, 8, 8), M up to 48. ",
        ),
        (
            lambda: images(DIGITS, range(4)),
            ShapeError,
            "images: labels has 4 entries, expected 5, one for every image. Select both alike.",
        ),
        (
            lambda: images(DIGITS, range(5), predicted=[1]),
            ShapeError,
            "images: predicted has 1 entries, expected 5, one for every image. Select both alike.",
        ),
    ],
)
def test_bad_input_gets_a_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)
