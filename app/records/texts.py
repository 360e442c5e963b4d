"""Long texts of records for search, such as what a document in force says, and snippets of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Integer, Select, column, delete, func, select, table, text
from sqlalchemy.orm import Session

from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into
from app.records.models import RecordText
from app.records.terms import Piece, SnippetPart, pieces_of, snippet_of, terms_of

LONGEST = 400_000
_FTS = table("record_search_texts", column("rowid", Integer), column("record_search_texts"))

Snippet = tuple[SnippetPart, ...]


def keep_text(uow: UnitOfWork, record_id: int, words: str, *, heading: str, source: str) -> None:
    """Let search find a record by a long text. Safe to call again; the last text counts.

    Shape: `heading` is searched too and stands in no snippet; `source` names what the text was made from.
    """
    values = {
        "source": source,
        "text": words.replace("\x00", "")[:LONGEST],
        "terms": terms_of(f"{heading}\n{words[:LONGEST]}"),
    }
    statement = insert_into(uow.session, RecordText).values(record_id=record_id, **values)
    uow.session.execute(statement.on_conflict_do_update(index_elements=["record_id"], set_=values))


def forget_text(uow: UnitOfWork, record_ids: Sequence[int]) -> None:
    """Let search no longer find records by their long texts. Safe to call again."""
    uow.session.execute(delete(RecordText).where(RecordText.record_id.in_(record_ids)))


def ids_with(session: Session, query: str) -> Select[int] | None:
    """Return the ids of the records whose long texts hold all pieces of a query; None without any."""
    pieces = pieces_of(query)
    if not pieces:
        return None
    if session.get_bind().dialect.name == "sqlite":
        expression = " AND ".join(map(_for_sqlite, pieces))
        return select(_FTS.c.rowid).where(_FTS.c.record_search_texts.op("MATCH")(expression))
    return select(RecordText.record_id).where(_document().op("@@")(_wanted(pieces)))


def snippets_of(session: Session, record_ids: Sequence[int], query: str) -> Mapping[int, Snippet]:
    """Return the stretches around what was looked for, of those records whose long texts hold it."""
    ids, pieces = ids_with(session, query), pieces_of(query)
    if ids is None or not record_ids:
        return {}
    rows = session.execute(
        select(RecordText.record_id, RecordText.text).where(
            RecordText.record_id.in_(record_ids), RecordText.record_id.in_(ids)
        )
    )
    found = {row.record_id: snippet_of(row.text, pieces) for row in rows}
    return {record_id: snippet for record_id, snippet in found.items() if snippet}


def _for_sqlite(piece: Piece) -> str:
    phrase = f'"{" ".join(piece.words)}"*'
    return f'({phrase} OR "{piece.code}"*)' if piece.code else phrase


def _document() -> ColumnElement[str]:
    return func.to_tsvector(text("'simple'::regconfig"), RecordText.terms)


def _wanted(pieces: Sequence[Piece]) -> ColumnElement[str]:
    return func.to_tsquery(text("'simple'::regconfig"), " & ".join(map(_for_postgresql, pieces)))


def _for_postgresql(piece: Piece) -> str:
    phrase = " <-> ".join([*(f"'{word}'" for word in piece.words[:-1]), f"'{piece.words[-1]}':*"])
    return f"(({phrase}) | '{piece.code}':*)" if piece.code else f"({phrase})"
