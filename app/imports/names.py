"""Master data that rows name by code or name; what is missing is planned under a provisional id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.imports.rules import PROVISIONAL_FROM, code_of
from app.organisation.kinds import KINDS, Entry, Kind, KindKey
from app.organisation.models import CODE_LENGTH, MasterData
from app.organisation.rules import key_of
from app.organisation.service import check
from app.workflow.forms import Choice, EmptyDirectory

KIND_WORDS = frozenset(kind.value for kind in KindKey)


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """Master data to be added when the rows land. Shape: `number` counts from 1 within the run."""

    number: int
    kind: KindKey
    entry: Entry

    @property
    def provisional_id(self) -> int:
        """The id that stands in the checked answers until the entry has one."""
        return PROVISIONAL_FROM + self.number


class Names:
    """Finds master data by code or name, without regard to case, and plans what may be added."""

    def __init__(self, session: Session, create_missing: Mapping[str, Mapping[str, str]]) -> None:
        """Read the codes and names of all kinds once: rows ask for the same few again and again."""
        self._session = session
        self._create_missing = create_missing
        self._known: dict[str, dict[str, int]] = {}
        self._codes: dict[str, set[str]] = {}
        self._retired: dict[str, dict[int, str]] = {}
        for kind in KINDS.values():
            self._read(kind)
        self.planned: list[PlannedEntry] = []

    def _read(self, kind: Kind) -> None:
        model: type[MasterData] = kind.model
        rows = self._session.execute(
            select(model.id, model.code, model.code_key, model.name, model.is_active).order_by(
                model.id.desc()
            )
        ).all()
        names = {key_of(row.name): row.id for row in rows}  # the oldest entry of a name is meant
        self._known[kind.key.value] = names | {row.code_key: row.id for row in rows}
        self._codes[kind.key.value] = {row.code_key for row in rows}
        self._retired[kind.key.value] = {row.id: row.code for row in rows if not row.is_active}

    def find(self, kinds: Sequence[str], text: str) -> tuple[str | None, Problem | None]:
        """Return `kind:id` of the entry a text names, planning it when it may be added, else the problem."""
        key = key_of(text)
        retired: dict[str, str] = {}
        for kind in kinds:
            known = self._known.get(kind, {}).get(key)
            if known is not None and known not in self._retired[kind]:
                return f"{kind}:{known}", None
            if known is not None:
                retired[kind] = self._retired[kind][known]
        for kind in kinds:
            if kind in self._create_missing:
                return self._plan(KINDS[KindKey(kind)], text, retired.get(kind))
        if retired:
            sentence = _("“%(name)s” has been retired.", name=text[:60])
            return None, Problem("", "retired", sentence, _("Restore it, or name another."))
        sentence = _("“%(name)s” is not known.", name=text[:60])
        return None, Problem("", "unknown", sentence, _("Add it first, or let the mapping create it."))

    def is_known(self, kind: str, entry_id: int) -> bool:
        """Tell whether an id is of an entry in use or of one that is planned."""
        return entry_id in self._known.get(kind, {}).values() and entry_id not in self._retired[kind]

    def _plan(self, kind: Kind, text: str, retired: str | None) -> tuple[str | None, Problem | None]:
        """Plan an entry; one that was retired comes back under its code."""
        name, taken = " ".join(text.split()), self._codes[kind.key.value]
        code = retired or code_of(name, lambda one: key_of(one) in taken, CODE_LENGTH)
        entry = entry_of(code, name, self._create_missing[kind.key.value])
        problems = [] if retired else check(self._session, kind, entry)
        if problems:
            sentence = f"“{name[:60]}”: {problems[0].sentence}"
            return None, Problem("", problems[0].rule, sentence, problems[0].mend)
        planned = PlannedEntry(len(self.planned) + 1, kind.key, entry)
        self.planned.append(planned)
        taken.add(key_of(code))
        self._known[kind.key.value][key_of(name)] = planned.provisional_id
        return f"{kind.key.value}:{planned.provisional_id}", None


def entry_of(code: str, name: str, details: Mapping[str, str]) -> Entry:
    """Return a row of master data that comes with a name and what the mapping says of its kind."""
    return Entry(
        code,
        name,
        zone=details.get("zone"),
        country=details.get("country"),
        subdivision=details.get("subdivision"),
        branch=details.get("branch"),
    )


class ImportDirectory(EmptyDirectory):
    """What the start form of an imported row may name: master data in use or planned, and nothing else."""

    def __init__(self, names: Names) -> None:
        """Know the names of the file."""
        self._names = names

    def find_record(self, kind: str, record_id: int) -> Choice | None:
        """Return the entry, None when there is none."""
        is_known = kind in KIND_WORDS and self._names.is_known(kind, record_id)
        return Choice(f"{kind}:{record_id}", kind) if is_known else None


def with_real_ids(answers: Mapping[str, Any], real: Mapping[int, int]) -> dict[str, Any]:
    """Return checked answers with the provisional ids of links replaced by those of the added entries."""
    return {key: _real(value, real) for key, value in answers.items()}


def _real(value: Any, real: Mapping[int, int]) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"kind", "id"}:
        return {"kind": value["kind"], "id": real.get(value["id"], value["id"])}
    return value
