"""The register of improvements: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.improvements.models import Improvement
from app.records.register import Option, Register, RegisterColumn, RegisterFilter, Section, Stage
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.web.parts import Chip, Fact


def improvement_statuses() -> Mapping[str, str]:
    """Return where improvements stand, in the reader's words."""
    return {
        "suggested": _("To be considered"),
        "planning": _("To be planned"),
        "under_way": _("Under way"),
        "improved": _("Improved"),
        "partly_improved": _("Partly improved"),
        "no_benefit": _("Without benefit"),
        "declined": _("Declined"),
        "cancelled": _("Cancelled"),
    }


def source_words() -> Mapping[str, str]:
    """Return where improvements come from, in the reader's words."""
    return {
        "idea": _("An idea at work"),
        "audit": _("An audit"),
        "review": _("A management review"),
        "analysis": _("Figures"),
        "other": _("Something else"),
    }


def _source_options(_session: Session, _actor: Actor) -> Sequence[Option]:
    return [Option(key, word) for key, word in source_words().items()]


def _chips(_session: Session, row: Improvement) -> Sequence[Chip]:
    chips = [Chip(source_words().get(row.source, row.source), "line")]
    return [*chips, Chip(_("Plan %(number)s", number=row.round), "warn")] if row.round > 1 else chips


def _facts(_session: Session, row: Improvement) -> Sequence[Fact]:
    return (Fact(_("It will show by"), row.measure),) if row.measure else ()


def _sections(_session: Session, row: Improvement) -> Sequence[Section]:
    parts = (
        (_("The idea"), row.idea),
        (_("What it should bring"), row.expected_benefit),
        (_("Why it was declined"), row.decision_reason),
        (_("What it brought"), row.benefit_note),
    )
    return [Section(title, text) for title, text in parts if text]


IMPROVEMENTS = Register(
    kind="improvement",
    model=Improvement,
    path="/improvements",
    title=lambda: _("Improvements"),
    singular=lambda: _("Improvement"),
    icon="bulb",
    columns=(
        *usual_columns(lambda status: improvement_statuses().get(status, status)),
        RegisterColumn(
            "source", lambda: _("It comes from"), lambda row: source_words().get(row.record.source, "")
        ),
    ),
    filters=(
        *usual_filters(improvement_statuses),
        RegisterFilter(
            "source",
            lambda: _("It comes from"),
            _source_options,
            lambda values, _now: Improvement.source.in_(values),
        ),
    ),
    sorts=usual_sorts(),
    group=lambda: _("Improve"),
    statuses=improvement_statuses,
    start_key="improvement",
    start_label=lambda: _("Suggest an improvement"),
    stages=(
        Stage(lambda: _("Suggest"), ("improvement_suggested",)),
        Stage(lambda: _("Consider"), ("consider_idea",)),
        Stage(lambda: _("Plan"), ("plan_improvement",)),
        Stage(lambda: _("Carry out"), ("request_actions", "actions_verified")),
        Stage(lambda: _("Judge"), ("judge_benefit",)),
        Stage(lambda: _("Close"), ("close_improvement", "decline_idea")),
    ),
    chips=_chips,
    facts=_facts,
    sections=_sections,
)
REGISTERS = (IMPROVEMENTS,)
