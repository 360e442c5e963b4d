"""Prepares the map of risks: heat tables, both matrices, movers. Every figure leads to exactly its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import BusinessProcess, ProductFamily, Site
from app.records.models import Record
from app.records.urls import record_url
from app.records.visibility import visible
from app.risks.chips import CHIP_KINDS
from app.risks.filters import LEVELS, NONE, cell_value
from app.risks.models import Category, Risk, RiskKind
from app.risks.rules import Band, band_of
from app.risks.standing import Standing, visible_standings
from app.risks.tabs import risk_tabs
from app.risks.words import band_words, category_words, gain_words
from app.web.addresses import address
from app.web.parts import Count, Heat, HeatCell, Matrix, MatrixCell, Tab

MOST_MOVERS = 8
SITE, PROCESS, FAMILY = "site", "process", "family"
HEAT = {"low": 1, "medium": 2, "high": 4, "unacceptable": 5}


@dataclass(frozen=True, slots=True)
class Mover:
    """A risk whose indicated score moved within ninety days."""

    number: str
    title: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything the template of the map draws."""

    kind: str
    by: str
    tabs: Sequence[Tab]
    kinds: Sequence[Tab]
    choices: Sequence[Tab]
    counts: Sequence[Count]
    heat: Heat
    matrices: Sequence[Matrix]
    movers: Sequence[Mover]
    unassessed: int


def map_page(session: Session, actor: Actor, *, kind: str, by: str, now: datetime) -> MapPage:
    """Return the map of what the person may see.

    Shape: `kind` is risk or opportunity, `by` is site, process or family.
    """
    found = session.scalars(
        visible(select(Risk).where(Record.closed_at.is_(None), Risk.risk_kind == kind), actor)
    ).all()
    standings = visible_standings(found, session, now, with_moves=True)
    assessed = [one for one in standings if one.indicated is not None]
    return MapPage(
        kind=kind,
        by=by,
        tabs=risk_tabs("map"),
        kinds=[
            Tab(_("Risks"), address("risks.map", risk_kind="risk", by=by), kind == "risk"),
            Tab(_("Opportunities"), address("risks.map", risk_kind="opportunity", by=by), kind != "risk"),
        ],
        choices=[
            Tab(word, address("risks.map", risk_kind=kind, by=key), key == by)
            for key, word in _by_words().items()
        ],
        counts=_counts(standings, kind),
        heat=_heat(session, standings, kind, by),
        matrices=_matrices(assessed, kind),
        movers=_movers(assessed),
        unassessed=len(standings) - len(assessed),
    )


def _by_words() -> Mapping[str, str]:
    return {SITE: _("Site"), PROCESS: _("Process"), FAMILY: _("Product family")}


def _door(kind: str, **values: str | int) -> str:
    return address("risk.listing", risk_kind=kind, **values)


def _counts(standings: Sequence[Standing], kind: str) -> Sequence[Count]:
    above = sum(one.is_above for one in standings)
    up = sum(one.moved > 0 for one in standings)
    down = sum(one.moved < 0 for one in standings)
    counts = [Count(_("In the register"), len(standings), _door(kind))]
    if kind == RiskKind.RISK.value:
        counts.append(
            Count(
                _("Above the appetite"),
                above,
                _door(kind, appetite="above"),
                is_bad=above > 0,
                icon="alert-triangle",
            )
        )
    return [
        *counts,
        Count(_("Up within 90 days"), up, _door(kind, moved="up")),
        Count(_("Down within 90 days"), down, _door(kind, moved="down")),
    ]


def _heat(session: Session, standings: Sequence[Standing], kind: str, by: str) -> Heat:
    cells: dict[tuple[int | None, str], list[Standing]] = {}
    for one in standings:
        cells.setdefault((_place(one.risk, by), one.risk.category), []).append(one)
    names = _names(session, by)
    places = sorted({place for place, _category in cells}, key=lambda place: names.get(place, "\U0010ffff"))
    rows = tuple(
        (
            names.get(place, _("without one")),
            tuple(
                _heat_cell(cells.get((place, category.value), ()), kind, by, place, category)
                for category in Category
            ),
        )
        for place in places
    )
    columns = tuple(category_words()[category.value] for category in Category)
    caption = _("%(by)s by category: number of risks, and the highest indicated score", by=_by_words()[by])
    return Heat(caption, columns, rows, corner=_by_words()[by])


def _place(risk: Risk, by: str) -> int | None:
    return {SITE: risk.site_id, PROCESS: risk.process_id, FAMILY: risk.product_family_id}[by]


def _names(session: Session, by: str) -> Mapping[int | None, str]:
    models: Mapping[str, type[Site | BusinessProcess | ProductFamily]] = {
        SITE: Site,
        PROCESS: BusinessProcess,
        FAMILY: ProductFamily,
    }
    model = models[by]
    return {row.id: row.name for row in session.execute(select(model.id, model.name))}


def _heat_cell(
    found: Sequence[Standing], kind: str, by: str, place: int | None, category: Category
) -> HeatCell:
    if not found:
        return HeatCell("0", 0)
    score = max((one.indicated.score for one in found if one.indicated), default=0)
    url = _door(kind, **{by: NONE if place is None else place, "category": category.value})
    if not score:
        return HeatCell(str(len(found)), 0, url, _("not assessed"))
    words = band_words() if kind == RiskKind.RISK.value else gain_words()
    change = _("to %(score)s %(band)s", score=score, band=words[band_of(score)].lower())
    return HeatCell(str(len(found)), HEAT[band_of(score).value], url, change)


def _matrices(standings: Sequence[Standing], kind: str) -> Sequence[Matrix]:
    """Return both matrices of risks; an opportunity is only assessed."""
    assessed = _matrix(standings, kind, "assessed", _assessed_cell)
    if kind == RiskKind.OPPORTUNITY.value:
        return [assessed]
    return [_matrix(standings, kind, "indicated", _indicated_cell), assessed]


def _matrix(
    standings: Sequence[Standing], kind: str, key: str, cell_of: Callable[[Standing], tuple[int, int]]
) -> Matrix:
    counted = Counter(cell_of(one) for one in standings)
    is_risk = kind == RiskKind.RISK.value
    words = band_words() if is_risk else gain_words()
    return Matrix(
        likelihoods=tuple(_("Likelihood %(level)s", level=level) for level in reversed(LEVELS)),
        severities=tuple(
            _("Severity %(level)s", level=level) if is_risk else _("Gain %(level)s", level=level)
            for level in LEVELS
        ),
        cells=tuple(
            tuple(
                MatrixCell(
                    likelihood * severity,
                    CHIP_KINDS[band_of(likelihood * severity)]
                    if is_risk
                    else _gain_shade(likelihood * severity),
                    words[band_of(likelihood * severity)],
                    count=counted[likelihood, severity],
                    url=_door(kind, **{key: cell_value(likelihood, severity)}),
                )
                for severity in LEVELS
            )
            for likelihood in reversed(LEVELS)
        ),
        caption=_("Indicated by the events") if key == "indicated" else _("Assessed by people"),
    )


def _gain_shade(score: int) -> str:
    """Return the colour of a gain: green where it is worth much; a small one is no alarm."""
    return "low" if band_of(score) in {Band.HIGH, Band.UNACCEPTABLE} else "med"


def _indicated_cell(one: Standing) -> tuple[int, int]:
    assert one.indicated is not None, "only assessed risks are on the matrix"
    return one.indicated.likelihood, one.indicated.severity


def _assessed_cell(one: Standing) -> tuple[int, int]:
    residual = one.risk.residual or {}
    return int(residual["likelihood"]), int(residual["severity"])


def _movers(standings: Sequence[Standing]) -> Sequence[Mover]:
    moved = sorted((one for one in standings if one.moved), key=lambda one: (-abs(one.moved), one.risk.id))
    return [_mover(one) for one in moved[:MOST_MOVERS]]


def _mover(one: Standing) -> Mover:
    score = one.indicated.score if one.indicated else 0
    points = ngettext("%(num)s point", "%(num)s points", abs(one.moved))
    words = _("↑ up %(points)s to %(score)s") if one.moved > 0 else _("↓ down %(points)s to %(score)s")
    return Mover(
        one.risk.number,
        one.risk.title,
        record_url(one.risk.kind, one.risk.id),
        words % {"points": points, "score": score},
    )
