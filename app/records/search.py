"""Search over all records: by number exactly, by words, and only what the person may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Select, column, func, select, table, text
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.records.models import Record
from app.records.texts import ids_with
from app.records.visibility import visible

MOST_WORDS = 8
NUMBER = re.compile(r"[A-Za-z]{2,10}-(?:\d{4}-)?\d{1,9}")
_WORD = re.compile(r"[^\W_]+")
_FTS = table("record_search", column("rowid", Integer), column("record_search"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, as a list shows it."""

    id: int
    kind: str
    number: str
    title: str
    status: str
    site_id: int | None
    severity: int | None
    opened_at: datetime
    is_closed: bool


def find_records(
    session: Session,
    actor: Actor,
    query: str,
    *,
    kinds: Sequence[str] = (),
    is_open_only: bool = False,
    limit: int = 50,
) -> Sequence[Hit]:
    """Return what matches, the record whose number was typed first, then the latest.

    Shape: every word must begin a word of number, title, text columns or extra answers; no kinds means all.
    """
    typed = query.strip()
    by_number = _rows(session, actor, Record.number == typed.upper(), kinds, limit=1) if typed else []
    condition = matches(session, typed)
    if condition is None or (by_number and NUMBER.fullmatch(typed)):
        return by_number
    rows = _rows(session, actor, condition, kinds, is_open_only=is_open_only, limit=limit)
    first = {hit.id for hit in by_number}
    return [*by_number, *(hit for hit in rows if hit.id not in first)][:limit]


def matches(session: Session, query: str) -> ColumnElement[bool] | None:
    """Return the condition on `Record` that all words of the query occur; None when there are no words.

    Shape: in number, title and answers, or in the long text of the record, such as a document's.
    """
    words = [word.lower() for word in _WORD.findall(query)][:MOST_WORDS]
    if not words:
        return None
    found = _ids_with(session, words)
    in_texts = ids_with(session, query)
    return Record.id.in_(found if in_texts is None else found.union(in_texts))


def _ids_with(session: Session, words: Sequence[str]) -> Select[int]:
    if session.get_bind().dialect.name == "sqlite":
        expression = " ".join(f'"{word}"*' for word in words)
        return select(_FTS.c.rowid).where(_FTS.c.record_search.op("MATCH")(expression))
    document = func.to_tsvector(
        text("'simple'::regconfig"),
        text(
            "regexp_replace(record.number || ' ' || record.title || ' ' || record.search_text,"
            " '[^[:alnum:]]+', ' ', 'g')"
        ),
    )
    wanted = func.to_tsquery(text("'simple'::regconfig"), " & ".join(f"{word}:*" for word in words))
    return select(Record.id).where(document.op("@@")(wanted)).correlate(None)


def _rows(
    session: Session,
    actor: Actor,
    condition: ColumnElement[bool],
    kinds: Sequence[str],
    *,
    is_open_only: bool = False,
    limit: int,
) -> list[Hit]:
    statement = select(
        Record.id,
        Record.kind,
        Record.number,
        Record.title,
        Record.status,
        Record.site_id,
        Record.severity,
        Record.opened_at,
        Record.closed_at.is_not(None).label("is_closed"),
    ).where(condition)
    if kinds:
        statement = statement.where(Record.kind.in_(kinds))
    if is_open_only:
        statement = statement.where(Record.closed_at.is_(None))
    rows = session.execute(
        visible(statement, actor).order_by(Record.opened_at.desc(), Record.id.desc()).limit(limit)
    )
    return [
        Hit(
            row.id,
            row.kind,
            row.number,
            row.title,
            row.status,
            row.site_id,
            row.severity,
            row.opened_at,
            row.is_closed,
        )
        for row in rows
    ]
