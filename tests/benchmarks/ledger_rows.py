"""What one more quality event costs among many, and what it costs to reckon every risk anew.

Three figures, each beside its floor: an event among a million beside the same among ten thousand, and beside
the bare insert of its row; the recompute of two thousand risks beside one pass of SQL over their events.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Float, func, insert, literal, select, text

from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.foundation import clock
from app.foundation.db import db
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import unit_of_work
from app.quality_events import sums
from app.quality_events.exposure import indicated
from app.quality_events.models import QualityEvent, QualityEventRisk, RiskBaseline
from app.quality_events.rules import EventKind
from app.quality_events.rules.exposure import anchor_day, day_of
from app.quality_events.service import EventOrder, record_event
from app.quality_events.settings import weights_at
from app.trail.service import open_chain
from tests.benchmarks.figures import Figure, times_the_floor
from tests.benchmarks.serving import environment_for
from tests.factories.organisation import a_process, a_site
from tests.factories.statements import statements_sent

RISKS, SITES, PROCESSES = 2_000, 20, 20
SAMPLES, WARM_UP = 60, 10
YEARS = timedelta(days=3650)
FILL = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
    " INSERT INTO quality_event (kind, subject_kind, subject_id, site_id, process_id, severity, occurred_at,"
    " recorded_at, is_date_estimated, is_history, occasion, anchor_day)"
    " SELECT 'nonconformity', 'seed', i, 1 + i % :sites, 1 + (i / :sites) % :processes, 1 + i % 5,"
    " strftime('%Y-%m-%d %H:%M:%f000', :first, '+' || (i * 1.0 * :days / :rows) || ' days'),"
    " strftime('%Y-%m-%d %H:%M:%f000', :first, '+' || (i * 1.0 * :days / :rows) || ' days'),"
    " 0, 0, '', :first_day + CAST(i * 1.0 * :days / :rows AS INTEGER) FROM n"
)
LINK = text("INSERT INTO quality_event_risk SELECT id, 1 + (id * 7919) % :risks FROM quality_event")


@dataclass(frozen=True)
class Size:
    """How large a ledger is. Shape: `few` and `many` events, over so many risks."""

    few: int = 10_000
    many: int = 1_000_000


@dataclass(frozen=True)
class Costs:
    """Milliseconds, as medians of one round."""

    bare: float
    event: float


def figures(home: Path, rounds: int, size: Size | None = None) -> list[Figure]:
    """Return the figures of the ledger, few and many measured in turn; takes some minutes.

    Shape: as many rounds as asked for; `home` must not exist.
    """
    size = size or Size()
    few, many = home / "few", home / "many"
    for place, rows in ((few, size.few), (many, size.many)):
        place.mkdir(parents=True, mode=0o700)
        with bare_server(environment_for(place)):
            bring_up_to_date()
            _seed(rows)
    costs = [(_costs(few, number), _costs(many, number)) for number in range(rounds)]
    at_few = median(one.event for one, _many in costs)
    at_many, bare = median(one.event for _few, one in costs), median(one.bare for _few, one in costs)
    recompute, one_pass = _recomputed(many)
    return [
        times_the_floor("E1 event", at_many, "ms", at_few, at_most=1.3),
        times_the_floor("E2 event", at_many, "ms", bare, at_most=4.0),
        times_the_floor("E3 recompute", recompute, "ms", one_pass, at_most=3.0),
    ]


def statements_of_an_event(home: Path, rows: int) -> int:
    """Return how many statements one more event costs that moves risks, BEGIN and COMMIT not counted."""
    home.mkdir(mode=0o700)
    with bare_server(environment_for(home)):
        bring_up_to_date()
        _seed(rows)
        _event(0)
        with statements_sent() as sent:
            _event(1)
        return len(sent)


def _costs(home: Path, number: int) -> Costs:
    begin = number * (SAMPLES + WARM_UP)  # each round writes about subjects of its own
    with bare_server(environment_for(home)):
        return Costs(*_interleaved(lambda one: _bare(begin + one), lambda one: _event(begin + one)))


def _recomputed(home: Path) -> tuple[float, float]:
    with bare_server(environment_for(home)):
        return _interleaved(_recompute, _pass, samples=3, warm_up=1)


def _interleaved(
    one: Callable[[int], None],
    other: Callable[[int], None],
    *,
    samples: int = SAMPLES,
    warm_up: int = WARM_UP,
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(samples + warm_up):
        for deed, found in zip((one, other), times, strict=True):
            begun = time.perf_counter()
            deed(number)
            found.append((time.perf_counter() - begun) * 1000)
    return median(times[0][warm_up:]), median(times[1][warm_up:])


def _seed(rows: int) -> None:
    """Write events over ten years, evenly over places and risks, and every risk assessed."""
    with unit_of_work() as uow:
        open_chain(uow, Purpose.TEST)
        for _number in range(SITES):
            a_site(uow)
        for _number in range(PROCESSES):
            a_process(uow)
        first = uow.now - YEARS
        facts = {"rows": rows, "sites": SITES, "processes": PROCESSES, "days": YEARS.days}
        days = {"first": first.strftime("%Y-%m-%d %H:%M:%S"), "first_day": day_of(first)}
        uow.session.execute(FILL, facts | days)
        uow.session.execute(LINK, {"risks": RISKS})
        uow.session.execute(insert(RiskBaseline), [_baseline(number) for number in range(RISKS)])
        sums.rebuild(uow, weights_at(uow.session, uow.now))


def _baseline(number: int) -> dict[str, object]:
    return {
        "risk_id": number + 1,
        "likelihood": 2,
        "severity": 5,
        "assessed_at": clock.now() - YEARS,
        "source_kind": "seed",
        "source_id": number,
        "site_id": 1 + number % SITES,
        "process_id": 1 + number // SITES % PROCESSES,
    }


def _event(number: int) -> None:
    with unit_of_work() as uow:
        record_event(
            uow,
            EventOrder(
                kind=EventKind.NONCONFORMITY,
                subject_kind="bench",
                subject_id=number,
                severity=3,
                occurred_at=uow.now,
                site_id=1 + number % SITES,
                process_id=1 + number % PROCESSES,
                risk_ids=(1 + number % RISKS,),
            ),
        )


def _bare(number: int) -> None:
    """The same row, with its link, and nothing felt by anybody."""
    with unit_of_work() as uow:
        row = {
            "kind": EventKind.NONCONFORMITY.value,
            "subject_kind": "bare",
            "subject_id": number,
            "severity": 3,
            "occurred_at": uow.now,
            "recorded_at": uow.now,
            "is_date_estimated": False,
            "is_history": False,
            "site_id": 1 + number % SITES,
            "process_id": 1 + number % PROCESSES,
            "occasion": "",
            "anchor_day": anchor_day(uow.now, uow.now),
        }
        event_id = uow.session.execute(insert(QualityEvent).returning(QualityEvent.id), [row]).scalar_one()
        uow.session.execute(insert(QualityEventRisk), [{"event_id": event_id, "risk_id": 1 + number % RISKS}])


def _recompute(_number: int) -> None:
    found = indicated(db.session(), range(1, RISKS + 1), at=clock.now())
    db.session.rollback()
    if len(found) != RISKS:
        raise RuntimeError("Some risks were not reckoned.")


def _pass(_number: int) -> None:
    """The least that reads every linked event once and fades it."""
    decay = func.power(literal(0.5, Float), (day_of(clock.now()) - QualityEvent.anchor_day) / 180.0)
    statement = (
        select(QualityEventRisk.risk_id, func.sum(QualityEvent.severity * decay))
        .join(QualityEvent, QualityEvent.id == QualityEventRisk.event_id)
        .group_by(QualityEventRisk.risk_id)
    )
    db.session.execute(statement).all()
    db.session.rollback()
