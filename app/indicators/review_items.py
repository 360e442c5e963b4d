"""What indicators and the ledger give to a management review: figures by input, sentences by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators import words
from app.indicators.definitions import BY_KEY, INDICATORS, Indicator
from app.indicators.rules import change_in_percent, rag_of, trend_of
from app.indicators.service import Reading, counted_ids, reading_by_site, readings
from app.management_review.pack import PackFigure, PackInput, PackScope, PackSentence
from app.organisation.models import BusinessProcess, Site
from app.quality_events.models import QualityEvent
from app.quality_events.rows import stands_now
from app.quality_events.rules.exposure import TYPE_WEIGHTS
from app.quality_events.rules.kinds import EventKind
from app.workflow.figures import FigureScope

TOLD_FROM = Decimal(10)  # percent by which a site's exposure must move to be told
MOST_RECORDS = 500
_DRIVING = (EventKind.MAJOR_FINDING, EventKind.INCIDENT, EventKind.NONCONFORMITY, EventKind.MINOR_FINDING)


def input_titles() -> Mapping[str, str]:
    """Return the inputs of a review by their letters. Source: ISO 9001:2015, 9.3.2, in our own words."""
    return {
        "a": _("Actions of earlier reviews"),
        "b": _("Changes around us"),
        "c1": _("Satisfaction and feedback of customers"),
        "c2": _("Objectives"),
        "c3": _("Performance of processes, conformity of products"),
        "c4": _("Nonconformities and corrective actions"),
        "c5": _("Monitoring and measurement"),
        "c6": _("Audits"),
        "c7": _("External providers"),
        "d": _("Resources"),
        "e": _("Effect of actions on risks and opportunities"),
        "f": _("Opportunities for improvement"),
    }


def review_items(session: Session, scope: PackScope) -> Sequence[PackInput]:
    """Return every input with its figures, those before, and the sentences that rules make of them."""
    used = [one for one in INDICATORS if one.review_input]
    now = readings(session, used, _now(scope))
    then = readings(session, used, _then(scope))
    sentences = {"e": tuple(_site_sentences(session, scope)), "c4": tuple(_verdicts(now, then))}
    found = []
    for reference, title in input_titles().items():
        of_input = [one for one in used if one.review_input == reference]
        figures = tuple(
            _figure(session, scope, now[one.key], then[one.key]) for one in of_input if one.measure
        )
        reasons = [one.absent() for one in of_input if one.absent]
        found.append(
            PackInput(reference, title, figures, sentences.get(reference, ()), " ".join(reasons) or _none())
        )
    return found


def _figure(session: Session, scope: PackScope, now: Reading, then: Reading) -> PackFigure:
    one = now.indicator
    return PackFigure(
        key=one.key,
        title=one.title(),
        value=words.figure_words(one, now.figure),
        previous=words.figure_words(one, then.figure) if then.figure is not None else "",
        trend=trend_of(now.figure, then.figure).value,
        rag=rag_of(now.figure, one.target, one.direction).value,
        target=words.target_words(one),
        records=tuple(counted_ids(session, one, _now(scope), most=MOST_RECORDS)),
    )


def _verdicts(now: Mapping[str, Reading], then: Mapping[str, Reading]) -> Sequence[PackSentence]:
    """Say which figures with a target are off it, and how they moved."""
    found = []
    for key in ("capa_on_time", "capa_overdue", "capa_effective_at_once", "capa_recurred"):
        one: Indicator = BY_KEY[key]
        if key not in now or rag_of(now[key].figure, one.target, one.direction).value != "red":
            continue
        change = words.change_words(one, now[key].figure, then[key].figure)
        facts = {
            "what": one.title(),
            "figure": words.figure_words(one, now[key].figure),
            "target": words.target_words(one),
            "change": f" ({change})" if change else "",
        }
        found.append(
            PackSentence(_("%(what)s: %(figure)s, target %(target)s%(change)s.", **facts), f"indicator:{key}")
        )
    return found


def _site_sentences(session: Session, scope: PackScope) -> Sequence[PackSentence]:
    """Say at which sites exposure moved, and what drove it. Source: lifecycles 5.11."""
    one = BY_KEY["exposure"]
    now, then = reading_by_site(session, one, _now(scope)), reading_by_site(session, one, _then(scope))
    names = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
    found = []
    for site_id in sorted(now.keys() | then.keys(), key=lambda key: names.get(key, "")):
        change = change_in_percent(
            now[site_id].figure if site_id in now else Decimal(0),
            then[site_id].figure if site_id in then else None,
        )
        if change is None or abs(change) < TOLD_FROM:
            continue
        driver, records = _driver(session, site_id, scope) if change > 0 else ("", ())
        sign = "+" if change > 0 else "\u2212"
        facts = {"site": names.get(site_id, ""), "change": f"{sign}{abs(change)} %", "driver": driver}
        found.append(
            PackSentence(_("%(site)s: exposure %(change)s%(driver)s.", **facts), "exposure", records)
        )
    return found


def _driver(session: Session, site_id: int, scope: PackScope) -> tuple[str, tuple[int, ...]]:
    """Return the events that weigh most at a site in this time, in words, and their records."""
    happened = (
        QualityEvent.site_id == site_id,
        QualityEvent.kind.in_(_DRIVING),
        QualityEvent.occurred_at >= scope.since,
        QualityEvent.occurred_at < scope.until,
        stands_now(),
    )
    groups = session.execute(
        select(QualityEvent.kind, QualityEvent.process_id, func.count(), func.sum(QualityEvent.severity))
        .where(*happened)
        .group_by(QualityEvent.kind, QualityEvent.process_id)
    ).all()
    if not groups:
        return "", ()
    kind, process_id, count, _weight = max(groups, key=lambda row: TYPE_WEIGHTS[EventKind(row[0])] * row[3])
    process = session.scalar(select(BusinessProcess.name).where(BusinessProcess.id == process_id))
    records = session.scalars(
        select(QualityEvent.subject_id).where(
            *happened, QualityEvent.kind == kind, QualityEvent.process_id.is_not_distinct_from(process_id)
        )
    )
    where = _(" in %(process)s", process=process) if process else ""
    return _(", driven by %(what)s%(where)s", what=_events(kind, count), where=where), tuple(records)


def _events(kind: str, count: int) -> str:
    return {
        EventKind.MAJOR_FINDING.value: ngettext("%(num)s major finding", "%(num)s major findings", count),
        EventKind.MINOR_FINDING.value: ngettext("%(num)s minor finding", "%(num)s minor findings", count),
        EventKind.INCIDENT.value: ngettext("%(num)s incident", "%(num)s incidents", count),
        EventKind.NONCONFORMITY.value: ngettext("%(num)s nonconformity", "%(num)s nonconformities", count),
    }[kind]


def _now(scope: PackScope) -> FigureScope:
    return FigureScope(since=scope.since, until=scope.until)


def _then(scope: PackScope) -> FigureScope:
    return replace(_now(scope), since=scope.before_since, until=scope.since - timedelta(microseconds=1))


def _none() -> str:
    return _("Nothing to count in this time.")
