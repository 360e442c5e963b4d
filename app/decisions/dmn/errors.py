"""What can be wrong with a decision model, or go wrong when it is evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from app.foundation.errors import Broken, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext


class ModelInvalid(Invalid):
    """The file is not a decision model that can be run; `problems` carry element ids."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        """Count the problems and list them below the sentence."""
        self.name = name
        head = ngettext(
            "The decision model “%(name)s” has %(num)s problem.",
            "The decision model “%(name)s” has %(num)s problems.",
            len(problems),
            name=name,
        )
        super().__init__("\n".join((head, *(str(problem) for problem in problems))), problems)


class DecisionNotFound(NotFound):
    """The model has no decision of that id or name."""

    def __init__(self, decision: str, model: str) -> None:
        """Name both."""
        self.decision = decision
        super().__init__(
            _(
                "The decision model “%(model)s” has no decision “%(decision)s”. Check the decision's key.",
                model=model,
                decision=decision,
            )
        )


class RulesOverlap(Broken):
    """Several rules match where the hit policy allows one answer."""

    def __init__(self, table: str, rules: Sequence[str], policy: str) -> None:
        """Name the table, the rules that met and the policy they break."""
        self.table = table
        self.rules = tuple(rules)
        super().__init__(
            _(
                "The rules %(rules)s of the table “%(table)s” match the same case, which its hit policy "
                "%(policy)s does not allow. Change the rules so that only one applies, or the hit policy.",
                rules=", ".join(rules),
                table=table,
                policy=policy,
            )
        )


class LogicUnreadable(Broken):
    """A part of a model that could not be read was reached; only drafts hold such parts."""

    def __init__(self, element: str) -> None:
        """Name the element."""
        super().__init__(_("“%(element)s” could not be read. Mend the model first.", element=element))
