"""The registers of reassessments, treatments and acceptances."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.records.register import Register, Section, Stage
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.risks.chips import rating
from app.risks.models import Acceptance, Reassessment, ReassessmentTrigger, Treatment
from app.risks.tabs import risk_tabs
from app.risks.words import acceptance_statuses, option_words, reassessment_statuses, treatment_statuses
from app.web.parts import Fact


def _reassessment_sections(session: Session, row: Reassessment) -> Sequence[Section]:
    triggers = session.scalars(
        select(ReassessmentTrigger)
        .where(ReassessmentTrigger.reassessment_id == row.id)
        .order_by(ReassessmentTrigger.id)
    )
    asked = tuple(
        Fact(one.record_number, one.reason or _("no reason given"), note=written_day(one.triggered_at))
        for one in triggers
    )
    sections = [Section(_("What asked for it"), facts=asked)] if asked else []
    return [*sections, Section(_("The answer"), row.rationale)] if row.rationale else sections


def _reassessment_facts(_session: Session, row: Reassessment) -> Sequence[Fact]:
    return (
        Fact(_("Before"), str(row.former_score or _("not assessed"))),
        *((Fact(_("Indicated by events"), str(row.indicated_score)),) if row.indicated_score else ()),
        Fact(_("From here on"), rating(row.assessment)),
    )


def _treatment_facts(_session: Session, row: Treatment) -> Sequence[Fact]:
    option = row.treatment_option or row.pursuit_option
    return (
        Fact(_("Score of the risk"), str(row.score or _("not assessed"))),
        Fact(_("Answer"), option_words()[option] if option else _("not chosen")),
        Fact(_("Target"), rating(row.target)),
        Fact(_("Plan"), _("number %(round)s", round=row.round)),
    )


def _treatment_sections(_session: Session, row: Treatment) -> Sequence[Section]:
    parts = ((_("Why this answer"), row.treatment_note), (_("What the review saw"), row.effect_note))
    return [Section(title, text) for title, text in parts if text]


def _acceptance_facts(_session: Session, row: Acceptance) -> Sequence[Fact]:
    return (
        Fact(_("Score as accepted"), str(row.score or _("not assessed"))),
        Fact(_("Until"), written_day(row.expires_on) if row.expires_on else _("not set")),
        Fact(_("Mark of the assessed state"), (row.accepted_state or "")[:12]),
    )


def _acceptance_sections(_session: Session, row: Acceptance) -> Sequence[Section]:
    parts = (
        (_("Justification"), row.justification),
        (_("Why it was refused"), row.verdict_note),
        (_("Why it ended"), row.end_reason),
    )
    return [Section(title, text) for title, text in parts if text]


REASSESSMENTS = Register(
    kind="reassessment",
    model=Reassessment,
    path="/reassessments",
    title=lambda: _("Reassessments"),
    singular=lambda: _("Reassessment"),
    icon="refresh",
    columns=usual_columns(lambda status: reassessment_statuses().get(status, status)),
    filters=usual_filters(reassessment_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=reassessment_statuses,
    facts=_reassessment_facts,
    sections=_reassessment_sections,
    tabs=lambda _values: risk_tabs("reassessments"),
)


TREATMENTS = Register(
    kind="treatment",
    model=Treatment,
    path="/treatments",
    title=lambda: _("Treatments of risks"),
    singular=lambda: _("Treatment"),
    icon="tools",
    columns=usual_columns(lambda status: treatment_statuses().get(status, status)),
    filters=usual_filters(treatment_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=treatment_statuses,
    stages=(
        Stage(lambda: _("Plan"), ("plan_treatment",)),
        Stage(lambda: _("Approve"), ("approve_treatment",)),
        Stage(lambda: _("Carry out"), ("request_actions", "actions_verified")),
        Stage(lambda: _("Review the effect"), ("verify_effect",)),
        Stage(lambda: _("Close"), ("complete_treatment", "request_acceptance")),
    ),
    facts=_treatment_facts,
    sections=_treatment_sections,
    tabs=lambda _values: risk_tabs("treatments"),
)


ACCEPTANCES = Register(
    kind="acceptance",
    model=Acceptance,
    path="/acceptances",
    title=lambda: _("Acceptances of risks"),
    singular=lambda: _("Acceptance"),
    icon="circle-check",
    columns=usual_columns(lambda status: acceptance_statuses().get(status, status)),
    filters=usual_filters(acceptance_statuses),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=acceptance_statuses,
    stages=(
        Stage(lambda: _("Justify"), ("justify_acceptance",)),
        Stage(lambda: _("Decide"), ("decide_acceptance",)),
        Stage(
            lambda: _("It holds"),
            ("record_acceptance", "whichever_first", "moment_reached", "state_changed", "band_changed"),
        ),
        Stage(lambda: _("End"), ("expire_acceptance", "revoke_acceptance", "reject_acceptance")),
    ),
    facts=_acceptance_facts,
    sections=_acceptance_sections,
    tabs=lambda _values: risk_tabs("acceptances"),
)
