"""Task policies: when a task is due, when its owner is reminded, and who hears of it when it is late."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.foundation.durations import Duration
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record
from app.workflow.models import TaskPolicy

DEFAULT = "default"
MANAGER = "manager"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
CACHE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Escalation:
    """One rung of the ladder: how long after the due moment, and who is told.

    Shape: `to` is `manager` (of the person who has the task) or a role key at the record's site.
    """

    after: Duration
    to: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How a kind of task is dealt with. Durations are working time of the site's calendar.

    Shape: `reminders` are spans before the due moment, the longest first; `escalations` spans after it.
    """

    key: str
    default_due: Duration
    reminders: tuple[Duration, ...]
    escalations: tuple[Escalation, ...]


# House default: remind three days and one day before; late ones climb from the manager to the top.
SHIPPED = Policy(
    key=DEFAULT,
    default_due=Duration(days=5),
    reminders=(Duration(days=3), Duration(days=1)),
    escalations=(
        Escalation(Duration(days=1), "manager"),
        Escalation(Duration(days=7), "quality_manager"),
        Escalation(Duration(days=14), "top_management"),
    ),
)


def policy_for(session: Session, key: str, site_id: int | None) -> Policy:
    """Return the site's policy of that key, else the one for all sites, else the shipped default."""
    row = session.scalars(
        select(TaskPolicy)
        .where(TaskPolicy.key == key, or_(TaskPolicy.site_id == site_id, TaskPolicy.site_id.is_(None)))
        .order_by(TaskPolicy.site_id.is_(None))
        .limit(1)
    ).first()
    return SHIPPED if row is None else _policy(row)


class PolicyInvalid(Invalid):
    """The policy cannot be kept like this; all problems are listed."""


@dataclass(frozen=True, slots=True)
class PolicyOrder:
    """A policy as an admin writes it.

    Shape: `reminders` are durations such as P3D, parted by commas; `escalations` one a line, a duration and
    `manager` or a role key, such as `P7D quality_manager`.
    """

    key: str
    default_due: str
    reminders: str = ""
    escalations: str = ""


def keep_policy(uow: UnitOfWork, order: PolicyOrder, site_id: int | None) -> TaskPolicy:
    """Keep a policy for a site, or for all sites without one. Safe to call again.

    Errors: PolicyInvalid with every problem.
    Effects: one row and a trail entry; tasks that appear from here on follow it.
    """
    values = _checked(order)
    row = uow.session.scalars(
        select(TaskPolicy).where(
            TaskPolicy.key == order.key, TaskPolicy.site_id.is_not_distinct_from(site_id)
        )
    ).one_or_none()
    before = None if row is None else {name: getattr(row, name) for name in values}
    if row is None:
        row = TaskPolicy(key=order.key, site_id=site_id, **values)
        uow.session.add(row)
    else:
        row.default_due, row.reminders, row.escalations = values.values()
    uow.session.flush()  # the trail names its id
    record(
        uow,
        verb="task_policy.kept",
        subject=Subject(kind="task_policy", id=row.id, label=order.key),
        before=before,
        after={**values, "site": site_id},
    )
    uow.after_commit(policies.clear)
    return row


def order_of(policy: Policy) -> PolicyOrder:
    """Return a policy as an admin would write it."""
    return PolicyOrder(
        key=policy.key,
        default_due=str(policy.default_due),
        reminders=", ".join(str(span) for span in policy.reminders),
        escalations="\n".join(f"{rung.after} {rung.to}" for rung in policy.escalations),
    )


def policy_keys(session: Session) -> frozenset[str]:
    """Return the keys a diagram may name: the shipped default and all that admins keep."""
    return frozenset({DEFAULT, *session.scalars(select(TaskPolicy.key).distinct())})


class PolicyCache:
    """Policies by key and site, read again after half a minute: rows that change once a year."""

    def __init__(self) -> None:
        """Start empty."""
        self._policies: dict[tuple[str, int | None], tuple[float, Policy]] = {}

    def get(self, session: Session, key: str, site_id: int | None) -> Policy:
        """Return the policy, from memory when it was read just before."""
        found = self._policies.get((key, site_id))
        if found is None or found[0] < time.monotonic():
            found = (time.monotonic() + CACHE_SECONDS, policy_for(session, key, site_id))
            self._policies[key, site_id] = found
        return found[1]

    def clear(self) -> None:
        """Forget everything: a policy was changed, or a test began."""
        self._policies.clear()


policies = PolicyCache()


def nudges_of(policy: Policy, due_at: datetime) -> list[tuple[datetime, str]]:
    """Return every reminder and escalation of a task in order of time: moment, and whom to tell.

    Shape: `assignee` for reminders and for the due moment itself, else the rung's `to`.
    Units: calendar days; a reminder that falls on a free day still arrives before the working day.
    """
    before = [(due_at - span.span, "assignee") for span in policy.reminders]
    after = [(due_at + rung.after.span, rung.to) for rung in policy.escalations]
    return sorted([*before, (due_at, "assignee"), *after])


def next_nudge(policy: Policy, due_at: datetime, done: int, now: datetime) -> tuple[int, datetime | None]:
    """Return how many nudges lie behind and when the next one is; reminders already past are passed over.

    Shape: (count, None) when there is nothing left to say.
    """
    moments = nudges_of(policy, due_at)
    while done < len(moments) and moments[done][0] <= now:
        done += 1
    return done, (moments[done][0] if done < len(moments) else None)


def _checked(order: PolicyOrder) -> dict[str, Any]:
    problems: list[Problem] = []
    due = _span("default_due", order.default_due, problems)
    reminders = [_span("reminders", text, problems) for text in order.reminders.split(",") if text.strip()]
    rungs = [_rung(line, problems) for line in order.escalations.splitlines() if line.strip()]
    if not _KEY.fullmatch(order.key):
        problems.append(
            Problem("key", "key", _("A name is small letters, digits and _."), _("For example: urgent"))
        )
    if problems:
        raise PolicyInvalid(_("The policy was not kept."), problems)
    longest_first = sorted(reminders, key=lambda text: Duration.parse(text).span, reverse=True)
    return {"default_due": due, "reminders": longest_first, "escalations": rungs}


def _span(field: str, text: str, problems: list[Problem]) -> str:
    try:
        return str(Duration.parse(text))
    except Invalid as error:
        problems.append(Problem(field, "duration", error.sentence, _("Write it like P3D or PT4H.")))
        return ""


def _rung(line: str, problems: list[Problem]) -> dict[str, str]:
    span, _blank, to = line.strip().partition(" ")
    to = to.strip()
    if to != MANAGER and to not in set(Role):
        problems.append(
            Problem(
                "escalations",
                "who",
                _("“%(to)s” is nobody who could be told.", to=to[:40]),
                _("Write manager or a role such as quality_manager after the duration."),
            )
        )
    return {"after": _span("escalations", span, problems), "to": to}


def _policy(row: TaskPolicy) -> Policy:
    return Policy(
        key=row.key,
        default_due=Duration.parse(row.default_due),
        reminders=_durations(row.reminders),
        escalations=_rungs(row.escalations),
    )


def _durations(texts: Sequence[str]) -> tuple[Duration, ...]:
    return tuple(Duration.parse(text) for text in texts)


def _rungs(rows: Sequence[Mapping[str, str]]) -> tuple[Escalation, ...]:
    return tuple(Escalation(Duration.parse(row["after"]), row["to"]) for row in rows)
