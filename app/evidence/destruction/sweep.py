"""Finds words in every table, and takes them out; `looking` finds them in files.

What the database refuses to change, such as signatures and approved documents, is told and left: a request
for words that stand there is not carried out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Column, String, Table, Text, UniqueConstraint, cast, or_, select, true, update
from sqlalchemy.orm import Session

from app.evidence.destruction.rules import cleaned, needle_of, pattern_of
from app.foundation.db import Base
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.models import ProcessInstance, Submission

# Rows that triggers keep from changing: evidence that outlives a wish, or needs another act first.
KEPT = frozenset(
    {
        "signature",
        "document_revision",
        "document_risk_check",
        "risk_band_change",
        "quality_event",
        "quality_event_risk",
        "quality_event_verdict",
        "risk_baseline",
        "management_review",
        "definition_version",
        "chain_version",
    }
)
TRAIL = "trail_entry"
APART = frozenset({TRAIL, "trail_head", "trail_destruction", "record_text"})
Hit = tuple[Table, Mapping[str, Any], Mapping[str, Any]]  # table, key, the columns without the words


@dataclass
class Found:
    """What a sweep met: rows by table, and the ids of rows whose digests stand in the trail."""

    rows: Counter[str] = field(default_factory=Counter)
    submissions: set[int] = field(default_factory=set)
    comments: set[int] = field(default_factory=set)

    @property
    def kept(self) -> list[str]:
        """Return the tables that must not change but hold the words."""
        return sorted(self.rows.keys() & KEPT)


def look(session: Session, words: Sequence[str]) -> Found:
    """Return where the words stand. Slow: reads every text of the database."""
    found = Found()
    for table, _key, _values in _hits(session, words):
        found.rows[table.name] += 1
    found.rows[TRAIL] = len(entries_with(session, words))
    found.rows["record_text"] = len(_texts_with(session, words))
    return found


def take_out(uow: UnitOfWork, words: Sequence[str]) -> Found:
    """Take the words out of every row but those that are kept and those of the trail.

    Effects: one UPDATE for each row that held them; texts of the search index go and come again.
    """
    found = Found()
    uow.session.flush()
    for table, key, values in list(_hits(uow.session, words)):
        if table.name in KEPT:
            continue
        found.rows[table.name] += 1
        if table.name == "submission":
            found.submissions.add(int(key["id"]))
        if table.name == "comment":
            found.comments.add(int(key["id"]))
        uow.session.execute(
            update(table).where(*(table.c[name] == one for name, one in key.items())).values(values)
        )
    texts = _texts_with(uow.session, words)
    table = Base.metadata.tables["record_text"]
    uow.session.execute(table.delete().where(table.c.record_id.in_(texts)))
    found.rows["record_text"] += len(texts)
    uow.session.expire_all()
    return found


def entries_with(session: Session, words: Sequence[str]) -> list[int]:
    """Return the numbers of the entries whose values hold the words."""
    table, pattern = Base.metadata.tables[TRAIL], pattern_of(words)
    columns = [table.c[name] for name in ("label", "reason", "before", "after")]
    rows = session.execute(select(table.c.seq, *columns).where(_may_hold(columns, words)))
    return [row[0] for row in rows if any(one and pattern.search(_plain(one)) for one in row[1:])]


def records_with(session: Session, words: Sequence[str]) -> set[int]:
    """Return the ids of the records in whose rows, answers, comments or files' names the words stand."""
    found: set[int] = set()
    for table, key, _values in _hits(session, words):
        if table.name == "submission":
            runs = select(Submission.instance_id).where(Submission.id == key["id"])
            found.update(
                session.scalars(select(ProcessInstance.record_id).where(ProcessInstance.id.in_(runs)))
            )
        elif "record_id" in table.c:
            own = (table.c[name] == one for name, one in key.items())
            found.update(one for one in session.scalars(select(table.c.record_id).where(*own)) if one)
        elif table.name == "record" or _is_of_record(table):
            found.add(int(key["id"]))
    return found


def _is_of_record(table: Table) -> bool:
    """Tell whether the rows of a table are the own part of a kind of record."""
    return "id" in table.c and any(one.column.table.name == "record" for one in table.c["id"].foreign_keys)


def _hits(session: Session, words: Sequence[str]) -> Iterator[Hit]:
    pattern = pattern_of(words)
    for table in Base.metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, String | Text | JSON)]
        if table.name in APART or not columns:
            continue
        keys = list(table.primary_key.columns)
        statement = select(*keys, *(one for one in columns if one not in keys)).where(
            _may_hold(columns, words)
        )
        for row in session.execute(statement).mappings().all():
            values = {
                one.name: _fitting(one, row[one.name], new, row[keys[0].name])
                for one in columns
                if one not in keys and (new := cleaned(row[one.name], pattern)) != row[one.name]
            }
            if values:
                yield table, {one.name: row[one.name] for one in keys}, values


def _fitting(column: Column[Any], old: Any, new: Any, key: Any) -> Any:
    """Return a text that fits its column and stays the only one where it must be."""
    if not isinstance(new, str):
        return new
    unique = (one for one in column.table.constraints if isinstance(one, UniqueConstraint))
    is_single = any(column in constraint.columns.values() for constraint in unique)
    text = f"{new} {key}" if is_single or column.unique else new
    length = getattr(column.type, "length", None)
    assert old != new, "only what changes is written"
    return text[-length:] if length else text


def _may_hold(columns: Sequence[Column[Any]], words: Sequence[str]) -> Any:
    """Return a condition that every row with the words meets; what it lets through is read for certain."""
    needles = [needle_of(one) for one in words]
    if not all(needles):
        return true()
    return or_(*(cast(column, Text).icontains(one, autoescape=True) for column in columns for one in needles))


def _texts_with(session: Session, words: Sequence[str]) -> list[int]:
    table, pattern = Base.metadata.tables["record_text"], pattern_of(words)
    columns = [table.c.text, table.c.terms]
    rows = session.execute(select(table.c.record_id, *columns).where(_may_hold(columns, words)))
    return [row[0] for row in rows if any(pattern.search(one) for one in row[1:])]


def _plain(text: str) -> str:
    """Return a JSON text with its signs as people write them."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
