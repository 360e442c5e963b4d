"""What an expression sees: `record`, `task`, `decision` and `settings` of the instance in hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.durations import Duration
from app.foundation.settings import values_of
from app.workflow.definitions import Definition
from app.workflow.lifecycle import Lifecycle, RecordView
from app.workflow.models import ProcessInstance, Submission


class Scope:
    """The four names, read when first asked for and read again after an operation changed the record."""

    def __init__(
        self,
        session: Session,
        row: ProcessInstance,
        definition: Definition,
        lifecycle: Lifecycle,
        record: RecordView,
    ) -> None:
        """Know where to read; nothing is read yet but the record the act has locked."""
        self._session = session
        self._row = row
        self._definition = definition
        self._lifecycle = lifecycle
        self.record = record
        self._answers: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._given: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._settings: Mapping[str, Any] | None = None

    def __call__(self, call_id: str = "") -> dict[str, Any]:
        """Return the names as plain values; inside a call `task` and `decision` are those of its part."""
        return self.names(with_tasks=True, call_id=call_id)

    def names(self, *, with_tasks: bool, call_id: str = "") -> dict[str, Any]:
        """Return the names; the answers of earlier tasks only for who reads them, they cost a statement."""
        piece = self._definition.piece(call_id)
        return {
            "record": self._record_names(),
            "task": self.answers(call_id) if with_tasks else {},
            "decision": _inside(self._row.decisions, call_id),
            "settings": self.settings() if piece.reads_settings else {},
        }

    def names_of_form(self, call_id: str, *, with_tasks: bool) -> dict[str, Any]:
        """Return the names a form sees: inside a call those of the caller, and over them the part's."""
        names = self.names(with_tasks=with_tasks)
        if call_id:
            inner = self.names(with_tasks=with_tasks, call_id=call_id)
            names |= {name: {**names[name], **inner[name]} for name in ("task", "decision")}
        return names

    def give_answers(self, element_id: str, answers: Mapping[str, Any], *, call_id: str = "") -> None:
        """Make the answers of the task in hand visible before they are stored."""
        self._given[call_id, element_id] = answers

    def give_result(self, element_id: str, result: Mapping[str, Any], *, call_id: str = "") -> None:
        """Keep what an operation answered on the instance, where some expression reads it."""
        if element_id in self._definition.piece(call_id).tasks_read:
            self._row.results = {**self._row.results, _place(call_id, element_id): dict(result)}

    def give_decision(self, key: str, outputs: Any, *, call_id: str = "") -> None:
        """Make the outputs of a decision visible, and keep them on the instance."""
        self._row.decisions = {**self._row.decisions, _place(call_id, key): outputs}

    def begin_call(self, call_id: str, parameters: Mapping[str, Any]) -> None:
        """Keep what a call begins with; what its part decided in an earlier round is forgotten."""
        self._row.calls = {**self._row.calls, call_id: dict(parameters)}
        self._row.decisions = _outside(self._row.decisions, call_id)
        self._row.results = _outside(self._row.results, call_id)

    def refresh_record(self) -> None:
        """Read the record again: an operation or a form has changed it in this act."""
        self.record = self._lifecycle.ports.read_record(self._session, self._row.record_id)

    def answers(self, call_id: str = "") -> dict[str, Mapping[str, Any]]:
        """Return the latest answers of each task that some expression reads, and results of operations."""
        given = {element: answers for (call, element), answers in self._given.items() if call == call_id}
        results = _inside(self._row.results, call_id)
        wanted = self._definition.piece(call_id).tasks_read - given.keys() - results.keys()
        if call_id not in self._answers:
            self._answers[call_id] = (
                latest_answers(self._session, self._row.id, wanted, call_id) if wanted else {}
            )
        return {**self._answers[call_id], **results, **given}

    def settings(self) -> Mapping[str, Any]:
        """Return the settings for the record's site, by key."""
        if self._settings is None:
            values = values_of(self._session, self._lifecycle.settings, self.record.site_id)
            self._settings = {key.rpartition(".")[2]: _plain(value) for key, value in values.items()}
        return self._settings

    def _record_names(self) -> dict[str, Any]:
        record = self.record
        return {
            **record.values,
            "id": record.id,
            "number": record.number,
            "title": record.title,
            "site_id": record.site_id,
            "process_id": record.process_id,
            "owner_id": record.owner_id,
            "severity": record.severity,
            "opened_at": record.opened_at,
        }


def latest_answers(
    session: Session, instance_id: int, element_ids: frozenset[str], call_id: str = ""
) -> dict[str, Mapping[str, Any]]:
    """Return the newest submission's answers for each of these elements of a call that has one."""
    newest = (
        select(func.max(Submission.id))
        .where(
            Submission.instance_id == instance_id,
            Submission.element_id.in_(element_ids),
            Submission.call_id == call_id,
        )
        .group_by(Submission.element_id)
    )
    rows = session.execute(select(Submission.element_id, Submission.answers).where(Submission.id.in_(newest)))
    return {row.element_id: row.answers for row in rows}


def _place(call_id: str, key: str) -> str:
    return f"{call_id}/{key}" if call_id else key


def _inside(kept: Mapping[str, Any], call_id: str) -> dict[str, Any]:
    """Return what was kept inside a call, by its own names; outside of any, what is the instance's."""
    if not call_id:
        return {key: value for key, value in kept.items() if "/" not in key}
    prefix = _place(call_id, "")
    return {key.removeprefix(prefix): value for key, value in kept.items() if key.startswith(prefix)}


def _outside(kept: Mapping[str, Any], call_id: str) -> dict[str, Any]:
    prefix = _place(call_id, "")
    return {key: value for key, value in kept.items() if not key.startswith(prefix)}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Duration) else value
