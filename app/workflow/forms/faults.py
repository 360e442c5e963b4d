"""How a wrong answer is said: one sentence for each rule, with the way to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext


class WrongAnswer(Invalid):
    """One answer does not fit its field. The place is known to the caller, not here."""

    def __init__(self, rule: str, sentence: str, mend: str = "") -> None:
        """Keep the rule that was broken."""
        super().__init__(sentence, (Problem("", rule, sentence, mend),))


class AnswersInvalid(Invalid):
    """The answers cannot be accepted; `problems` lists all, in the order of the page.

    Shape: `where` of a problem is the key, inside rows `key[index].column`.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Say how many answers need a look."""
        count = len(problems)
        sentence = ngettext(
            "One answer needs another look. Nothing you typed is lost.",
            "%(num)s answers need another look. Nothing you typed is lost.",
            count,
        )
        super().__init__(sentence, problems)


class UnknownAnswer(AnswersInvalid):
    """Answers came for keys the form does not have; no page of ours sends such."""


def wrong_kind(expected: str) -> WrongAnswer:
    """Return the refusal of an answer that is of another kind than the field."""
    return WrongAnswer("kind", _("This is not %(expected)s.", expected=expected), _("Enter it again."))


def missing() -> WrongAnswer:
    """Return the refusal of an empty answer to a question that needs one."""
    return WrongAnswer("required", _("This answer is missing."), _("Fill it in."))


def unknown_answers(paths: Sequence[str]) -> UnknownAnswer:
    """Return the refusal of answers the form does not ask for."""
    return UnknownAnswer(
        [
            Problem(
                path,
                "unknown-answer",
                _("The form has no question “%(key)s”.", key=path),
                _("Reload the page and fill it in again."),
            )
            for path in paths
        ]
    )
