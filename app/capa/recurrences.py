"""What happens again although a CAPA should have prevented it: the CAPA is marked, and the work goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.groups import holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.capa import requests
from app.capa.models import Capa, Nonconformity
from app.capa.rules import COUNTED, counts_against
from app.capa.verdicts import note_failure
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.quality_events.rules import EarlierEvent
from app.quality_events.service import events_after
from app.records.links import LinkKind, link_records
from app.records.models import Record
from app.trail import Subject, record
from app.workflow import messages


def mark_recurred(uow: UnitOfWork, by: Record, occurred_at: datetime | None, capa: Capa) -> None:
    """Mark a CAPA that did not prevent it. Safe to call again.

    Effects: a closed one is ineffective after all, in the ledger too; an open one is told by its check.
    Source: lifecycles 5.2.
    """
    link_records(uow, by.id, capa.id, LinkKind.REPEATS)
    if capa.recurred_at is not None and counts_against(capa.recurred_at, capa.implemented_at):
        return
    capa.is_recurred, capa.recurred_at = True, occurred_at
    if capa.closed_at is not None:
        capa.result = "ineffective"
        note_failure(uow, capa)
    record(
        uow,
        verb="capa.recurred",
        subject=Subject(kind=capa.kind, id=capa.id, label=capa.number),
        after={"by": by.number, "result": capa.result},
    )


def mark_due() -> int:
    """Mark CAPAs whose signature came back in the ledger, whatever domain reported it; return how many.

    Effects: one transaction; closed ones are followed by a child of the next cycle, asked for by message.
        A job; safe to call again.
    """
    with unit_of_work() as uow:
        found = list(_unmarked(uow.session, uow))
        for capa, event, by in found:
            mark_recurred(uow, by, event.occurred_at, capa)
            if capa.closed_at is not None:
                _request_child(uow, capa, by)
        return len(found)


def alert_systemic(uow: UnitOfWork, row: Nonconformity, site_ids: Sequence[int | None]) -> None:
    """Tell the quality managers of all sites that a weakness shows at several of them, once for each record.

    Effects: mails in the outbox; a trail entry at the record.
    Source: lifecycles 5.2, key2.
    """
    today = uow.now.date()
    sites = sorted({one for one in (*site_ids, row.site_id) if one is not None})
    ids = {one for site_id in sites for one in holders_of(uow.session, Role.QUALITY_MANAGER, site_id, today)}
    managers = uow.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    for person in managers:
        if person.mail:
            post_mail(
                uow,
                key=f"systemic:{row.id}:{person.id}",
                recipient=person.mail,
                subject=_("The same cause again: %(number)s", number=row.number),
                body=_(
                    "%(number)s %(title)s\nThe cause was seen before in this process, at %(count)s sites."
                    " Look whether your site is open to it.\n",
                    number=row.number,
                    title=row.title,
                    count=len(sites),
                ),
            )
    record(
        uow,
        verb="nonconformity.systemic",
        subject=Subject(kind=row.kind, id=row.id, label=row.number),
        after={"sites": sites, "told": [person.id for person in managers]},
    )


def _unmarked(session: Session, uow: UnitOfWork) -> Iterator[tuple[Capa, EarlierEvent, Record]]:
    capas = session.scalars(
        select(Capa)
        .where(
            Capa.recurrence_key.is_not(None),
            Capa.implemented_at > uow.now - 2 * COUNTED,
            Capa.is_recurred.is_(False),
        )
        .order_by(Capa.id)
    ).all()
    for capa in capas:
        assert capa.recurrence_key is not None, "only those with a key were asked for"
        assert capa.implemented_at is not None, "only implemented ones were asked for"
        until = capa.implemented_at + COUNTED
        for event in events_after(session, capa.recurrence_key, capa.implemented_at, until)[:1]:
            by = session.get(Record, event.subject_id)
            if by is not None:
                yield capa, event, by


def _request_child(uow: UnitOfWork, capa: Capa, by: Record) -> None:
    payload = {
        "title": capa.title,
        "problem": capa.problem,
        "site_id": capa.site_id,
        "process_id": capa.process_id,
        "product_family_id": capa.product_family_id,
        "failure_mode_id": capa.failure_mode_id,
        "requirement_ref": capa.requirement_ref,
        "severity": max(capa.severity or 1, by.severity or 1),
        "source": capa.source,
        "recurrence_key": capa.recurrence_key,
        "capa_owner_id": capa.capa_owner_id,
        "risks": capa.risks or [],
        "parent_id": capa.id,
        "cycle": capa.cycle,
        "requested_by_id": by.id,
        "requested_by": by.number,
    }
    source = f"{by.kind}:{by.id}"
    messages.send(uow, requests.CAPA_REQUESTED, str(capa.recurrence_key), source=source, payload=payload)
