"""What a part says about tasks that several people do: whom to ask, and when it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.foundation.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.workflow.lifecycle import RecordView


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task of a part stands.

    Shape: `call_id` is the call activity in the calling diagram, `parameters` what it was called with, plain
    JSON values; `guid` names the engine's task, so a task done again has another one.
    """

    instance_id: int
    element_id: str
    call_id: str
    guid: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a task that several people do: who has it, and why.

    Shape: exactly one of person and group is set; `key` is unique within the task, at most 40 characters;
    `why` is a key for the reason shown; without `due_at` the task's own due rule counts, without `policy` its
    own task policy.
    """

    key: str
    why: str
    person_id: int | None = None
    group_id: int | None = None
    due_at: datetime | None = None
    policy: str = ""


class SlotOffer(Protocol):
    """Names everybody a task is for, asked once when it appears; nobody or a Broken error is a fault."""

    def __call__(self, uow: UnitOfWork, record: RecordView, place: Place, /) -> Sequence[Slot]:
        """Return the slots, at least one, each person at most once."""


class SlotCast(Protocol):
    """Hears each submission of a slot after it is stored, and says whether the task is decided."""

    def __call__(
        self,
        uow: UnitOfWork,
        record: RecordView,
        place: Place,
        slot_key: str,
        answers: Mapping[str, Any],
        actor_id: int,
        on_behalf_of_id: int | None,
        /,
    ) -> bool:
        """Count the answers in; True ends the task and withdraws the open slots."""


class SlotReview(Protocol):
    """Says whether a task is decided by what is there, after its slots were changed by an admin."""

    def __call__(self, uow: UnitOfWork, record: RecordView, place: Place, /) -> bool:
        """Return whether the task is decided."""


def _never_decided(_uow: UnitOfWork, _record: RecordView, _place: Place, /) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class SlotRule:
    """How one task of a part is offered to several people at once, and when it is over."""

    offer: SlotOffer
    cast: SlotCast
    review: SlotReview = _never_decided
