"""Prepares the page that says how exposure is reckoned: the rule in words, and the weights of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.quality_events.settings import to_values, versions, weights_at
from app.quality_events.weight_words import weight_groups
from app.risks.why_page import end_of
from app.web.parts import Fact


@dataclass(frozen=True, slots=True)
class WeightList:
    """Weights that belong together, with their values."""

    title: str
    sentence: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class WeightsPage:
    """Everything the template draws. Shape: `since` says which version it is, who decided it and why."""

    on: date
    today: date
    since: str
    groups: Sequence[WeightList]
    steps: Sequence[str]


def weights_page(session: Session, *, on: date, now: datetime) -> WeightsPage:
    """Return how a score of that day was reckoned, today as it is reckoned now."""
    weights = weights_at(session, end_of(on, now))
    values = to_values(weights)
    return WeightsPage(
        on=on,
        today=now.date(),
        since=_since(session, weights.version),
        groups=[
            WeightList(
                group.title, group.sentence, [Fact(label, values[key]) for key, label in group.labels.items()]
            )
            for group in weight_groups()
        ],
        steps=_steps(values),
    )


def _since(session: Session, version: int) -> str:
    row = next((one for one in versions(session) if one.id == version), None)
    if row is None:
        return _("The weights that came with Keel; nobody had changed them.")
    names = names_of(session, [row.decided_by_id] if row.decided_by_id else [])
    return _(
        "Version %(version)s, in force from %(day)s, decided by %(person)s: %(reason)s",
        version=row.id,
        day=written_day(row.valid_from),
        person=names.get(row.decided_by_id or 0, _("Keel")),
        reason=row.reason,
    )


def _steps(values: dict[str, str]) -> Sequence[str]:
    """Return the rule in sentences, in the order in which it is reckoned. Source: lifecycles 5.1."""
    return (
        _("An event weighs what its kind weighs, times its severity through %(severity_divisor)s.", **values),
        _("It fades: half of it is left after %(half_life_days)s days.", **values),
        _("An event that somebody linked to the risk counts whole."),
        _("One of the same process and site that nobody linked counts times %(place)s.", **values),
        _(
            "Once the CAPA that answered an event has proven effective, it counts times %(effective)s; "
            "ineffective, times %(ineffective)s.",
            **values,
        ),
        _(
            "All together are the pressure. Each full %(divisor)s of it raises the likelihood that people "
            "assessed by one step, by %(most_steps)s at most and never above 5.",
            **values,
        ),
        _(
            "The severity is the assessed one, or that of the gravest linked event of the last "
            "%(severity_window_days)s days if that is greater; times the likelihood it is the score.",
            **values,
        ),
        _("A rise shows at once. A fall waits until somebody has assessed the risk again."),
        _("The arrow compares the pressure with that of %(trend_days)s days before.", **values),
        _(
            "The register is sorted by the score, with %(trend_weight)s of it more for what rises and less "
            "for what falls.",
            **values,
        ),
        _(
            "When the indicated score leaves the assessed band, or is %(gap)s points away, the owner is "
            "asked to assess the risk again.",
            **values,
        ),
    )
