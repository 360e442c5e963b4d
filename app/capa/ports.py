"""The ports of both records: the generic writer, links told as ids, the status told from the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import inspect, select

from app.capa.models import Capa, Nonconformity
from app.capa.requesters import tell_requesters
from app.capa.stages import CapaStatus, NonconformityStatus, capa_status, nonconformity_status
from app.foundation.unit_of_work import UnitOfWork
from app.records.columns import ColumnType, WritableColumn
from app.records.facts import CANCELLED, RecordPorts
from app.records.models import Record

Stage = Callable[[Mapping[str, object]], NonconformityStatus | CapaStatus]


# Another plan has been neither approved nor carried out, whatever was said about the one before.
_SUPERSEDED = {
    "planned_actions": {"plan_verdict": None, "completeness": None},
    "disposition": {"reverify_result": None},
}
# What somebody decided at one step is no fact of the record and no beginning of another decision.
_OF_THE_STEP = frozenset({"verdict"})


@dataclass(frozen=True)
class StagedPorts(RecordPorts):
    """Ports that keep the record's status in step with its facts as long as it is open."""

    stage: Stage | None = None

    def write_facts(self, uow: UnitOfWork, record_id: int, facts: Mapping[str, Any]) -> None:
        """Write answers as the generic writer does, and restate the status.

        Errors: RecordMissing; FactsInvalid.
        """
        given = {key: value for key, value in facts.items() if key not in _OF_THE_STEP}
        for key in _SUPERSEDED.keys() & given.keys() & self.writable.keys():
            given |= _SUPERSEDED[key]
        super().write_facts(uow, record_id, as_identifiers(given, self.writable))
        self.restage(self.get(uow.session, record_id))

    def cancel_record(self, uow: UnitOfWork, record_id: int) -> None:
        """Close the record as cancelled. Safe to call again.

        Errors: RecordMissing. Effects: who asked for a CAPA hears that it is over.
        """
        row = self.get(uow.session, record_id)
        close(uow, row, CANCELLED)
        if isinstance(row, Capa):
            tell_requesters(uow, row)

    def open_record(self, uow: UnitOfWork, facts: Mapping[str, Any]) -> int:
        """Open a record with the next number of its series and return its id.

        Errors: FactsInvalid.
        """
        return super().open_record(uow, as_identifiers(facts, self.writable))

    def restage(self, row: Record) -> None:
        """Set the status that follows from the facts; a closed record keeps the one it closed with."""
        if row.closed_at is None and self.stage is not None:
            values = {
                attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs
            }
            row.status = self.stage(values).value


def as_identifiers(facts: Mapping[str, Any], columns: Mapping[str, WritableColumn]) -> dict[str, Any]:
    """Return the facts with links to one thing as its id, where the column holds an id."""
    return {key: _identifier(columns.get(key), value) for key, value in facts.items()}


def close(uow: UnitOfWork, row: Record, status: str) -> None:
    """Close a record with its last status. Safe to call again.

    Effects: nonconformities that waited for a CAPA to be over are simply closed with it.
    """
    row.status = status
    row.closed_at = row.closed_at or uow.now
    row.row_version += 1
    if isinstance(row, Capa):
        waiting = select(Nonconformity).where(
            Nonconformity.capa_id == row.id,
            Nonconformity.status == NonconformityStatus.CLOSED_CAPA_OPEN.value,
        )
        for one in uow.session.scalars(waiting):
            one.status = NonconformityStatus.CORRECTED.value


def nonconformity(uow: UnitOfWork, record_id: int) -> Nonconformity:
    """Return the nonconformity an operation works on; the act has locked its row.

    Errors: RecordMissing.
    """
    return cast("Nonconformity", NONCONFORMITY.get(uow.session, record_id))


def capa(uow: UnitOfWork, record_id: int) -> Capa:
    """Return the CAPA an operation works on; the act has locked its row.

    Errors: RecordMissing.
    """
    return cast("Capa", CAPA.get(uow.session, record_id))


def _identifier(column: WritableColumn | None, value: Any) -> Any:
    is_link = isinstance(value, Mapping) and value.keys() >= {"kind", "id"}
    return value["id"] if is_link and column is not None and column.type is ColumnType.REFERENCE else value


NONCONFORMITY = StagedPorts(
    Nonconformity, "NC", NonconformityStatus.REPORTED.value, stage=nonconformity_status
)
CAPA = StagedPorts(Capa, "CAPA", CapaStatus.DRAFT.value, stage=capa_status)
