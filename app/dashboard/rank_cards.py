"""Cards that rank: what goes wrong most, which site carries most, how old what is open is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dashboard.desk import ChartCard, Desk
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators.definitions import BY_KEY
from app.indicators.frame import sites_seen
from app.indicators.periods import scope_for
from app.indicators.service import Part, counts_by_amount, counts_by_cut, reading_by_site
from app.organisation.models import FailureMode
from app.web.charts import Point, columns
from app.web.parts import Column, Link
from app.workflow.figures import once

MOST_BARS = 7
AGES = (31, 61, 91)


def failures(desk: Desk) -> ChartCard:
    """Show what goes wrong most, with how much the first ones make together."""
    key, scope = "nonconformities", scope_for(desk.actor, desk.asked)
    counts = counts_by_cut(desk.session, BY_KEY[key], scope)
    names = failure_modes(desk.session)
    ranked = sorted(counts.items(), key=lambda one: one[0] == 0)  # what has no mode comes last
    total, shown = sum(counts.values()), ranked[:MOST_BARS]
    three = sum(count for _cut, count in shown[:3])
    points = [
        Point(names.get(cut, _("No mode")), count, str(count), is_strong=index < 3)
        for index, (cut, count) in enumerate(shown)
    ]
    return ChartCard(
        key="failures",
        title=_("What goes wrong most"),
        figure=str(total),
        unit=ngettext("nonconformity", "nonconformities", total),
        url=desk.url(key),
        change=_("The first three make %(share)s %%", share=round(100 * three / total)) if total else "",
        verdict="",
        chart=columns(points, share=True) if shown else None,
        columns=(Column("mode", _("Failure mode"), "link"), Column("count", _("Records"), "number")),
        rows=[
            {"mode": Link(names.get(cut, _("No mode")), desk.url(key, part=Part(cut=cut))), "count": count}
            for cut, count in ranked
        ],
        computed=desk.url(key),
    )


def ages(desk: Desk) -> ChartCard:
    """Show how old the open CAPAs are."""
    key, scope = "capa_open", scope_for(desk.actor, desk.asked)
    counts = counts_by_amount(desk.session, BY_KEY[key], scope, AGES)
    names = (_("to 30 days"), _("31 to 60"), _("61 to 90"), _("over 90"))
    parts = (Part(below=31), Part(least=31, below=61), Part(least=61, below=91), Part(least=91))
    points = [
        Point(name, count, str(count), is_strong=index == len(AGES))
        for index, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    return ChartCard(
        key="ages",
        title=_("Age of open CAPAs"),
        figure=str(sum(counts)),
        unit=_("open, %(count)s over 90 days", count=counts[-1]),
        url=desk.url(key),
        change=_("More than 90 days old: somebody must ask why.") if counts[-1] else "",
        verdict="bad" if counts[-1] else "",
        chart=columns(points) if any(counts) else None,
        columns=(Column("age", _("Age"), "link"), Column("count", _("CAPAs"), "number")),
        rows=[
            {"age": Link(name, desk.url(key, part=part)), "count": count}
            for name, part, count in zip(names, parts, counts, strict=True)
        ],
        computed=desk.url(key),
    )


def sites(desk: Desk) -> ChartCard:
    """Show the sites by how far their risks are above appetite, with exposure per risk beside it."""
    scope = scope_for(desk.actor, desk.asked)
    excess = reading_by_site(desk.session, BY_KEY["excess"], scope)
    per_risk = reading_by_site(desk.session, BY_KEY["exposure_per_risk"], scope)
    names = sites_seen(desk.session, desk.actor)
    ranked = sorted(
        ((site_id, one.figure or Decimal(0)) for site_id, one in excess.items() if site_id in names),
        key=lambda one: (-one[1], names[one[0]]),
    )
    points = [Point(names[site_id], figure, _plain(figure), is_strong=True) for site_id, figure in ranked]
    total = sum((figure for _site, figure in ranked), Decimal(0))
    return ChartCard(
        key="sites",
        title=_("Sites by points above appetite"),
        figure=_plain(total),
        unit=_("points above appetite"),
        url=desk.url("excess"),
        change=_("%(site)s carries most", site=names[ranked[0][0]]) if total else "",
        verdict="",
        chart=columns(points[:MOST_BARS]) if ranked else None,
        columns=(
            Column("site", _("Site"), "link"),
            Column("excess", _("Points above appetite"), "number"),
            Column("per_risk", _("Exposure per risk"), "number"),
        ),
        rows=[
            {
                "site": Link(names[site_id], desk.url("excess", site_id=site_id)),
                "excess": figure,
                "per_risk": per_risk[site_id].figure if site_id in per_risk else None,
            }
            for site_id, figure in ranked
        ],
        computed=desk.url("excess"),
    )


def failure_modes(session: Session) -> Mapping[int, str]:
    """Return the names of failure modes by id."""
    return once(session, "failure modes", lambda: _failure_modes(session))


def _failure_modes(session: Session) -> Mapping[int, str]:
    return {row.id: row.name for row in session.execute(select(FailureMode.id, FailureMode.name))}


def _plain(figure: Decimal) -> str:
    return f"{figure:f}".removesuffix(".0")
