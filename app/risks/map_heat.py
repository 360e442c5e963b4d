"""The heat table of the map: how much is carried where, by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import BusinessProcess, ProductFamily, Site
from app.quality_events.suppliers import supplier_names, suppliers_of
from app.risks.filters import NONE
from app.risks.map_doors import door
from app.risks.models import Category, RiskKind
from app.risks.rules import band_of
from app.risks.standing import Standing
from app.risks.words import band_words, category_words, gain_words
from app.web.parts import Heat, HeatCell

SITE, PROCESS, FAMILY, SUPPLIER = "site", "process", "family", "supplier"
LAST = "\U0010ffff"  # what has no place comes last
HEAT = {"low": 1, "medium": 2, "high": 4, "unacceptable": 5}
Place = int | None


def by_words() -> Mapping[str, str]:
    """Return by what the table may be cut, in the reader's words."""
    return {SITE: _("Site"), PROCESS: _("Process"), FAMILY: _("Product family"), SUPPLIER: _("Supplier")}


def heat(session: Session, standings: Sequence[Standing], kind: str, by: str) -> Heat:
    """Return how much stands at each place in each category, and in all of them.

    Shape: a risk that events of several suppliers touch stands in the row of each.
    """
    places = _places(session, standings, by)
    found: dict[Place, list[Standing]] = {}
    for one in standings:
        for place in places[one.risk.id]:
            found.setdefault(place, []).append(one)
    names = _names(session, by, found)
    rows = tuple(
        (names.get(place, _("without one")), _row(found[place], kind, by, place))
        for place in sorted(found, key=lambda place: (names.get(place, LAST), place or 0))
    )
    columns = (*(category_words()[category.value] for category in Category), _("All"))
    caption = _("%(by)s by category: sum of the indicated scores, and number of risks", by=by_words()[by])
    return Heat(caption, columns, rows, corner=by_words()[by])


def _row(found: Sequence[Standing], kind: str, by: str, place: Place) -> tuple[HeatCell, ...]:
    here: dict[str, str | int] = {by: NONE if place is None else place}
    cells = [
        _cell([one for one in found if one.risk.category == key], kind, **here, category=key)
        for key in (category.value for category in Category)
    ]
    return (*cells, _cell(found, kind, **here))


def _cell(found: Sequence[Standing], kind: str, **filters: str | int) -> HeatCell:
    if not found:
        return HeatCell("0", 0)
    scores = [one.indicated.score for one in found if one.indicated]
    count = ngettext("%(num)s risk", "%(num)s risks", len(found))
    if kind != RiskKind.RISK.value:
        count = ngettext("%(num)s opportunity", "%(num)s opportunities", len(found))
    url = door(kind, **filters)
    if not scores:
        return HeatCell("0", 0, url, count, _("not assessed"))
    words = band_words() if kind == RiskKind.RISK.value else gain_words()
    band = band_of(max(scores))
    title = _("the highest is %(score)s %(band)s", score=max(scores), band=words[band].lower())
    return HeatCell(str(sum(scores)), HEAT[band.value], url, count, title)


def _places(session: Session, standings: Sequence[Standing], by: str) -> Mapping[int, Sequence[Place]]:
    """Return the rows in which each risk stands, by its id."""
    if by == SUPPLIER:
        touched = suppliers_of(session)
        return {one.risk.id: touched.get(one.risk.id, (None,)) for one in standings}
    return {one.risk.id: (_place(one, by),) for one in standings}


def _place(one: Standing, by: str) -> Place:
    risk = one.risk
    return {SITE: risk.site_id, PROCESS: risk.process_id, FAMILY: risk.product_family_id}[by]


def _names(session: Session, by: str, found: Mapping[Place, object]) -> Mapping[Place, str]:
    if by == SUPPLIER:
        return supplier_names(session, [place for place in found if place is not None])
    models: Mapping[str, type[Site | BusinessProcess | ProductFamily]] = {
        SITE: Site,
        PROCESS: BusinessProcess,
        FAMILY: ProductFamily,
    }
    model = models[by]
    return {row.id: row.name for row in session.execute(select(model.id, model.name))}
