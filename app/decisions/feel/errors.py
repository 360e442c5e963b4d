"""What can go wrong with an expression; each error carries the sentence shown to its author."""

from __future__ import annotations

from app.foundation.errors import Broken, Invalid, Problem
from app.foundation.i18n import gettext as _


class FeelSyntaxError(Invalid):
    """The text is not an expression. `position` counts characters from 0."""

    def __init__(self, why: str, *, text: str, position: int, mend: str = "") -> None:
        """Build the sentence from the reason, the text and the place in it."""
        self.text = text
        self.position = position
        self.mend = mend
        sentence = _(
            "The expression “%(text)s” cannot be read at character %(position)s: %(why)s",
            text=_shorten(text),
            position=position + 1,
            why=why,
        )
        problem = Problem(where=str(position + 1), rule="feel-syntax", sentence=sentence, mend=mend)
        super().__init__(f"{sentence} {mend}".strip(), (problem,))


class BudgetExceeded(Broken):
    """The evaluation was stopped because it asked for more than its budget allows."""

    def __init__(self, resource: str, limit: object) -> None:
        """Name the resource that ran out and its limit."""
        self.resource = resource
        self.limit = limit
        super().__init__(
            _(
                "The expression was stopped: it needs more %(resource)s than the %(limit)s allowed. "
                "Make it simpler, or compute the value in an operation.",
                resource=resource,
                limit=limit,
            )
        )


class NotAFeelValue(Invalid):
    """A value offered to an expression is of a kind that expressions do not know."""

    def __init__(self, value: object) -> None:
        """Name the kind of the value, never its content."""
        super().__init__(
            _(
                "A value of kind “%(kind)s” cannot be used in an expression. "
                "Offer text, numbers, dates, lists or mappings.",
                kind=type(value).__name__,
            )
        )


def _shorten(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
