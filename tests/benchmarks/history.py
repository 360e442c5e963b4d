"""Ten years of history laid behind a company: its own records again and again, each time further back.

Rows are copied as they are, with their dates moved, so that what is counted looks like what people made.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

YEARS = 10
TABLES = {"nonconformity": 4, "action": 4, "capa": 1, "finding": 1}  # of ten records
MOMENT = "%Y-%m-%d %H:%M:%S.%f"
OWN = frozenset({"request_key", "correlation_key"})
Row = dict[str, object]


@dataclass(frozen=True)
class History:
    """How much is laid behind. Shape: `tasks` and `changes` of dated columns are spread over `records`."""

    events: int = 1_000_000
    tasks: int = 200_000
    records: int = 66_000
    changes: int = 200_000


def add_history(database: sqlite3.Connection, history: History) -> None:
    """Write the history and let the planner see it."""
    database.row_factory = sqlite3.Row
    chance = random.Random(7)
    with database:
        for kind, share in TABLES.items():
            _add_records(database, kind, history.records * share // 10, chance)
        _add_tasks(database, history)
        _add_changes(database, history.changes, chance)
        _add_events(database, history.events)
        _add_months(database)
    database.execute("ANALYZE")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _add_records(database: sqlite3.Connection, kind: str, count: int, chance: random.Random) -> None:
    found = database.execute(
        f"SELECT r.id FROM record r JOIN {kind} d ON d.id = r.id WHERE NOT r.is_imported"
    ).fetchall()
    bases = [_row(database, "record", row["id"]) for row in found]
    details = {row["id"]: _row(database, kind, row["id"]) for row in found}
    first = int(database.execute("SELECT max(id) FROM record").fetchone()[0]) + 1
    plan = [
        (first + number, chance.choice(bases), chance.randrange(30, YEARS * 365)) for number in range(count)
    ]
    _insert(database, "record", (_older(base, key, days) for key, base, days in plan))
    _insert(database, kind, (_moved(details[base["id"]], days) | {"id": key} for key, base, days in plan))


def _older(base: Row, key: int, days: int) -> Row:
    row = _moved(base, days)
    closed = row["closed_at"] or _later(row["opened_at"], min(20, days))
    return row | {"id": key, "number": f"OLD-{key}", "closed_at": closed}


def _moved(base: Row, days: int) -> Row:
    """Return a row with every moment in it so many days earlier, and without what names it alone."""
    return {
        name: None if name in OWN else _later(value, -days) if _is_moment(name, value) else value
        for name, value in base.items()
    }


def _is_moment(name: str, value: object) -> bool:
    return name.endswith("_at") and isinstance(value, str)


def _later(value: object, days: int) -> str:
    return (datetime.strptime(str(value), MOMENT) + timedelta(days=days)).strftime(MOMENT)  # noqa: DTZ007


def _add_tasks(database: sqlite3.Connection, history: History) -> None:
    """Give the copied records a run each and their share of the tasks, all done."""
    each, more = divmod(history.tasks, history.records)
    run = _row(database, "process_instance", _first(database, "process_instance", "state = 'over'"))
    task = _row(database, "task", _first(database, "task", "state = 'done'"))
    records = database.execute(
        "SELECT id, kind, number, opened_at, closed_at, site_id FROM record WHERE number LIKE 'OLD-%'"
    ).fetchall()
    start = int(database.execute("SELECT max(id) FROM process_instance").fetchone()[0]) + 1
    version = {row["key"]: row["id"] for row in database.execute("SELECT key, id FROM definition_version")}

    def runs() -> Iterator[Row]:
        for number, one in enumerate(records):
            yield run | {
                "id": start + number,
                "definition_key": one["kind"],
                "definition_version_id": version[one["kind"]],
                "record_kind": one["kind"],
                "record_id": one["id"],
                "site_id": one["site_id"],
                "started_at": one["opened_at"],
                "ended_at": one["closed_at"],
                "snapshot": b"",
            }

    def tasks() -> Iterator[Row]:
        key = int(database.execute("SELECT max(id) FROM task").fetchone()[0]) + 1
        for number, one in enumerate(records):
            for _turn in range(each + (number < more)):
                yield task | {
                    "id": key,
                    "instance_id": start + number,
                    "definition_key": one["kind"],
                    "definition_version_id": version[one["kind"]],
                    "record_kind": one["kind"],
                    "record_id": one["id"],
                    "record_number": one["number"],
                    "site_id": one["site_id"],
                    "slot": "",
                    "guid": f"old-{key}",
                    "created_at": one["opened_at"],
                    "completed_at": one["closed_at"],
                }
                key += 1

    _insert(database, "process_instance", runs())
    _insert(database, "task", tasks())


def _add_changes(database: sqlite3.Connection, count: int, chance: random.Random) -> None:
    """Let the copied records have had other days, sites and severities, some until lately."""
    columns = {"record.due_at": "due_at", "record.original_due_at": "original_due_at"}
    numbers = {"record.site_id": "site_id", "record.severity": "severity"}
    records = database.execute(
        "SELECT id, opened_at, due_at, original_due_at, site_id, severity FROM record"
        " WHERE number LIKE 'OLD-%'"
    ).fetchall()

    def rows() -> Iterator[Row]:
        for _number in range(count):
            one, what = chance.choice(records), chance.choice([*columns, *numbers])
            yield {
                "what": what,
                "row_id": one["id"],
                "moment": one[columns[what]] if what in columns else None,
                "number": one[numbers[what]] if what in numbers else None,
                "ended_at": _later(one["opened_at"], chance.randrange(1, 300)),
            }

    ordered = sorted(rows(), key=lambda row: str(row["ended_at"]))  # as time goes on
    _insert(database, "former_value", iter(ordered))


def _add_events(database: sqlite3.Connection, count: int) -> None:
    """Copy the ledger's plain rows over ten years, at its places, linked to none of its risks."""
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
        " INSERT INTO quality_event (kind, subject_kind, subject_id, site_id, process_id, severity,"
        " occurred_at, recorded_at, is_date_estimated, is_history, occasion, anchor_day)"
        " SELECT 'nonconformity', 'old', i, 1 + i % 3, 1 + (i / 3) % 8, 1 + i % 5,"
        " strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (1 + i * 3650 / :rows) || ' days'),"
        " strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (1 + i * 3650 / :rows) || ' days'),"
        " 0, 1, '', CAST(julianday('now') - 2440587.5 AS INTEGER) - i * 3650 / :rows FROM n",
        {"rows": count},
    )


def _add_months(database: sqlite3.Connection) -> None:
    """Keep three more years of months, as the job would have; what they say costs the same to read."""
    names = "key, site_id, rows, hits, total, figure, is_late, read_at"
    (first,) = database.execute("SELECT min(month) FROM indicator_reading").fetchone()
    for back in range(1, 37):
        database.execute(
            f"INSERT INTO indicator_reading (month, {names}) SELECT date(month, '-{back} months'), {names}"
            " FROM indicator_reading WHERE month = ?",
            (first,),
        )


def _first(database: sqlite3.Connection, table: str, condition: str) -> int:
    return int(database.execute(f"SELECT min(id) FROM {table} WHERE {condition}").fetchone()[0])


def _row(database: sqlite3.Connection, table: str, key: int) -> Row:
    return dict(database.execute(f"SELECT * FROM {table} WHERE id = ?", (key,)).fetchone())


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[Row]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names: Sequence[str] = tuple(first)
    marks = ", ".join(f":{name}" for name in names)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    database.execute(statement, first)
    database.executemany(statement, rows)
