"""Prepares the page of patterns: a sentence for each, with its rows behind the figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.patterns.queries import Names, Pattern, Patterns, names, patterns_of
from app.quality_events.patterns import PatternEvent
from app.records.urls import record_url, status_word
from app.web.addresses import address
from app.web.parts import Chip, Column, Link, Tab
from app.web.reader import Reader

PERIODS = (90, 180, 365, 730)
USUAL_PERIOD = 365


@dataclass(frozen=True, slots=True)
class Entry:
    """One pattern: what it says, how often, and the rows it counts. Shape: `key` is its anchor."""

    key: str
    sentence: str
    figure: int
    rows: Sequence[dict[str, Any]]
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One question of the page with its patterns; `nothing` is said where there are none."""

    key: str
    title: str
    note: str
    entries: Sequence[Entry]
    nothing: str


@dataclass(frozen=True, slots=True)
class PatternsPage:
    """Everything the template draws."""

    parts: Sequence[Part]
    periods: Sequence[Tab]
    sites: Sequence[Tab]
    columns: Sequence[Column]


def patterns_page(
    session: Session, actor: Actor, reader: Reader, *, days: int, site_id: int | None, now: datetime
) -> PatternsPage:
    """Return the page for a period and a site."""
    found = patterns_of(session, actor, now=now, days=days, site_id=site_id)
    known = names(session)
    writer = _Writer(found, known, reader, days)
    return PatternsPage(
        parts=writer.parts(),
        periods=[Tab(_period(one), _url(one, site_id), one == days) for one in PERIODS],
        sites=[
            Tab(_("All sites"), _url(days, None), site_id is None),
            *(Tab(name, _url(days, key), key == site_id) for key, name in sorted(known.sites.items())),
        ],
        columns=(
            Column("record", _("Record"), "link"),
            Column("stage", _("Stage")),
            Column("site", _("Site")),
            Column("on", _("When"), "date"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Says patterns in words."""

    found: Patterns
    names: Names
    reader: Reader
    days: int

    def parts(self) -> Sequence[Part]:
        return (
            Part(
                "recurring",
                _("What comes back"),
                _("The same failure of the same process, the most frequent first."),
                [self._entry("recurring", place, one) for place, one in enumerate(self.found.recurring)],
                _("Nothing came back within this time."),
            ),
            Part(
                "systemic",
                _("The same weakness at several sites"),
                _("One cause of one process that showed at two sites or more."),
                [self._entry("systemic", place, one) for place, one in enumerate(self.found.systemic)],
                _("No cause showed at more than one site."),
            ),
            Part(
                "behind",
                _("What stands behind repeats"),
                _("The causes of everything that came back."),
                [self._entry("behind", place, one) for place, one in enumerate(self.found.behind)],
                _("Nothing came back, so nothing stands behind it."),
            ),
            Part(
                "failed",
                _("CAPAs that did not hold"),
                _("Checked, and without the effect that was promised."),
                [self._verdict(place, one) for place, one in enumerate(self.found.failed)],
                _("Every CAPA that was checked held."),
            ),
        )

    def _entry(self, part: str, place: int, one: Pattern) -> Entry:
        sentence = {"recurring": self._comes_back, "systemic": self._systemic, "behind": self._behind}[part]
        chip = Chip(_("CAPA did not hold"), "bad", icon="alert-triangle") if one.failed else None
        events = (*one.events,)
        key = _weakness_key(one) if part == "systemic" else f"{part}-{place + 1}"
        return Entry(key, sentence(one), len(events), self._rows(events), chip)

    def _verdict(self, place: int, one: PatternEvent) -> Entry:
        seen = self.found.seen[one.subject_id]
        sentence = _(
            "%(number)s “%(title)s” was found without effect in %(month)s.",
            number=seen.number,
            title=seen.title,
            month=self._month(one),
        )
        return Entry(f"failed-{place + 1}", sentence, 1, self._rows((one,)))

    def _comes_back(self, one: Pattern) -> str:
        what = self._what(one)
        times = ngettext("%(num)s time", "%(num)s times", len(one.events))
        facts = {"what": what, "times": times, "where": self._where(one), "period": _period(self.days)}
        if one.failed:
            month = self._month(one.failed[0])
            return _(
                "%(what)s came up %(times)s %(where)s within %(period)s; the CAPA checked in %(month)s did "
                "not hold.",
                **facts,
                month=month,
            )
        return _("%(what)s came up %(times)s %(where)s within %(period)s.", **facts)

    def _systemic(self, one: Pattern) -> str:
        sites = [self.names.sites.get(key, "") for key in one.site_ids]
        return _(
            "“%(cause)s” in %(process)s showed at %(count)s sites (%(sites)s), %(times)s.",
            cause=self._cause(one),
            process=self._process(one),
            count=len(sites),
            sites=", ".join(sites),
            times=ngettext("%(num)s time", "%(num)s times", len(one.events)),
        )

    def _behind(self, one: Pattern) -> str:
        times = ngettext("%(num)s repeat", "%(num)s repeats", len(one.events))
        if one.cause_category_id is None:
            return _("Nobody has named a cause of %(times)s yet.", times=times)
        return _("“%(cause)s” stands behind %(times)s.", cause=self._cause(one), times=times)

    def _what(self, one: Pattern) -> str:
        process = self._process(one)
        mode = self.names.modes.get(one.failure_mode_id or 0)
        if mode is None and one.requirement:
            return _("A failure against %(what)s in %(process)s", what=one.requirement, process=process)
        return _("“%(what)s” in %(process)s", what=mode or _("The same failure"), process=process)

    def _cause(self, one: Pattern) -> str:
        return self.names.causes.get(one.cause_category_id or 0) or _("a cause without a name")

    def _process(self, one: Pattern) -> str:
        return self.names.processes.get(one.process_id or 0) or _("several processes")

    def _where(self, one: Pattern) -> str:
        if len(one.site_ids) == 1:
            return _("at %(site)s", site=self.names.sites.get(one.site_ids[0], ""))
        return _("at %(count)s sites", count=len(one.site_ids))

    def _month(self, one: PatternEvent) -> str:
        return format_date(one.occurred_at.date(), "MMMM y", locale=self.reader.locale)

    def _rows(self, events: Sequence[PatternEvent]) -> Sequence[dict[str, Any]]:
        rows = []
        for one in events:
            seen = self.found.seen[one.subject_id]
            rows.append(
                {
                    "record": Link(f"{seen.number} {seen.title}", record_url(seen.kind, seen.id)),
                    "stage": status_word(seen.kind, seen.status),
                    "site": self.names.sites.get(one.site_id or 0, ""),
                    "on": one.occurred_at.date(),
                }
            )
        return rows


def _weakness_key(one: Pattern) -> str:
    """Return the anchor of a weakness; other pages lead to it, whatever its place in the list."""
    return f"systemic-p{one.process_id}-c{one.cause_category_id}"


def _url(days: int, site_id: int | None) -> str:
    more = {} if site_id is None else {"site": site_id}
    return address("patterns.page", days=days, **more)


def _period(days: int) -> str:
    months = round(days / 30.4)
    return ngettext("%(num)s month", "%(num)s months", months)
