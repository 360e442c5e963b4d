"""What the page of the weights of exposure shows: fields, versions, and what a change would do to risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.quality_events.exposure import assessed_risks, indicated_by
from app.quality_events.rules.exposure import Indicated, Weights
from app.quality_events.settings import to_values, versions
from app.records.models import Record
from app.records.visibility import visible
from app.web.fields import FieldView
from app.web.forms import text_field
from app.web.parts import Column

MOST_SHOWN = 10


def weight_fields(weights: Weights) -> tuple[FieldView, ...]:
    """Return a field for each weight and one for the reason of a change."""
    labels = weight_labels()
    fields = [
        text_field(key, labels[key], value, is_required=True, limits={"inputmode": "decimal"})
        for key, value in to_values(weights).items()
    ]
    reason = FieldView(
        "reason", "textarea", _("Why it changes"), help=_("The trail and the list of versions show it.")
    )
    return (*fields, reason)


def preview_columns() -> tuple[Column, ...]:
    """Return the columns of what a change would do."""
    return (
        Column("number", _("Risk")),
        Column("title", _("Title"), "title"),
        Column("assessed", _("Assessed"), "number"),
        Column("before", _("Indicated today"), "number"),
        Column("after", _("With these weights"), "number"),
    )


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


def weight_labels() -> Mapping[str, str]:
    """Return what each weight is called, by key, in the order of the page."""
    return {
        "type.major_finding": _("Major finding"),
        "type.minor_finding": _("Minor finding"),
        "type.improvement_opportunity": _("Opportunity for improvement"),
        "type.nonconformity": _("Nonconformity"),
        "type.complaint": _("Justified complaint"),
        "type.incident": _("Incident with harm"),
        "type.near_miss": _("Near miss"),
        "type.supplier_downgrade": _("Supplier downgraded"),
        "type.indicator_breach": _("Indicator past its action limit"),
        "type.capa_effective": _("CAPA effective"),
        "type.capa_ineffective": _("CAPA ineffective"),
        "type.capa_overdue": _("CAPA overdue"),
        "type.document_review_overdue": _("Document review overdue"),
        "type.competence_gap": _("Competence gap"),
        "severity_divisor": _("Severity is divided by"),
        "half_life_days": _("Half is left after days"),
        "place": _("Same process and site, not linked"),
        "effective": _("Times, once its CAPA is effective"),
        "ineffective": _("Times, once its CAPA is ineffective"),
        "divisor": _("Pressure for one step of likelihood"),
        "most_steps": _("Most steps"),
        "severity_window_days": _("Days in which the gravest event counts"),
        "gap": _("Points that ask for a reassessment"),
        "trend_days": _("Days the trend looks back"),
        "trend_weight": _("Part that the trend adds to the priority"),
    }


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
        "number": number,
        "title": title,
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
