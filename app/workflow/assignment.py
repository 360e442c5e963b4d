"""Who gets a task, why, and until when."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import select

from app.accounts.groups import group_for, holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.decisions.feel import compile_expression, to_python
from app.foundation.durations import Duration
from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import add_working_time
from app.workflow.compile import UserTaskSpec
from app.workflow.engine import LiveTask
from app.workflow.faults import StepBroken
from app.workflow.lifecycle import Candidate, RecordView
from app.workflow.loaded import Loaded
from app.workflow.models import Task, TaskState
from app.workflow.policies import DEFAULT, Policy, next_nudge, policies
from app.workflow.site_calendars import calendars
from app.workflow.slot_offers import offered
from app.workflow.slot_rules import Slot
from app.workflow.spots import Spot

POOL_SECONDS = 30.0


class DueUnreadable(Broken):
    """The due rule of a task gives neither a duration nor a moment."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who a task goes to.

    Shape: exactly one of person and group is set; `why` is a key: `named` (the record names the person),
    `chosen` (the diagram does), `role`, `nobody_has_role` (quality manager instead) or
    `nobody_at_site` (admins instead).
    """

    why: str
    person_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """A candidate group and whether anybody was in it a moment ago."""

    group_id: int
    has_members: bool


class PoolCache:
    """Pools by role, site and process, looked up again after half a minute.

    A task that falls between a withdrawal and the next look is caught by the hand-over and its regular check.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._pools: dict[tuple[str, int | None, int | None], tuple[float, Pool]] = {}
        self._lock = Lock()

    def get(self, uow: UnitOfWork, role: Role, site_id: int | None, process_id: int | None) -> Pool:
        """Return the pool, from memory when it was looked up just before."""
        key = (role.value, site_id, process_id)
        found = self._pools.get(key)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        pool = Pool(
            group_for(uow, role, site_id, process_id),
            bool(holders_of(uow.session, role, site_id, uow.now.date(), process_id)),
        )
        if pool.has_members:  # an empty pool is worth a second look
            until = time.monotonic() + POOL_SECONDS
            # The group may be this act's own row: others must not use it before the commit.
            uow.after_commit(lambda: self._keep(key, until, pool))
        return pool

    def _keep(self, key: tuple[str, int | None, int | None], until: float, pool: Pool) -> None:
        with self._lock:
            self._pools[key] = (until, pool)

    def clear(self) -> None:
        """Forget everything: roles were given or withdrawn, or a test began."""
        with self._lock:
            self._pools.clear()


pools = PoolCache()


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of a task: who gets it, until when, and the key of its slot, "" for the only row.

    Shape: `policy` is the key of the task policy, "" for the task's own.
    """

    assignment: Assignment
    due_at: datetime
    slot: str = ""
    policy: str = ""


def rows_for(loaded: Loaded, live: LiveTask) -> list[Task]:
    """Return the rows of a task that appeared: one, or one for each slot; not yet added to the session.

    Errors: DueUnreadable; StepBroken when nobody can be asked.
    """
    spot = Spot(live.element_id, live.call_id)
    spec = loaded.definition.user_task(spot)
    policy = policies.get(loaded.uow.session, spec.policy or DEFAULT, loaded.record.site_id)
    due_at = due_of(loaded, spot, policy)
    rule = loaded.slot_rule(spot)
    if rule is None:
        return [row_of(loaded, spot, live.guid, Offer(assign(loaded, spot), due_at))]
    slots = offered(loaded, rule, loaded.place_of(spot, live.guid))
    return [row_of(loaded, spot, live.guid, offer_of(slot, due_at)) for slot in slots]


def offer_of(slot: Slot, due_at: datetime) -> Offer:
    """Return what a slot offers; the task's own due moment counts where the slot names none."""
    who = Assignment(slot.why, slot.person_id, slot.group_id)
    return Offer(who, slot.due_at or due_at, slot.key, slot.policy)


def row_of(loaded: Loaded, spot: Spot, guid: str, offer: Offer) -> Task:
    """Return one row of a task, not yet added to the session."""
    spec, assignment = loaded.definition.user_task(spot), offer.assignment
    record, now = loaded.record, loaded.uow.now
    key = offer.policy or spec.policy or DEFAULT
    policy = policies.get(loaded.uow.session, key, record.site_id)
    nudges, nudge_at = next_nudge(policy, offer.due_at, 0, now)
    return Task(
        instance_id=loaded.row.id,
        definition_version_id=loaded.row.definition_version_id,
        definition_key=loaded.row.definition_key,
        element_id=spot.element_id,
        call_id=spot.call_id,
        guid=guid,
        slot=offer.slot,
        title=spec.name,
        record_kind=record.kind,
        record_id=record.id,
        record_number=record.number,
        record_title=record.title,
        site_id=record.site_id,
        severity=record.severity,
        priority=_priority(record.severity),
        role=spec.role,
        duty=spec.duty or None,
        why=assignment.why,
        candidate_group_id=assignment.group_id,
        assignee_id=assignment.person_id,
        state=TaskState.OPEN.value,
        due_at=offer.due_at,
        original_due_at=offer.due_at,
        policy=key,
        nudges=nudges,
        nudge_at=nudge_at,
        created_at=now,
        row_version=1,
    )


def assign(loaded: Loaded, spot: Spot) -> Assignment:
    """Decide who a task goes to; a task nobody could do goes to the quality manager, then to the admins.

    Errors: StepBroken when the lifecycle wants one named person for the step and there is nobody.
    """
    spec = loaded.definition.user_task(spot)
    rule = loaded.lifecycle.candidates.get(spot.step_id)
    if rule is not None:
        return Assignment("chosen", person_id=_candidate(loaded, spec, rule))
    chosen = _chosen_person(loaded, spec, spot.call_id)
    if chosen is not None and _is_active(loaded.uow, chosen):
        return Assignment("chosen", person_id=chosen)
    return assign_by_record(loaded.uow, spec.role, loaded.record)


def assign_by_record(uow: UnitOfWork, role_key: str, record: RecordView) -> Assignment:
    """Give a task to the person whom the record names for the role, else offer it to the role's people."""
    named = record.values.get(f"{role_key}_id")
    if isinstance(named, int) and _is_active(uow, named):
        return Assignment("named", person_id=named)
    return assign_to_role(uow, role_key, record.site_id, record.process_id)


def assign_to_role(uow: UnitOfWork, role_key: str, site_id: int | None, process_id: int | None) -> Assignment:
    """Offer a task to the people of a role at a site, or to those who stand in when there are none."""
    role = Role(role_key)
    of_process = process_id if role is Role.PROCESS_OWNER else None
    pool = pools.get(uow, role, site_id, of_process)
    if pool.has_members:
        return Assignment("role", group_id=pool.group_id)
    fallback = pools.get(uow, Role.QUALITY_MANAGER, site_id, None)
    if fallback.has_members:
        return Assignment("nobody_has_role", group_id=fallback.group_id)
    return Assignment("nobody_at_site", group_id=pools.get(uow, Role.ADMIN, None, None).group_id)


def due_of(loaded: Loaded, spot: Spot, policy: Policy) -> datetime:
    """Return when a task is due: a span is working time of the site from now, FEEL may give any moment.

    Errors: DueUnreadable.
    """
    spec = loaded.definition.user_task(spot)
    if not spec.due:
        return _in_working_time(loaded, policy.default_due)
    if spec.due.startswith("P"):
        return _in_working_time(loaded, Duration.parse(spec.due))
    value: Any = to_python(
        compile_expression(spec.due).evaluate(loaded.scope(spot.call_id), now=loaded.uow.now)
    )
    if value is None:  # the record has no such day
        return _in_working_time(loaded, policy.default_due)
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and value.startswith("P"):
        return _in_working_time(loaded, Duration.parse(value))
    raise DueUnreadable(
        _("The due rule of “%(task)s” gives no moment: %(rule)s", task=spec.name, rule=spec.due)
    )


def _in_working_time(loaded: Loaded, span: Duration) -> datetime:
    calendar = calendars.get(loaded.uow.session, loaded.record.site_id)
    return add_working_time(loaded.uow.now, span, calendar)


def _chosen_person(loaded: Loaded, spec: UserTaskSpec, call_id: str) -> int | None:
    if not spec.person:
        return None
    value = compile_expression(spec.person).evaluate(loaded.scope(call_id))
    return None if value is None else int(str(value))


def _candidate(loaded: Loaded, spec: UserTaskSpec, rule: Candidate) -> int:
    try:
        return rule(loaded.uow, loaded.record)
    except Broken as error:
        raise StepBroken(loaded.row.id, spec.element_id, error) from error


def _is_active(uow: UnitOfWork, person_id: int) -> bool:
    return bool(uow.session.scalar(select(Person.is_active).where(Person.id == person_id)))


def _priority(severity: int | None) -> int:
    """Return 1 (urgent) to 3 (normal): what is severe comes first among equals."""
    if severity is None:
        return 3
    return {5: 1, 4: 2}.get(severity, 3)
