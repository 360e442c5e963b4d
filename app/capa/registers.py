"""How the registers of nonconformities and CAPAs look: columns, filters, stages, what a record page adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.capa.models import Capa, CostLine, Lot, Nonconformity
from app.capa.rules import Source
from app.capa.service import PERMISSION
from app.capa.stages import CapaStatus, NonconformityStatus
from app.capa.trends import counted
from app.foundation.dates import written_day, written_month
from app.foundation.i18n import gettext as _
from app.records.earlier import earlier_facts
from app.records.register import (
    Option,
    Register,
    RegisterColumn,
    RegisterFilter,
    RegisterRow,
    Section,
    Stage,
)
from app.records.urls import record_url
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.records.visibility import scope_of
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link


def source_words() -> Mapping[str, str]:
    """Return the words for where something comes from."""
    return {
        Source.INTERNAL.value: _("Own work"),
        Source.AUDIT.value: _("Audit"),
        Source.COMPLAINT.value: _("Complaint"),
        Source.SUPPLIER.value: _("Supplier"),
        Source.INCIDENT.value: _("Incident"),
        Source.KPI.value: _("Indicator"),
        Source.MANAGEMENT_REVIEW.value: _("Management review"),
        Source.OTHER.value: _("Something else"),
    }


def _disposition_words() -> Mapping[str, str]:
    """Return the words for what becomes of a lot."""
    return {
        "rework": _("Rework"),
        "repair": _("Repair, with concession"),
        "use_as_is": _("Use as is, with concession"),
        "regrade": _("Regrade"),
        "scrap": _("Scrap"),
        "return": _("Return to supplier"),
        "sort": _("Sort"),
    }


def _cost_words() -> Mapping[str, str]:
    """Return the words for the kinds of cost."""
    return {
        "material": _("Material"),
        "labour": _("Labour"),
        "sorting": _("Sorting"),
        "freight": _("Freight"),
        "downtime": _("Downtime"),
        "customer": _("Customer claim"),
        "other": _("Other"),
    }


def nonconformity_words() -> Mapping[str, str]:
    """Return the words for the stages of a nonconformity."""
    return {
        NonconformityStatus.REPORTED.value: _("Reported"),
        NonconformityStatus.CONTAINED.value: _("Contained"),
        NonconformityStatus.TRIAGED.value: _("Triaged"),
        NonconformityStatus.DISPOSED.value: _("Disposed of"),
        NonconformityStatus.CORRECTED.value: _("Closed"),
        NonconformityStatus.CLOSED_CAPA_OPEN.value: _("Closed, CAPA open"),
        NonconformityStatus.DUPLICATE.value: _("Duplicate"),
        NonconformityStatus.REJECTED.value: _("Not a nonconformity"),
        NonconformityStatus.CANCELLED.value: _("Cancelled"),
    }


def capa_words() -> Mapping[str, str]:
    """Return the words for the stages of a CAPA."""
    return {
        CapaStatus.DRAFT.value: _("Requested"),
        CapaStatus.INVESTIGATION.value: _("Finding the cause"),
        CapaStatus.PLANNING.value: _("Planning"),
        CapaStatus.PLAN_APPROVAL.value: _("Plan in approval"),
        CapaStatus.IMPLEMENTING.value: _("Carrying out"),
        CapaStatus.VERIFIED.value: _("Implementation verified"),
        CapaStatus.WAITING.value: _("Waiting for proof"),
        CapaStatus.CHECKING.value: _("Checking effectiveness"),
        CapaStatus.CLOSED_EFFECTIVE.value: _("Closed, effective"),
        CapaStatus.CLOSED_WITH_CONDITIONS.value: _("Closed with conditions"),
        CapaStatus.CANCELLED.value: _("Cancelled"),
    }


def _source_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in source_words().items()]


def _yes(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option("yes", _("yes"))]


def _from_source(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Nonconformity.source.in_(values)


def _recurrent(_values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Nonconformity.is_recurrent.is_(True)


def _capa_from_source(values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Capa.source.in_(values)


def _later_cycle(_values: Sequence[str], _now: datetime) -> ColumnElement[bool]:
    return Capa.cycle > 1


def _nonconformity_chips(_session: Session, record: Nonconformity) -> Sequence[Chip]:
    return [
        chip
        for is_shown, chip in (
            (record.has_people_harm, Chip(_("People harmed"), "bad")),
            (record.is_customer_affected, Chip(_("Customer affected"), "warn")),
            (record.is_recurrent, Chip(_("Happened before"), "warn")),
            (record.is_after_capa, Chip(_("After a CAPA"), "bad")),
        )
        if is_shown
    ]


def _nonconformity_facts(session: Session, record: Nonconformity) -> Sequence[Fact]:
    facts = [Fact(_("Source"), source_words().get(record.source, record.source))]
    if record.occurrence is not None:
        facts.append(Fact(_("In twelve months"), str(record.similar_count)))
    if record.capa_id is not None:
        capa = session.get_one(Capa, record.capa_id)
        facts.append(Fact(_("CAPA"), capa.number, url=record_url(capa.kind, capa.id)))
    if (trend := counted(record)) is not None:
        url = address("trends.counted", series=trend[0].key, month=f"{trend[1]:%Y-%m}")
        facts.append(Fact(_("What was counted"), written_month(trend[1]), url=url))
    return facts


def _nonconformity_sections(session: Session, record: Nonconformity) -> Sequence[Section]:
    sections = [Section(_("What happened"), text=record.description)]
    contained = record.containment or record.containment_skip_reason
    if contained:
        sections.append(Section(_("Containment"), text=contained))
    if record.similar:
        sections.append(Section(_("Earlier ones"), facts=earlier_facts(session, record.similar)))
    lots = session.scalars(select(Lot).where(Lot.record_id == record.id).order_by(Lot.id)).all()
    if lots:
        sections.append(Section(_("Lots"), facts=tuple(map(_lot, lots))))
    costs = session.scalars(
        select(CostLine).where(CostLine.record_id == record.id).order_by(CostLine.id)
    ).all()
    if costs:
        sections.append(Section(_("Cost"), facts=tuple(map(_cost, costs))))
    return sections


def _lot(one: Lot) -> Fact:
    words = _disposition_words().get(one.disposition, one.disposition)
    return Fact(one.lot, f"{one.quantity.normalize():f} {one.unit or ''}".strip(), note=words)


def _cost(one: CostLine) -> Fact:
    return Fact(
        _cost_words().get(one.kind, one.kind), f"{one.amount:.2f} {one.currency}", note=one.note or ""
    )


def _capa_chips(_session: Session, record: Capa) -> Sequence[Chip]:
    chips = []
    if record.cycle > 1:
        chips.append(Chip(_("Cycle %(number)s", number=record.cycle), "warn"))
    if record.is_recurred:
        chips.append(Chip(_("Happened again"), "bad"))
    return chips


def _capa_facts(_session: Session, record: Capa) -> Sequence[Fact]:
    facts = [Fact(_("Source"), source_words().get(record.source, record.source))]
    if record.wait_until is not None:
        facts.append(Fact(_("Proof from"), written_day(record.wait_until)))
    if record.min_clean_units and record.wait_ended_at is None:
        facts.append(
            Fact(
                _("Units without failure"),
                _("%(count)s of %(wanted)s", count=record.clean_units, wanted=record.min_clean_units),
                url=_clean_units_url(record),
            )
        )
    return facts


def _clean_units_url(record: Capa) -> str:
    """Return where units are reported; nothing while there is nothing to count."""
    is_waiting = record.implemented_at is not None and record.wait_ended_at is None
    return address("capa_acts.clean_units", record_id=record.id) if is_waiting else ""


def _capa_doors(_session: Session, actor: Actor, record: Capa) -> Sequence[Link]:
    """Return what the menu of a CAPA offers beyond a record's: units without a failure, while it waits."""
    url = _clean_units_url(record) if record.min_clean_units and record.closed_at is None else ""
    if not url or not policy.can(actor, PERMISSION, scope_of(record)):
        return ()
    return (Link(_("Report units without failure"), url),)


def _capa_sections(_session: Session, record: Capa) -> Sequence[Section]:
    texts = (
        (_("Problem"), record.problem),
        (_("Root cause"), record.root_cause),
        (_("Condition behind it"), record.condition_behind),
        (_("Lessons"), record.lessons),
    )
    sections = [Section(title, text=text) for title, text in texts if text]
    if record.criteria:
        sections.append(
            Section(_("How effectiveness is judged"), facts=tuple(map(_criterion, record.criteria)))
        )
    return sections


def _criterion(one: Mapping[str, Any]) -> Fact:
    words = {"at_most": _("at most"), "at_least": _("at least"), "equal": _("exactly")}
    wanted = f"{words.get(str(one['op']), '')} {one['target']}".strip()
    return Fact(str(one["metric"]), wanted, note=_("from %(baseline)s", baseline=one["baseline"]))


def _source_column(row: RegisterRow) -> str:
    return source_words().get(row.record.source, row.record.source)


NONCONFORMITIES = Register(
    kind="nonconformity",
    model=Nonconformity,
    path="/nonconformities",
    title=lambda: _("Nonconformities"),
    singular=lambda: _("Nonconformity"),
    icon="alert-hexagon",
    columns=(
        *usual_columns(lambda status: nonconformity_words().get(status, status)),
        RegisterColumn("source", lambda: _("Source"), _source_column, on_phone=False, is_default=False),
    ),
    filters=(
        *usual_filters(nonconformity_words),
        RegisterFilter("source", lambda: _("Source is"), _source_options, _from_source),
        RegisterFilter("recurrent", lambda: _("Happened before is"), _yes, _recurrent),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=nonconformity_words,
    start_key="nonconformity",
    start_label=lambda: _("Report one"),
    stages=(
        Stage(lambda: _("Report"), ("nonconformity_reported", "record_nonconformity")),
        Stage(lambda: _("Contain"), ("contain",)),
        Stage(lambda: _("Triage"), ("triage", "decide_route")),
        Stage(lambda: _("Dispose"), ("decide_disposition", "authorise_disposition", "verify_disposition")),
        Stage(lambda: _("Close"), ("close_nonconformity",)),
    ),
    chips=_nonconformity_chips,
    facts=_nonconformity_facts,
    sections=_nonconformity_sections,
)
CAPAS = Register(
    kind="capa",
    model=Capa,
    path="/capas",
    title=lambda: _("Corrective actions (CAPA)"),
    singular=lambda: _("CAPA"),
    icon="tools",
    columns=(
        *usual_columns(lambda status: capa_words().get(status, status)),
        RegisterColumn(
            "cycle", lambda: _("Cycle"), lambda row: row.record.cycle, "num", on_phone=False, is_default=False
        ),
        RegisterColumn("source", lambda: _("Source"), _source_column, on_phone=False, is_default=False),
    ),
    filters=(
        *usual_filters(capa_words),
        RegisterFilter("source", lambda: _("Source is"), _source_options, _capa_from_source),
        RegisterFilter("again", lambda: _("In a later cycle is"), _yes, _later_cycle),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=capa_words,
    start_key="capa",
    start_label=lambda: _("Open one"),
    stages=(
        Stage(lambda: _("Find the cause"), ("review_failure", "analyse_cause")),
        Stage(lambda: _("Plan"), ("plan_actions", "approve_plan")),
        Stage(lambda: _("Carry out"), ("actions_verified",)),
        Stage(lambda: _("Verify"), ("verify_implementation",)),
        Stage(lambda: _("Wait"), ("half_time_passed", "rest_of_wait")),
        Stage(lambda: _("Check"), ("check_effectiveness",)),
        Stage(lambda: _("Risks"), ("review_risks",)),
        Stage(lambda: _("Close"), ("close_capa", "answer_refusal", "close_with_conditions")),
    ),
    doors=_capa_doors,
    chips=_capa_chips,
    facts=_capa_facts,
    sections=_capa_sections,
)
REGISTERS = (NONCONFORMITIES, CAPAS)
