"""Which clause is asked about at which process and site, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.web.addresses import address


class AskedCell(Protocol):
    """A planned audit as the matrix needs it."""

    @property
    def month(self) -> int:
        """The month, 1 to 12."""
        ...

    @property
    def state(self) -> str:
        """What became of it."""
        ...


class AskedRow(Protocol):
    """A process at a site with its planned audits."""

    @property
    def clauses(self) -> str:
        """The clauses that are asked there, parted by commas."""
        ...

    @property
    def cells(self) -> Mapping[int, AskedCell]:
        """The planned audits by month."""
        ...


@dataclass(frozen=True, slots=True)
class ClauseColumn:
    """One clause with its figures, which are doors to the rows they count."""

    clause: str
    planned: int
    held: int
    url: str
    held_url: str


def clauses_of(row: AskedRow) -> tuple[str, ...]:
    """Return the clauses that are asked at a process and site, each once."""
    return tuple(dict.fromkeys(filter(None, (one.strip() for one in row.clauses.split(",")))))


def clause_columns(programme_id: int, rows: Sequence[AskedRow], held: str) -> tuple[ClauseColumn, ...]:
    """Return every clause of a programme in its order, with how many audits ask it and how many are held."""
    clauses = sorted({clause for row in rows for clause in clauses_of(row)}, key=_in_order)
    return tuple(_column(programme_id, clause, rows, held) for clause in clauses)


def asks(row: AskedRow, clause: str) -> bool:
    """Tell whether an audit of the row asks about a clause this year."""
    return bool(row.cells) and clause in clauses_of(row)


def _column(programme_id: int, clause: str, rows: Sequence[AskedRow], held: str) -> ClauseColumn:
    cells = list(_cells(rows, clause))

    def door(**more: str) -> str:
        return address("audit_programme_pages.plan", record_id=programme_id, clause=clause, **more)

    return ClauseColumn(
        clause=clause,
        planned=len(cells),
        held=sum(cell.state == held for cell in cells),
        url=door(),
        held_url=door(show=held),
    )


def _cells(rows: Sequence[AskedRow], clause: str) -> Iterable[AskedCell]:
    return (cell for row in rows if asks(row, clause) for cell in row.cells.values())


def _in_order(clause: str) -> tuple[list[int], str]:
    return [int(part) for part in clause.split(".") if part.isdecimal()], clause
