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
        self._answers: dict[str, Mapping[str, Any]] | None = None
        self._given: dict[str, Mapping[str, Any]] = {}
        self._settings: Mapping[str, Any] | None = None

    def __call__(self) -> dict[str, Any]:
        """Return the names as plain values."""
        return self.names(with_tasks=True)

    def names(self, *, with_tasks: bool) -> dict[str, Any]:
        """Return the names; the answers of earlier tasks only for who reads them, they cost a statement."""
        return {
            "record": self._record_names(),
            "task": self.answers() if with_tasks else {},
            "decision": self._row.decisions,
            "settings": self.settings() if self._definition.reads_settings else {},
        }

    def give_answers(self, element_id: str, answers: Mapping[str, Any]) -> None:
        """Make the answers of the task in hand visible before they are stored."""
        self._given[element_id] = answers

    def give_decision(self, key: str, outputs: Any) -> None:
        """Make the outputs of a decision visible, and keep them on the instance."""
        self._row.decisions = {**self._row.decisions, key: outputs}

    def refresh_record(self) -> None:
        """Read the record again: an operation or a form has changed it in this act."""
        self.record = self._lifecycle.ports.read_record(self._session, self._row.record_id)

    def answers(self) -> dict[str, Mapping[str, Any]]:
        """Return the latest answers of each task that some expression of the definition reads."""
        wanted = self._definition.tasks_read - self._given.keys()
        if self._answers is None:
            self._answers = latest_answers(self._session, self._row.id, wanted) if wanted else {}
        return {**self._answers, **self._given}

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
    session: Session, instance_id: int, element_ids: frozenset[str]
) -> dict[str, Mapping[str, Any]]:
    """Return the newest submission's answers for each of these elements that has one."""
    newest = (
        select(func.max(Submission.id))
        .where(Submission.instance_id == instance_id, Submission.element_id.in_(element_ids))
        .group_by(Submission.element_id)
    )
    rows = session.execute(select(Submission.element_id, Submission.answers).where(Submission.id.in_(newest)))
    return {row.element_id: row.answers for row in rows}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Duration) else value
