"""What the page of the weights of exposure shows: fields, versions, and what a change would do to risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.quality_events.exposure import assessed_risks, indicated_by
from app.quality_events.rules.exposure import Indicated, Weights
from app.quality_events.settings import to_values, versions
from app.quality_events.weight_words import weight_groups, weight_labels
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.web.fields import FieldView
from app.web.forms import text_field, with_answers
from app.web.parts import Column, Link

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Weights that belong together, as fields."""

    title: str
    sentence: str
    fields: tuple[FieldView, ...]


def weight_fields(
    weights: Weights, typed: Mapping[str, str], problems: Sequence[Problem] = ()
) -> tuple[FieldGroup, ...]:
    """Return a field for each weight in its group, with what was typed and what is wrong with it."""
    values = to_values(weights)
    return tuple(
        FieldGroup(
            group.title,
            group.sentence,
            with_answers(
                [
                    text_field(key, label, values[key], is_required=True, limits={"inputmode": "decimal"})
                    for key, label in group.labels.items()
                ],
                typed,
                problems,
            ),
        )
        for group in weight_groups()
    )


def reason_fields(typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> tuple[FieldView, ...]:
    """Return the field for the reason of a change."""
    help_ = _("The trail and the list of versions show it.")
    reason = FieldView("reason", "textarea", _("Why it changes"), help=help_, limits={"maxlength": 1000})
    return with_answers([reason], typed, problems)


def preview_columns() -> tuple[Column, ...]:
    """Return the columns of what a change would do."""
    return (
        Column("risk", _("Risk"), "link"),
        Column("assessed", _("Assessed"), "number"),
        Column("before", _("Now"), "number"),
        Column("after", _("Then"), "number"),
    )


def nothing_to_show(session: Session) -> str:
    """Return why no risk is shown: none is assessed, or none of them is for this person."""
    if assessed_risks(session):
        return _("Risks are assessed, but none of them is for you to see.")
    return _("No risk is assessed yet. Assess one, and what happens will weigh on it.")


def preview_rows(
    session: Session, actor: Actor, current: Weights, proposed: Weights, at: datetime
) -> list[dict[str, Any]]:
    """Return the ten risks that events press hardest, with what the proposed weights make of them.

    Shape: of the risks the person may see.
    """
    named = _visible(session, actor, assessed_risks(session))
    now = indicated_by(session, named.keys(), current, at=at)
    hardest = sorted(now.values(), key=lambda one: (-one.pressure, one.risk_id))[:MOST_SHOWN]
    then = indicated_by(session, [one.risk_id for one in hardest], proposed, at=at)
    return [_row(named[one.risk_id], one, then[one.risk_id]) for one in hardest]


def version_columns() -> tuple[Column, ...]:
    """Return the columns of the versions."""
    return (
        Column("version", _("Version"), "number"),
        Column("valid_from", _("In force from"), "date"),
        Column("by", _("Decided by")),
        Column("reason", _("Reason")),
        Column("changes", _("What changed")),
    )


def version_rows(session: Session, shipped: Weights) -> list[dict[str, Any]]:
    """Return the versions with what each changed against the one before it, the latest first."""
    found = versions(session)
    names = names_of(session, [one.decided_by_id for one in found if one.decided_by_id is not None])
    rows = []
    before = [*(one.weights for one in found), to_values(shipped)][1:]
    for one, earlier in zip(found, before, strict=True):
        rows.append(
            {
                "version": one.id,
                "valid_from": one.valid_from,
                "by": names.get(one.decided_by_id or 0, _("Keel")),
                "reason": one.reason,
                "changes": _changes(earlier, one.weights),
            }
        )
    return rows


def _visible(session: Session, actor: Actor, risk_ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    statement = select(Record.id, Record.number, Record.title).where(Record.kind == "risk")
    wanted = set(risk_ids)
    return {
        row.id: (row.number, row.title)
        for row in session.execute(visible(statement, actor))
        if row.id in wanted
    }


def _row(named: tuple[str, str], before: Indicated, after: Indicated) -> dict[str, Any]:
    number, title = named
    return {
        "risk": Link(f"{number} {title}", record_url("risk", before.risk_id)),
        "assessed": before.assessed_score,
        "before": before.score,
        "after": after.score,
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    labels = weight_labels()
    return "; ".join(
        _("%(what)s %(before)s to %(after)s", what=labels[key], before=before[key], after=after[key])
        for key in labels
        if key in before and key in after and before[key] != after[key]
    )
