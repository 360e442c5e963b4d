"""What stands between a nonconformity or a CAPA and its closing, in sentences with doors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.actions.service import ACTION_REQUESTED
from app.capa.ledger import recurrences_of
from app.capa.models import Capa, Nonconformity
from app.capa.requesters import points_for
from app.capa.requests import CAPA_REQUESTED, REASSESSMENT_REQUESTED
from app.capa.rules import MAJOR
from app.foundation import clock
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.workflow.lifecycle import OpenPoint
from app.workflow.models import Message, MessageState

CAPA_KIND = "capa"
NONCONFORMITY_KIND = "nonconformity"
_AWAITED: Mapping[str, tuple[str, Callable[[], str]]] = {
    CAPA_REQUESTED: (CAPA_KIND, lambda: _("A CAPA is requested and not opened yet.")),
    ACTION_REQUESTED: ("action", lambda: _("An action is requested and not opened yet.")),
    REASSESSMENT_REQUESTED: ("reassessment", lambda: _("A reassessment is requested and not opened yet.")),
}


def open_points(session: Session, kind: str, record_id: int) -> Sequence[OpenPoint]:
    """Return what this domain still asks of a record; of others, that the CAPAs they asked for are proven.

    Source: lifecycles 5.7 for the CAPA, 4.0b for the nonconformity.
    """
    return (*_own(session, kind, record_id), *_on_the_way(session, kind, record_id))


def _own(session: Session, kind: str, record_id: int) -> Iterable[OpenPoint]:
    if kind == CAPA_KIND:
        return _of_capa(session, session.get_one(Capa, record_id))
    if kind == NONCONFORMITY_KIND:
        return _of_nonconformity(session, session.get_one(Nonconformity, record_id))
    return points_for(session, record_id)


def _of_nonconformity(session: Session, row: Nonconformity) -> Iterator[OpenPoint]:
    yield OpenPoint(
        "contained", _("It is contained, or there is a reason why not."), bool(row.containment_choice)
    )
    yield OpenPoint("classified", _("Triage has confirmed it."), row.triage_verdict == "confirmed")
    if row.is_product_affected:
        is_done = row.reverify_result == "pass"
        yield OpenPoint("disposed", _("The product is disposed of, and the outcome is verified."), is_done)
    if row.route == "capa":
        linked = session.get(Capa, row.capa_id) if row.capa_id else None
        yield OpenPoint(
            "capa_linked", _("Its CAPA is opened and linked."), linked is not None, CAPA_KIND, row.capa_id
        )


def _of_capa(session: Session, row: Capa) -> Iterator[OpenPoint]:
    yield OpenPoint("cause", _("A root cause is found and validated."), row.is_cause_validated)
    yield OpenPoint(
        "implemented",
        _("The plan is carried out completely, and that is verified."),
        row.completeness == "complete" and row.implemented_at is not None,
    )
    yield OpenPoint("waited", _("The waiting period is over."), _is_wait_over(row))
    missed = row.missed_count or 0
    yield OpenPoint(
        "criteria",
        _("Every criterion set up front is met.")
        if not missed
        else ngettext("%(num)s criterion is missed.", "%(num)s criteria are missed.", missed),
        row.missed_count == 0,
    )
    again = len(recurrences_of(session, row))
    yield OpenPoint(
        "no_recurrence",
        _("It has not happened again within the window.")
        if not again
        else ngettext("It happened again once.", "It happened again %(num)s times.", again),
        again == 0,
    )
    yield OpenPoint(
        "risks", _("The risks are assessed again, or there is a reason why not."), _are_risks_answered(row)
    )


def _on_the_way(session: Session, kind: str, record_id: int) -> Iterator[OpenPoint]:
    """Name what was asked for and is not taken up yet: no record stands for it, so nobody else would."""
    source = f"{kind}:{record_id}"
    names = session.scalars(
        select(Message.name).where(
            Message.name.in_(_AWAITED),
            Message.state != MessageState.DELIVERED.value,
            or_(Message.source == source, Message.source.startswith(f"{source}:", autoescape=True)),
        )
    )
    for name in sorted(set(names)):
        link_kind, sentence = _AWAITED[name]
        yield OpenPoint(f"on_the_way:{name}", sentence(), is_met=False, link_kind=link_kind)


def _is_wait_over(row: Capa) -> bool:
    if row.wait_ended_at is None or row.half_wait_at is None:
        return False
    return row.half_wait_at <= row.wait_ended_at <= clock.now()


def _are_risks_answered(row: Capa) -> bool:
    """Tell whether the question of the risks is answered; whether a reassessment is open, the risks tell."""
    if row.risk_update == "update" or (row.severity or 0) >= MAJOR:
        return row.reassessment_requested_at is not None
    return bool((row.risk_justification or "").strip())
