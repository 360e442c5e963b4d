"""Prepares the map of risks: figures, both matrices, what moved, heat. Every figure leads to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.records.models import Record
from app.records.visibility import visible
from app.risks.filters import is_about_to_end
from app.risks.map_doors import door
from app.risks.map_heat import by_words, heat
from app.risks.map_matrices import matrices
from app.risks.map_movers import Mover, fallers, movers
from app.risks.map_weakness import Weakness, weaknesses
from app.risks.models import Risk, RiskKind
from app.risks.standing import Standing, is_higher, is_waiting, visible_standings
from app.risks.tabs import risk_tabs
from app.web.addresses import address
from app.web.parts import Count, Heat, Link, Matrix, Tab


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything the template of the map draws.

    Shape: `all_moved` and `all_waiting` None where there is nothing behind them.
    """

    kind: str
    by: str
    lead: str
    tabs: Sequence[Tab]
    kinds: Sequence[Tab]
    choices: Sequence[Tab]
    counts: Sequence[Count]
    heat: Heat
    matrices: Sequence[Matrix]
    movers: Sequence[Mover]
    all_moved: Link | None
    fallers: Sequence[Mover]
    all_waiting: Link | None
    weaknesses: Sequence[Weakness]
    unassessed: int

    @property
    def is_risk(self) -> bool:
        """Tell whether it shows risks and no opportunities."""
        return self.kind == RiskKind.RISK.value


def map_page(session: Session, actor: Actor, *, kind: str, by: str, now: datetime) -> MapPage:
    """Return the map of what the person may see.

    Shape: `kind` is risk or opportunity, `by` is site, process, family or supplier.
    """
    found = session.scalars(
        visible(select(Risk).where(Record.closed_at.is_(None), Risk.risk_kind == kind), actor)
    ).all()
    standings = visible_standings(found, session, now, with_moves=True)
    assessed = [one for one in standings if one.indicated is not None]
    return MapPage(
        kind=kind,
        by=by,
        lead=_lead(assessed, kind),
        tabs=risk_tabs("map"),
        kinds=[
            Tab(_("Risks"), address("risks.map", risk_kind="risk", by=by), kind == "risk"),
            Tab(_("Opportunities"), address("risks.map", risk_kind="opportunity", by=by), kind != "risk"),
        ],
        choices=[
            Tab(word, address("risks.map", risk_kind=kind, by=key), key == by)
            for key, word in by_words().items()
        ],
        counts=_counts(standings, kind, now),
        heat=heat(session, standings, kind, by),
        matrices=matrices(assessed, kind),
        movers=movers(session, assessed, now),
        all_moved=_all_moved(assessed, kind),
        fallers=fallers(session, assessed, now),
        all_waiting=_all_waiting(assessed, kind),
        weaknesses=weaknesses(session, actor, now) if kind == RiskKind.RISK.value else (),
        unassessed=len(standings) - len(assessed),
    )


def exposure(standings: Sequence[Standing]) -> int:
    """Return the sum of the indicated scores. Source: lifecycles 5.8."""
    return sum(one.indicated.score for one in standings if one.indicated)


def _lead(assessed: Sequence[Standing], kind: str) -> str:
    if kind != RiskKind.RISK.value:
        return _("Where they lie, as people assessed them.")
    higher = sum(is_higher(one) for one in assessed)
    if not higher:
        return _("No risk stands higher than people last assessed it.")
    return ngettext(
        "%(num)s risk stands higher than people last assessed it.",
        "%(num)s risks stand higher than people last assessed them.",
        higher,
    )


def _counts(standings: Sequence[Standing], kind: str, now: datetime) -> Sequence[Count]:
    in_all = ngettext("%(num)s in the register", "%(num)s in the register", len(standings))
    first = Count(_("Sum of the scores"), exposure(standings), door(kind), in_all)
    if kind != RiskKind.RISK.value:
        return [first]
    above = sum(one.is_above for one in standings)
    higher = sum(is_higher(one) for one in standings)
    ending = sum(is_about_to_end(one.risk, now.date()) for one in standings)
    up, down = sum(one.moved > 0 for one in standings), sum(one.moved < 0 for one in standings)
    return [
        first,
        Count(
            _("Above the appetite"),
            above,
            door(kind, appetite="above"),
            is_bad=above > 0,
            icon="alert-triangle",
        ),
        Count(_("Indicated higher than assessed"), higher, door(kind, stands="higher")),
        Count(_("Acceptances that end in 30 days"), ending, door(kind, ends="soon")),
        Count(_("Up within 90 days"), up, door(kind, moved="up")),
        Count(_("Down within 90 days"), down, door(kind, moved="down")),
    ]


def _all_waiting(standings: Sequence[Standing], kind: str) -> Link | None:
    count = sum(is_waiting(one) for one in standings)
    if not count:
        return None
    words = ngettext(
        "%(num)s falls only when somebody assesses it again",
        "%(num)s fall only when somebody assesses them again",
        count,
    )
    return Link(words, door(kind, stands="waits"))


def _all_moved(standings: Sequence[Standing], kind: str) -> Link | None:
    count = sum(one.moved != 0 for one in standings)
    if not count:
        return None
    url = f"{door(kind, moved='up')}&moved=down"
    return Link(ngettext("The one that moved", "All %(num)s that moved", count), url)
