"""Asking a part's rule whom a task is for, and trusting no answer that could not work."""

from __future__ import annotations

from collections.abc import Sequence

from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.workflow.faults import StepBroken
from app.workflow.loaded import Loaded
from app.workflow.slot_rules import Place, Slot, SlotRule

LONGEST_KEY = 40


class NobodyAsked(Broken):
    """A task for several people is for nobody."""


class SlotsUnusable(Broken):
    """The slots of a task could not be told apart, or name nobody or the same person twice."""


def offered(loaded: Loaded, rule: SlotRule, place: Place) -> Sequence[Slot]:
    """Return the slots of a task that appeared.

    Errors: StepBroken when the rule names nobody, breaks, or gives slots that cannot work; nobody is asked.
    """
    try:
        slots = rule.offer(loaded.uow, loaded.record, place)
        _refuse_unusable(loaded, place, slots)
    except Broken as error:
        raise StepBroken(loaded.row.id, place.element_id, error) from error
    return slots


def _refuse_unusable(loaded: Loaded, place: Place, slots: Sequence[Slot]) -> None:
    name = loaded.definition.compiled.calls[place.call_id].name
    if not slots:
        raise NobodyAsked(_("“%(task)s” is for nobody. Name somebody who decides it.", task=name))
    keys = [slot.key for slot in slots]
    people = [slot.person_id for slot in slots if slot.person_id is not None]
    is_whole = all(
        (slot.person_id is None) != (slot.group_id is None) and 0 < len(slot.key) <= LONGEST_KEY
        for slot in slots
    )
    if not is_whole or len(set(keys)) != len(keys):
        raise SlotsUnusable(_("The places of “%(task)s” cannot be told apart.", task=name))
    if len(set(people)) != len(people):
        raise SlotsUnusable(_("“%(task)s” names one person twice.", task=name))
