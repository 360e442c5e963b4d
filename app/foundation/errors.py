"""The root of all named errors and its five branches.

A named error is defined beside the code that raises it; only the branches live here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a form, a diagram, a table or a file.

    Shape: `where` names the field, element id or row; `rule` is a stable key of the rule broken;
    `sentence` says what is wrong; `mend` says how to put it right.
    """

    where: str
    rule: str
    sentence: str
    mend: str = ""

    def __str__(self) -> str:
        """Return the problem as one readable line."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.sentence}{' ' + self.mend if self.mend else ''}"


class QmsError(Exception):
    """Any refusal or failure that Keel names. The message is a sentence for the user."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence shown to the user."""
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(QmsError):
    """The thing does not exist, or the person may not know that it does."""


class Refused(QmsError):
    """The person may not do this, or not at this moment."""


class Invalid(QmsError):
    """The input is wrong; `problems` lists every fault found, not only the first."""

    def __init__(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """Keep the sentence and all problems, in the order in which they were found."""
        super().__init__(sentence)
        self.problems = tuple(problems)


class Conflict(QmsError):
    """Someone else was first, or what the page showed is stale."""


class Broken(QmsError):
    """Something that must hold does not; a person has to look."""
