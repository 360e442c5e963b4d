"""The heat card: what goes wrong at which site, each cell a door to its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.dashboard.desk import ChartCard, Desk
from app.dashboard.rank_cards import failure_modes
from app.foundation.i18n import gettext as _
from app.indicators import words
from app.indicators.definitions import BY_KEY
from app.indicators.frame import sites_seen
from app.indicators.periods import scope_for
from app.indicators.service import Part, groups
from app.web.parts import Column, Heat, HeatCell, Link

MOST_MODES = 6
HOTTEST = 5
Counts = Mapping[tuple[int, int], int]


def heat(desk: Desk) -> ChartCard:
    """Show how many nonconformities of each kind there were at each site."""
    key = "nonconformities"
    sites, modes = sites_seen(desk.session, desk.actor), failure_modes(desk.session)
    counts = {
        (one.site_id, one.cut): one.rows
        for one in groups(desk.session, BY_KEY[key], scope_for(desk.actor, desk.asked))
        if one.site_id is not None and one.site_id in sites and one.cut in modes
    }
    shown = _most_frequent(counts)
    hottest = max(counts, key=lambda one: (counts[one], -one[0], -one[1]), default=None)
    return ChartCard(
        key="heat",
        title=_("What goes wrong where"),
        figure=str(counts[hottest]) if hottest else words.NOTHING,
        unit=f"{modes[hottest[1]]}, {sites[hottest[0]]}" if hottest else "",
        url=_door(desk, *hottest) if hottest else desk.url(key),
        change=_("The kind that happens most at one site.") if hottest else "",
        verdict="",
        chart=None,
        columns=(
            Column("site", _("Site")),
            Column("mode", _("Failure mode"), "link"),
            Column("count", _("Records"), "number"),
        ),
        rows=[
            {"site": sites[site_id], "mode": Link(modes[cut], _door(desk, site_id, cut)), "count": count}
            for (site_id, cut), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ],
        computed=desk.url(key),
        heat=_grid(desk, counts, shown, sites, modes) if counts else None,
    )


def _grid(
    desk: Desk, counts: Counts, shown: Sequence[int], sites: Mapping[int, str], modes: Mapping[int, str]
) -> Heat:
    most = max(counts.values())
    there = [site_id for site_id in sites if any(place == site_id for place, _cut in counts)]
    return Heat(
        caption=_("Nonconformities by site and failure mode"),
        columns=tuple(modes[cut] for cut in shown),
        rows=tuple(
            (
                sites[site_id],
                tuple(_cell(desk, site_id, cut, counts.get((site_id, cut), 0), most) for cut in shown),
            )
            for site_id in there
        ),
        corner=_("Site"),
    )


def _cell(desk: Desk, site_id: int, cut: int, count: int, most: int) -> HeatCell:
    if not count:
        return HeatCell("0", 0)
    return HeatCell(str(count), -(-count * HOTTEST // most), _door(desk, site_id, cut))


def _most_frequent(counts: Counts) -> Sequence[int]:
    totals: dict[int, int] = {}
    for (_site_id, cut), count in counts.items():
        totals[cut] = totals.get(cut, 0) + count
    return sorted(totals, key=lambda cut: (-totals[cut], cut))[:MOST_MODES]


def _door(desk: Desk, site_id: int, cut: int) -> str:
    return desk.url("nonconformities", part=Part(cut=cut), site_id=site_id)
