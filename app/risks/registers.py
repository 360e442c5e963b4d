"""The registers of risks: columns, filters and what their pages add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.foundation import clock
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.quality_events.baselines import baselines_of
from app.quality_events.rules.exposure import Indicated
from app.records.register import Register, RegisterColumn, RegisterRow, RegisterSort, Section, SortType, Stage
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.risks.answer_registers import ACCEPTANCES, REASSESSMENTS, TREATMENTS
from app.risks.chips import ACCEPTANCE_KINDS, acceptance_chip, band_chip, rating
from app.risks.filters import RISK_FILTERS
from app.risks.models import Risk, RiskKind
from app.risks.standing import Standing, ranks, standings
from app.risks.tabs import risk_tabs
from app.risks.why_page import why_facts
from app.risks.words import (
    acceptance_statuses,
    category_words,
    kind_words,
    risk_statuses,
    trend_words,
)
from app.web.addresses import address
from app.web.parts import Chip, Fact, Tab

WATCHED = (
    "decide_route",
    "request_treatment",
    "what_comes_first",
    "next_review_due",
    "risk_assessed_again",
    "review_answered",
    "judge_red_risk",
)


def _standings(session: Session, risks: Sequence[Risk], now: datetime) -> Mapping[int, Standing]:
    return standings(session, risks, now)


def _assessed(row: RegisterRow) -> Chip | None:
    """Return the assessed score alone: its band stands beside it, in the words of the indicated one."""
    chip = band_chip(row.record.score, row.record.risk_kind)
    return chip and Chip(str(row.record.score), chip.kind)


def _indicated(row: RegisterRow) -> Chip | None:
    score = _indicated_score(row)
    return band_chip(score, row.record.risk_kind)


def _indicated_score(row: RegisterRow) -> int | None:
    found = row.figures.indicated if row.figures else None
    return found.score if found else None


def _trend(row: RegisterRow) -> str:
    found = row.figures.indicated if row.figures else None
    return trend_words()[found.trend] if found else ""


def _rank(row: RegisterRow) -> int:
    return row.figures.rank if row.figures else 0


def _appetite(row: RegisterRow) -> Chip | None:
    if not row.figures or row.figures.indicated is None:
        return None
    if row.record.risk_kind == RiskKind.OPPORTUNITY.value:
        return Chip(_("none needed"), "line")
    if row.figures.is_above:
        return Chip(_("above %(appetite)s", appetite=row.figures.appetite), "bad")
    return Chip(_("within %(appetite)s", appetite=row.figures.appetite), "line")


def _acceptance(row: RegisterRow) -> Chip | None:
    status = row.record.acceptance_status
    return Chip(acceptance_statuses()[status], ACCEPTANCE_KINDS.get(status, "note")) if status else None


def _next_review(row: RegisterRow) -> Chip | None:
    """Return the day of the next review, and say so when it is over."""
    day = row.record.next_review_on
    if day is None or row.record.closed_at:
        return None
    if day < clock.now().date():
        return Chip(_("overdue"), "bad", icon="alert-triangle")
    return Chip(written_day(day), "line")


def _risk_chips(session: Session, risk: Risk) -> Sequence[Chip]:
    standing = standings(session, [risk], clock.now())[risk.id]
    chips = [Chip(kind_words()[risk.risk_kind], "line"), Chip(category_words()[risk.category], "line")]
    found = [band_chip(risk.score, risk.risk_kind), acceptance_chip(risk)]
    if standing.is_above:
        found.append(Chip(_("above the appetite of %(appetite)s", appetite=standing.appetite), "bad"))
    return [*(one for one in found if one), *chips]


def _risk_facts(session: Session, risk: Risk) -> Sequence[Fact]:
    standing = standings(session, [risk], clock.now())[risk.id]
    facts = [
        Fact(_("Without controls"), rating(risk.inherent)),
        Fact(_("With controls"), rating(risk.residual)),
    ]
    if standing.indicated is not None and standing.is_unwelcome:
        words = _moving(standing.indicated)
        facts.append(
            Fact(
                _("Indicated by events"),
                str(standing.indicated.score),
                url=address("risks.why", record_id=risk.id),
                note=words,
            )
        )
    if risk.next_review_on is not None:
        is_over = risk.closed_at is None and risk.next_review_on < clock.now().date()
        note = _("overdue") if is_over else ""
        facts.append(Fact(_("Next review"), written_day(risk.next_review_on), note=note))
    return facts


def _moving(found: Indicated) -> str:
    words = trend_words()[found.trend]
    if not found.is_held:
        return words
    return _("%(trend)s; %(score)s now, falls when assessed again", trend=words, score=found.reckoned_score)


def _risk_sections(session: Session, risk: Risk) -> Sequence[Section]:
    why = Section(_("Why this score"), facts=why_facts(session, risk))
    parts = (
        (_("Because of"), risk.cause),
        (_("This may happen"), risk.event),
        (_("With this consequence"), risk.consequence),
        (_("Why it is assessed so"), risk.rationale),
        (_("What top management decided"), risk.top_view),
    )
    history = tuple(
        Fact(
            written_day(one.assessed_at),
            rating({"likelihood": one.likelihood, "severity": one.severity}),
        )
        for one in baselines_of(session, risk.id)
    )
    sections = [*([why] if why.facts else []), *(Section(title, text) for title, text in parts if text)]
    return [*sections, Section(_("How it was assessed over time"), facts=history)] if history else sections


def _kind_tab(values: Mapping[str, Sequence[str]]) -> Sequence[Tab]:
    kinds = tuple(values.get("risk_kind", ()))
    return risk_tabs(kinds[0] if len(kinds) == 1 else "")


def _usual(keys: tuple[str, ...], statuses: Any) -> tuple[RegisterColumn, ...]:
    columns = usual_columns(lambda status: statuses().get(status, status))
    return tuple(column for column in columns if column.key in keys)


RISKS = Register(
    kind="risk",
    model=Risk,
    path="/risks",
    title=lambda: _("Risks and opportunities"),
    singular=lambda: _("Risk"),
    icon="shield-exclamation",
    columns=(
        *_usual(("number", "title"), risk_statuses),
        RegisterColumn(
            "indicated", lambda: _("Indicated"), _indicated, "chip", text=_indicated_score, sort="priority"
        ),
        RegisterColumn("trend", lambda: _("Trend"), _trend, on_phone=False),
        RegisterColumn(
            "score", lambda: _("Assessed"), _assessed, "chip", text=lambda row: row.record.score, sort="score"
        ),
        RegisterColumn(
            "appetite",
            lambda: _("Appetite"),
            _appetite,
            "chip",
            is_default=False,
            text=lambda row: row.figures.appetite if row.figures else "",
        ),
        *_usual(("status",), risk_statuses),
        RegisterColumn(
            "acceptance",
            lambda: _("Acceptance"),
            _acceptance,
            "chip",
            text=lambda row: row.record.acceptance_status,
        ),
        RegisterColumn(
            "review",
            lambda: _("Next review"),
            _next_review,
            "chip",
            on_phone=False,
            text=lambda row: row.record.next_review_on,
            sort="review",
        ),
        *(replace(column, is_default=False) for column in _usual(("owner", "site"), risk_statuses)),
    ),
    filters=(*usual_filters(risk_statuses), *RISK_FILTERS),
    sorts=(
        RegisterSort(
            "priority",
            lambda: _("by priority"),
            Risk.score,
            SortType.NUMBER,
            is_descending=True,
            reckoned=ranks,
            value=_rank,
        ),
        RegisterSort(
            "score", lambda: _("by assessed score"), Risk.score, SortType.NUMBER, is_descending=True
        ),
        RegisterSort("review", lambda: _("by next review"), Risk.next_review_at, SortType.MOMENT),
        *usual_sorts(),
    ),
    group=lambda: _("Improve"),
    statuses=risk_statuses,
    start_key="risk",
    start_label=lambda: _("Name a risk"),
    stages=(
        Stage(lambda: _("Name"), ("risk_identified",)),
        Stage(lambda: _("Assess"), ("assess_risk", "record_assessment")),
        Stage(lambda: _("Answer and watch"), WATCHED),
        Stage(lambda: _("Close"), ("close_risk",)),
    ),
    chips=_risk_chips,
    facts=_risk_facts,
    sections=_risk_sections,
    figures=_standings,
    tabs=_kind_tab,
)


REGISTERS = (RISKS, REASSESSMENTS, TREATMENTS, ACCEPTANCES)
