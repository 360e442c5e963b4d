"""Tasks that several people do: one task of the engine, a row for each, and a rule for when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from app.accounts.models import Person
from app.foundation.errors import Conflict, Invalid, Problem, Refused
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow import instances
from app.workflow.assignment import due_of, offer_of, row_of
from app.workflow.loaded import Loaded
from app.workflow.models import Task, TaskState
from app.workflow.policies import DEFAULT, policies
from app.workflow.slot_people import DECIDED_BY_OTHERS, refuse_second_place
from app.workflow.slot_rules import Slot, SlotRule
from app.workflow.tasks import TaskGone, UnknownTask, gone_sentence


class NotASlot(Refused):
    """The task is not done by several people, so nobody can be added, replaced or withdrawn."""


class SlotTaken(Conflict):
    """The task has a slot of that key already."""


class NobodyLeft(Refused):
    """The last open slot of an undecided task cannot be withdrawn."""


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What came of changing the slots of a running task: the row, and whether that decided the task."""

    task_id: int
    is_decided: bool


def cast(loaded: Loaded, task: Task, answers: Mapping[str, Any]) -> bool:
    """Tell the rule of a task what somebody answered, and return whether the task is decided.

    Errors: what the rule refuses; StepBroken when it fails.
    """
    rule, uow = _rule_of(loaded, task), loaded.uow
    place = loaded.place_of(task.spot, task.guid)
    actor_id = task.completed_by_id
    if actor_id is None:
        raise UnknownTask(_("There is no task %(id)s.", id=task.id))
    return instances.guarded(
        loaded,
        lambda: rule.cast(uow, loaded.record, place, task.slot, answers, actor_id, uow.on_behalf_of_id),
    )


def decide(loaded: Loaded, task: Task) -> list[Task]:
    """End a decided task: withdraw its open rows in one statement, run the instance on, return what is new.

    Errors: StepBroken; what operations raise.
    """
    loaded.uow.session.execute(
        update(Task)
        .where(Task.guid == task.guid, Task.slot != "", Task.state == TaskState.OPEN.value)
        .values(
            state=TaskState.CANCELLED.value,
            cancelled_because=DECIDED_BY_OTHERS,
            nudge_at=None,
            row_version=Task.row_version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    loaded.closed.add(task.guid)
    instances.restore(loaded)
    return instances.complete_task(loaded, task.guid)


def add_slot(uow: UnitOfWork, task_id: int, slot: Slot, reason: str) -> SlotChange:
    """Ask one more person or group in a running task, named by any of its rows.

    Errors: UnknownTask; NotASlot; TaskGone when it is decided; SlotTaken; SecondPlace; Invalid without a
        reason or for somebody who cannot work; StepBroken.
    Effects: locks instance and record; one row and a trail entry; the rule may find the task decided.
    """
    loaded, sibling = _in_hand(uow, task_id, reason)
    place = select(Task.id).where(Task.guid == sibling.guid, Task.slot == slot.key)
    if uow.session.scalar(place) is not None:
        raise SlotTaken(_("“%(task)s” has this place already.", task=sibling.title))
    policy = policies.get(uow.session, sibling.policy or DEFAULT, sibling.site_id)
    offer = offer_of(slot, due_of(loaded, sibling.spot, policy))
    added = row_of(loaded, sibling.spot, sibling.guid, offer)
    if slot.person_id is not None:
        _require_active(uow, slot.person_id)
        refuse_second_place(uow, added, slot.person_id)
    uow.session.add(added)
    uow.session.flush()  # the trail names its id
    given = {"assignee": slot.person_id, "group": slot.group_id}
    _note(uow, added, "slot.added", reason, after=given)
    return _reviewed(loaded, added)


def replace_person(uow: UnitOfWork, task_id: int, person_id: int, reason: str) -> SlotChange:
    """Give an open slot to somebody else; what was typed so far is not shown to them.

    Errors: as `add_slot`.
    Effects: locks instance and record; a trail entry with both; the rule may find the task decided.
    """
    loaded, task = _in_hand(uow, task_id, reason)
    _refuse_gone(uow, task)
    _require_active(uow, person_id)
    refuse_second_place(uow, task, person_id)
    before = {"assignee": task.assignee_id, "group": task.candidate_group_id}
    task.assignee_id, task.candidate_group_id, task.claimed_at = person_id, None, None
    task.draft, task.draft_by_id, task.draft_at = None, None, None
    task.row_version += 1
    _note(uow, task, "slot.replaced", reason, before=before, after={"assignee": person_id, "group": None})
    return _reviewed(loaded, task)


def withdraw_slot(uow: UnitOfWork, task_id: int, reason: str) -> SlotChange:
    """Take an open slot out of a running task; the rule is asked whether the others have decided it.

    Errors: as `add_slot`; NobodyLeft when nobody could decide any longer.
    Effects: locks instance and record; the row is cancelled with the reason; a trail entry.
    """
    loaded, task = _in_hand(uow, task_id, reason)
    _refuse_gone(uow, task)
    task.state = TaskState.CANCELLED.value
    task.cancelled_because = reason.strip()[:300]
    task.nudge_at = None
    task.row_version += 1
    _note(uow, task, "slot.withdrawn", reason, before={"assignee": task.assignee_id})
    change = _reviewed(loaded, task)
    if not change.is_decided and not _open_rows(uow, task.guid):
        raise NobodyLeft(
            _("Nobody would be left to decide “%(task)s”. Replace the person instead.", task=task.title)
        )
    return change


def _in_hand(uow: UnitOfWork, task_id: int, reason: str) -> tuple[Loaded, Task]:
    """Lock the instance first, as every act does, then look at the task: no two acts wait for each other."""
    if not reason.strip():
        sentence = _("Say why.")
        raise Invalid(sentence, [Problem("reason", "required", sentence)])
    instance_id = uow.session.scalar(select(Task.instance_id).where(Task.id == task_id))
    if instance_id is None:
        raise UnknownTask(_("There is no task %(id)s.", id=task_id))
    row = instances.lock(uow, instance_id)
    task = uow.session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    if not task.slot:
        raise NotASlot(_("“%(task)s” is done by one person.", task=task.title))
    if not _open_rows(uow, task.guid):
        raise TaskGone(gone_sentence(uow, task))
    loaded = instances.look(uow, row)
    _rule_of(loaded, task)
    return loaded, task


def _rule_of(loaded: Loaded, task: Task) -> SlotRule:
    rule = loaded.slot_rule(task.spot)
    if rule is None:
        raise NotASlot(_("“%(task)s” is done by one person.", task=task.title))
    return rule


def _reviewed(loaded: Loaded, task: Task) -> SlotChange:
    rule, place = _rule_of(loaded, task), loaded.place_of(task.spot, task.guid)
    loaded.uow.session.flush()  # the rule reads what is there
    is_decided = instances.guarded(loaded, lambda: rule.review(loaded.uow, loaded.record, place))
    if is_decided:
        decide(loaded, task)
    return SlotChange(task.id, is_decided)


def _open_rows(uow: UnitOfWork, guid: str) -> int:
    uow.session.flush()
    query = select(func.count()).where(Task.guid == guid, Task.slot != "", Task.state == TaskState.OPEN.value)
    return uow.session.scalar(query) or 0


def _refuse_gone(uow: UnitOfWork, task: Task) -> None:
    if task.state != TaskState.OPEN.value:
        raise TaskGone(gone_sentence(uow, task))


def _require_active(uow: UnitOfWork, person_id: int) -> None:
    if not uow.session.scalar(select(Person.is_active).where(Person.id == person_id)):
        sentence = _("This person cannot work with Keel. Choose somebody who can.")
        raise Invalid(sentence, [Problem("person", "inactive", sentence)])


def _note(
    uow: UnitOfWork,
    task: Task,
    verb: str,
    reason: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    facts = {"task": task.id, "element": task.element_id, "call": task.call_id, "slot": task.slot}
    record(
        uow,
        verb=verb,
        subject=Subject(kind=task.record_kind, id=task.record_id, label=task.record_number),
        before=before,
        after={**facts, **(after or {})},
        reason=reason.strip(),
    )
