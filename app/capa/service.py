"""Acts on nonconformities and CAPAs that no diagram draws: clean units, and what a leaver hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.capa import ledger
from app.capa.ledger import note_recurrence
from app.capa.models import Capa
from app.capa.ports import NONCONFORMITY, as_identifiers, nonconformity
from app.capa.requests import CLEAN_UNITS_REACHED
from app.capa.rules import may_end_early
from app.capa.stages import NonconformityStatus
from app.foundation.errors import Conflict, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.records.facts import Birth
from app.records.visibility import RecordUnseen, get_visible, scope_of
from app.trail import Subject, record
from app.workflow import messages

PERMISSION = "actions.create"


class NotWaiting(Conflict):
    """The CAPA does not wait for its proof, so there is nothing to count."""


class UnitsInvalid(Invalid):
    """The number of units is not one that can be counted."""


def capa_for(session: Session, actor: Actor, capa_id: int) -> Capa:
    """Return a CAPA on which the person may report.

    Errors: RecordUnseen; NotAllowed.
    """
    row = get_visible(session, actor, capa_id)
    if not isinstance(row, Capa):
        raise RecordUnseen(_("There is no such CAPA, or it is not for you to see."))
    policy.require(actor, PERMISSION, scope_of(row))
    return row


def report_clean_units(uow: UnitOfWork, actor: Actor, capa_id: int, units: int, note: str) -> Capa:
    """Set how many units have gone without a failure since implementation; enough of them end the wait early.

    Units: `units` is the total since implementation, not an increment.
    Errors: RecordUnseen; NotAllowed; NotWaiting; UnitsInvalid.
    Effects: the record, a trail entry, and a stored message when the wait may end.
    Source: lifecycles 4.1 step 10; before half of the wait the units only count.
    """
    row = capa_for(uow.session, actor, capa_id)
    uow.session.refresh(row, with_for_update=True)
    if row.implemented_at is None or row.wait_ended_at is not None:
        raise NotWaiting(_("This CAPA does not wait for its proof at the moment."))
    if units < row.clean_units:
        sentence = _(
            "The units since implementation cannot become fewer; %(units)s are noted.", units=row.clean_units
        )
        raise UnitsInvalid(sentence, [Problem("units", "units.fewer", sentence)])
    before = row.clean_units
    row.clean_units = units
    row.row_version += 1
    record(
        uow,
        verb="capa.clean_units_reported",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        before={"units": before},
        after={"units": units},
        reason=note.strip() or None,
    )
    if may_end_early(units, row.min_clean_units, row.half_wait_at, uow.now):
        source = f"{row.kind}:{row.id}:{row.cycle}"
        messages.send(uow, CLEAN_UNITS_REACHED, row.number, source=source, payload={"units": units})
    return row


def land_history(uow: UnitOfWork, facts: Mapping[str, Any], birth: Birth) -> int:
    """Open a nonconformity of the past: closed, confirmed in the ledger at its date, without an instance.

    Shape: `facts` by column; `occurred_at` and `severity_initial` are wanted. `birth` says when it was opened
        and closed; it lands as imported whatever it says.
    Errors: FactsInvalid.
    Effects: record and quality event; being history, it never marks a CAPA.
    """
    closed_at = birth.closed_at or birth.opened_at or uow.now
    status = NonconformityStatus.CORRECTED.value
    past = replace(birth, closed_at=closed_at, status=status, is_imported=True)
    record_id = NONCONFORMITY.bear(uow, as_identifiers(facts, NONCONFORMITY.writable), past)
    row = nonconformity(uow, record_id)
    row.severity = row.severity or row.severity_initial
    row.occurred_at = row.occurred_at or row.opened_at
    row.triage_verdict, row.route = "confirmed", "correction_only"
    note_recurrence(uow.session, row)
    ledger.confirm(uow, row)
    return record_id
