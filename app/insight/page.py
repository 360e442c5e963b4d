"""Prepares the page of one definition: the diagram with its figures, the same as tables, the ways taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.errors import NotFound
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.xml import safe_parse
from app.indicators.frame import Choice, choice_of, sites_seen
from app.indicators.periods import scope_for
from app.insight.look import Look
from app.insight.queries import MOST_CASES, Version, seen_cases, versions_of
from app.insight.study import Study, study_of
from app.insight.tables import (
    MOST_WAYS,
    in_order,
    notes,
    picked_words,
    step_columns,
    step_row,
    way_columns,
    way_row,
    ways_left,
)
from app.insight.words import days_words, share_words
from app.records.urls import record_url, status_word
from app.web.parts import Column, Link, Stat, Tab
from app.workflow.compile.diagram import read_diagram
from app.workflow.definitions import definitions
from app.workflow.models import InstanceState
from app.workflow.picture import render_svg


class UnknownDefinition(NotFound):
    """There is no definition of that name, or it has no such version."""


@dataclass(frozen=True, slots=True)
class InsightPage:
    """Everything the page draws."""

    title: str
    sentence: str
    note: str
    choice: Choice
    versions: Sequence[Tab]
    stats: Sequence[Stat]
    diagram: str
    step_columns: Sequence[Column]
    steps: Sequence[Mapping[str, Any]]
    way_columns: Sequence[Column]
    ways: Sequence[Mapping[str, Any]]
    ways_left: str
    picked: str
    row_columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    unseen: str


def insight_page(session: Session, actor: Actor, look: Look, now: datetime) -> InsightPage:
    """Return the page of a definition for a period, a site and a version.

    Errors: UnknownDefinition.
    """
    versions = versions_of(session, look.key)
    drawn = _drawn(versions, look.version)
    definition = definitions.get(session, drawn.id)
    scope = scope_for(actor, look.asked)
    study = study_of(session, look.key, drawn.id if look.version else None, scope, now)
    diagram = read_diagram(safe_parse(definition.bundle.diagram))
    more = {"definition_key": look.key} | ({"version": str(look.version)} if look.version else {})
    behind = study.behind(look.pick)
    seen = seen_cases(session, actor, behind)
    names = sites_seen(session, actor)
    return InsightPage(
        title=_(definition.title),
        sentence=_sentence(study),
        note=_limit_words(study),
        choice=choice_of(session, actor, "insight.page", look.asked, **more),
        versions=_version_tabs(look, versions),
        stats=_stats(look, study),
        diagram=render_svg(
            definition.bundle.diagram,
            {},
            _("Diagram with figures: %(title)s", title=_(definition.title)),
            notes(study, diagram),
        ),
        step_columns=step_columns(),
        steps=[step_row(look, diagram, one, study.steps[one]) for one in in_order(study, diagram)],
        way_columns=way_columns(),
        ways=[way_row(look, diagram, study, *one) for one in study.ways[:MOST_WAYS]],
        ways_left=ways_left(study),
        picked=picked_words(look, diagram, study),
        row_columns=(
            Column("record", _("Record"), "link"),
            Column("site", _("Site")),
            Column("stage", _("Stage")),
        ),
        rows=[
            {
                "record": Link(f"{one.number} {one.title}", record_url(one.kind, one.id)),
                "site": names.get(one.site_id or 0, ""),
                "stage": status_word(one.kind, one.status),
            }
            for one in seen
        ],
        unseen=_unseen(len(behind) - len(seen)),
    )


def _drawn(versions: Sequence[Version], number_asked: int) -> Version:
    if number_asked:
        found = next((one for one in versions if one.number == number_asked), None)
    else:
        found = next((one for one in versions if one.is_current), next(iter(versions), None))
    if found is None:
        raise UnknownDefinition(_("There is no diagram of this name, or it has no such version."))
    return found


def _version_tabs(look: Look, versions: Sequence[Version]) -> Sequence[Tab]:
    return [
        Tab(_("All versions"), look.url(version=0), look.version == 0),
        *(
            Tab(
                _("Version %(number)s", number=one.number),
                look.url(version=one.number),
                look.version == one.number,
            )
            for one in versions
        ),
    ]


def _sentence(study: Study) -> str:
    if not study.cases:
        return _("Nothing began in this time. Choose a longer one, or another site.")
    parts = [
        ngettext("%(num)s case began in this time", "%(num)s cases began in this time", len(study.cases)),
        _("%(count)s in hand", count=study.count(InstanceState.OPEN, InstanceState.HELD)),
        _("%(count)s ended", count=study.count(InstanceState.OVER)),
    ]
    cancelled = study.count(InstanceState.CANCELLED)
    if cancelled:
        parts.append(_("%(count)s cancelled", count=cancelled))
    return "; ".join(parts) + "."


def _limit_words(study: Study) -> str:
    if study.total <= MOST_CASES:
        return ""
    return _("Looked at: the latest %(count)s of %(total)s cases.", count=MOST_CASES, total=study.total)


def _stats(look: Look, study: Study) -> Sequence[Stat]:
    figures = study.steps.values()
    here, overdue = sum(one.here for one in figures), sum(one.overdue for one in figures)
    done, late = sum(one.done for one in figures), sum(one.late for one in figures)
    half, most = study.days(0.5), study.days(0.9)
    return (
        Stat(
            title=_("From start to end"),
            figure=days_words(half),
            url="#ways",
            unit=_("calendar days for half of those that ended"),
            change=_("nine of ten within %(days)s days", days=days_words(most)) if most is not None else "",
        ),
        Stat(
            title=_("Tasks in hand"),
            figure=str(here),
            url="#steps",
            change=ngettext("%(num)s is overdue", "%(num)s are overdue", overdue) if overdue else "",
            verdict="bad" if overdue else "",
            icon="alert-triangle" if overdue else "",
        ),
        Stat(
            title=_("Done late"),
            figure=share_words(late / done if done else None),
            url="#steps",
            unit=_("of %(count)s tasks, against the first due day", count=done),
        ),
        Stat(
            title=_("Rework"),
            figure=share_words(len(study.again) / len(study.cases) if study.cases else None),
            url=look.url(pick="again") + "#cases",
            unit=_("of the cases went back to a step"),
        ),
    )


def _unseen(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext(
        "%(num)s more case is counted that is not listed or not for you to open.",
        "%(num)s more cases are counted that are not listed or not for you to open.",
        count,
    )
