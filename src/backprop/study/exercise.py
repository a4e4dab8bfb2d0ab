"""What an exercise is: declared once, used by its notebook, its page, its tests.

Introduced in chapter 2.
"""

from typing import NamedTuple


class Exercise(NamedTuple):
    """An exercise.

    Attributes
    ----------
    id : str
        ``"affine-3"``: the chapter's word and the number.
    stars : int
        1: apply the text; 2: combine; 3: derive something new.
    title : str
    asks : str
        What is asked, in one line; the notebook states it in full.
    kind : Number, Shapes, Choice, Symbolic or Function
        How an answer is judged, and the mistakes to expect.
    stub : str
        The source of the cell that the reader fills in, without its ``check``.
    hints : tuple of str
        Each says more than the one before; the last one nearly gives it away.
    see : tuple of (str, str)
        The chapters and headings that an answer needs.
    chapter : str
        The notebook it stands in, ``"04_affine"``.
    """

    id: str
    stars: int
    title: str
    asks: str
    kind: object
    stub: str
    hints: tuple
    see: tuple
    chapter: str

    @property
    def name(self):
        """The name under which the stub hands the answer to check."""
        first = self.stub.replace("(", " ").replace(":", " ").split()
        return first[1] if first[0] in ("def", "class") else first[0]

    @property
    def cell(self):
        """The source of the whole cell, as the notebook must hold it."""
        gap = "\n\n\n" if self.stub.startswith(("def ", "class ")) else "\n"
        return f'{self.stub.strip()}{gap}check("{self.id}", {self.name})'


class Verdict(NamedTuple):
    """What a kind of exercise says about an answer.

    Attributes
    ----------
    status : {"right", "wrong", "untried"}
    says : str
    see : tuple of (str, str)
        Sections that explain the mistake.
    mistakes : tuple of str
        The names of the mistakes that were recognised.
    remarks : tuple of str
        What was noticed besides, on right answers too.
    """

    status: str
    says: str = ""
    see: tuple = ()
    mistakes: tuple = ()
    remarks: tuple = ()


class Problem(NamedTuple):
    """Why there is nothing to judge: what a reader's code did instead, and a sentence."""

    name: str
    says: str


UNTRIED = Verdict("untried")


def right(says, remarks=()):
    """Return the verdict on a right answer."""
    return Verdict("right", says, remarks=tuple(remarks))


def wrong(says, *mistakes, see=(), remarks=()):
    """Return the verdict on a wrong answer."""
    return Verdict("wrong", says, tuple(see), mistakes, tuple(remarks))


class Wrong(NamedTuple):
    """An answer to expect, what is said about it, and where to read on.

    Attributes
    ----------
    name : str
        The mistake, in two or three words.
    answer : object
        What a reader with this mistake answers: a number, a shape, an option, a function that
        returns an expression.
    says : str
    see : tuple of (str, str)
    """

    name: str
    answer: object
    says: str
    see: tuple = ()
