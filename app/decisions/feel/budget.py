"""Limits of one evaluation, and the meter that holds an evaluation to them.

Every step, character and item is paid for in steps, so that time and memory are bounded together:
a string costs one step for each 64 characters, a list one step for each item.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.decisions.feel.errors import BudgetExceeded
from app.foundation.i18n import gettext as _

CHARACTERS_PER_STEP = 64


@dataclass(frozen=True, slots=True)
class Budget:
    """What one expression may use.

    Units: `steps` nodes evaluated and work done by functions; `depth` nested evaluations; `text` characters
    of source; `nodes` parts of the syntax tree; `nesting` brackets within brackets in the source;
    `characters` of one string; `items` of one list or of a whole result; `magnitude` the highest power of
    ten of a number.
    """

    steps: int = 10_000
    depth: int = 100
    text: int = 2_000
    nodes: int = 200
    nesting: int = 32
    characters: int = 65_536
    items: int = 10_000
    magnitude: int = 34


class Meter:
    """Counts what an evaluation uses and stops it at its budget. A stopped meter is not used again."""

    __slots__ = ("budget", "depth", "steps_left")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps_left = budget.steps
        self.depth = 0

    def spend(self, steps: int = 1) -> None:
        """Pay for work that is about to be done.

        Errors: BudgetExceeded when the steps are used up.
        """
        self.steps_left -= steps
        if self.steps_left < 0:
            raise BudgetExceeded(_("steps"), self.budget.steps)

    def enter(self) -> None:
        """Pay for one step one level deeper; `leave` comes back up.

        Errors: BudgetExceeded when steps or depth are used up.
        """
        self.steps_left -= 1
        self.depth += 1
        if self.steps_left < 0:
            raise BudgetExceeded(_("steps"), self.budget.steps)
        if self.depth > self.budget.depth:
            raise BudgetExceeded(_("levels of nesting"), self.budget.depth)

    def leave(self) -> None:
        """Come back up one level."""
        self.depth -= 1

    def pay_text(self, length: int) -> None:
        """Pay for a string of `length` characters before it is built.

        Errors: BudgetExceeded when one string or all together grow too long.
        """
        if length > self.budget.characters:
            raise BudgetExceeded(_("characters"), self.budget.characters)
        self.spend(length // CHARACTERS_PER_STEP)

    def pay_items(self, count: int) -> None:
        """Pay for a list of `count` items before it is built.

        Errors: BudgetExceeded when one list or all together grow too long.
        """
        self.check_items(count)
        self.spend(count)

    def check_items(self, count: int) -> None:
        """Refuse a list of more than the allowed items, without paying for it.

        Errors: BudgetExceeded.
        """
        if count > self.budget.items:
            raise BudgetExceeded(_("list items"), self.budget.items)
