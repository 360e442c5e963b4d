"""Prepares the page that says why a risk stands where it stands, at any date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation import clock
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.quality_events.exposure import Explanation, NotAssessed, explain
from app.quality_events.rules.exposure import Contribution
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.risks.chips import band_chip
from app.risks.models import Risk, RiskKind
from app.risks.words import trend_words
from app.web.addresses import address
from app.web.parts import Chip, Column, Fact, Link

HEAVIEST = 3
ONE_PLACE, TWO_PLACES = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Everything the template draws. Shape: `sentence` alone stands where the risk was not assessed yet."""

    number: str
    title: str
    url: str
    on: date
    today: date
    sentence: str
    indicated: Chip | None = None
    assessed: Chip | None = None
    facts: Sequence[Fact] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[dict[str, object]] = ()


def why_page(session: Session, actor: Actor, risk: Risk, *, on: date, now: datetime) -> WhyPage:
    """Return why the risk stood where it stood at the end of a day, today at this moment."""
    at = end_of(on, now)
    plain = (risk.number, risk.title, record_url(risk.kind, risk.id), min(on, now.date()), now.date())
    try:
        found = explain(session, risk.id, at=at)
    except NotAssessed as error:
        return WhyPage(*plain, sentence=str(error))
    return WhyPage(
        *plain,
        sentence=found.sentence,
        indicated=band_chip(found.indicated.score, risk.risk_kind),
        assessed=band_chip(found.indicated.assessed_score, risk.risk_kind),
        facts=_facts(found),
        columns=_columns(),
        rows=_rows(session, actor, found.contributions),
    )


def why_facts(session: Session, risk: Risk) -> tuple[Fact, ...]:
    """Return for the risk's own page why it stands where it stands: a sentence and what weighs most.

    Shape: nothing for opportunities and before the first assessment; records are not named here, because not
    everybody who sees the risk may see them.
    """
    if risk.score is None or risk.risk_kind == RiskKind.OPPORTUNITY.value:
        return ()
    found = explain(session, risk.id, at=clock.now())
    heaviest = [_heavy(part) for part in found.contributions[:HEAVIEST] if part.amount]
    return (
        Fact(_("In one sentence"), found.sentence, url=address("risks.why", record_id=risk.id)),
        *heaviest,
        Fact(_("How it is computed"), _("the rule and its weights"), url=address("risks.weights")),
    )


def _heavy(part: Contribution) -> Fact:
    day = written_day(part.event.occurred_at)
    note = _(
        "weight %(weight)s, times severity %(severity)s, faded to %(left)s",
        weight=part.type_weight,
        severity=part.severity_factor.quantize(TWO_PLACES),
        left=f"{(part.decay * 100).quantize(ONE_PLACE)} %",
    )
    amount = part.amount.quantize(TWO_PLACES)
    kind = event_words().get(part.event.kind, part.event.kind)
    return Fact(f"{kind}, {day}", _("adds %(amount)s", amount=amount), note=note)


def end_of(on: date, now: datetime) -> datetime:
    """Return the last moment of a day, this moment for today."""
    return now if on >= now.date() else datetime.combine(on, time.max, UTC)


def event_words() -> dict[str, str]:
    """Return the words of what the ledger knows."""
    return {
        "nonconformity": _("Nonconformity"),
        "major_finding": _("Major finding"),
        "minor_finding": _("Minor finding"),
        "improvement_opportunity": _("Opportunity for improvement"),
        "complaint": _("Complaint"),
        "incident": _("Incident"),
        "near_miss": _("Near miss"),
        "supplier_downgrade": _("Supplier downgraded"),
        "indicator_breach": _("Indicator out of its limits"),
        "capa_effective": _("CAPA effective"),
        "capa_ineffective": _("CAPA without effect"),
        "capa_overdue": _("CAPA overdue"),
        "document_review_overdue": _("Document review overdue"),
        "competence_gap": _("Competence missing"),
    }


def _facts(found: Explanation) -> Sequence[Fact]:
    pressure = found.indicated.pressure.quantize(TWO_PLACES)
    return (
        Fact(
            _("People assessed"),
            _(
                "likelihood %(likelihood)s, severity %(severity)s",
                likelihood=found.assessed.likelihood,
                severity=found.assessed.severity,
            ),
        ),
        Fact(
            _("Pressure of the events"),
            str(pressure),
            note=_(
                "linked %(linked)s, near by %(nearby)s",
                linked=found.linked_pressure.quantize(TWO_PLACES),
                nearby=found.nearby_pressure.quantize(TWO_PLACES),
            ),
        ),
        Fact(
            _("Raises the likelihood by"),
            str(found.raised_by),
            note=_("one step for each full %(divisor)s", divisor=found.weights.divisor),
        ),
        Fact(
            _("Events indicate"),
            _(
                "likelihood %(likelihood)s, severity %(severity)s",
                likelihood=found.indicated.likelihood,
                severity=found.indicated.severity,
            ),
        ),
        *_held(found),
        Fact(
            _("Against %(days)s days before", days=found.weights.trend_days),
            trend_words()[found.indicated.trend],
        ),
    )


def _held(found: Explanation) -> Sequence[Fact]:
    """Say that a fall waits for a person, and since when."""
    if found.held is None:
        return ()
    day = written_day(found.held.risen_at)
    note = _(
        "would be %(score)s now; a fall waits for the next assessment", score=found.indicated.reckoned_score
    )
    return (Fact(_("Held since"), day, note=note),)


def _columns() -> Sequence[Column]:
    return (
        Column("what", _("What happened"), "link"),
        Column("kind", _("Kind")),
        Column("on", _("When"), "date"),
        Column("weight", _("Weight"), "number"),
        Column("severity", _("times severity"), "number"),
        Column("link", _("times link"), "number"),
        Column("verdict", _("times CAPA"), "number", on_phone=False),
        Column("decay", _("faded to"), on_phone=False),
        Column("amount", _("adds"), "number"),
    )


def _rows(session: Session, actor: Actor, parts: Sequence[Contribution]) -> Sequence[dict[str, object]]:
    seen = _seen(session, actor, {part.event.subject_id for part in parts})
    words = event_words()
    return [
        {
            "what": seen.get((part.event.subject_kind, part.event.subject_id))
            or Link(_("a record that is not for you to see")),
            "kind": words.get(part.event.kind, part.event.kind),
            "on": part.event.occurred_at.date(),
            "weight": part.type_weight,
            "severity": part.severity_factor.quantize(TWO_PLACES),
            "link": part.link_weight,
            "verdict": part.multiplier,
            "decay": f"{(part.decay * 100).quantize(ONE_PLACE)} %",
            "amount": part.amount.quantize(TWO_PLACES),
        }
        for part in parts
    ]


def _seen(session: Session, actor: Actor, ids: set[int]) -> dict[tuple[str, int], Link]:
    """Return the doors to the records the person may see; the others count without being named."""
    statement = select(Record.id, Record.kind, Record.number, Record.title).where(Record.id.in_(ids))
    return {
        (row.kind, row.id): Link(f"{row.number} {row.title}", record_url(row.kind, row.id))
        for row in session.execute(visible(statement, actor))
    }
