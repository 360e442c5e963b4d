"""Maintains master data: add, change, retire, restore. Each deed is in the trail; nothing is deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.working_time import is_known_country
from app.organisation.kinds import COMMON, Branch, Entry, Kind, ProcessKind, label_of
from app.organisation.models import CODE_LENGTH, NAME_LENGTH, MasterData, Site
from app.organisation.persons import is_person
from app.organisation.rules import STANDARD_HOURS, is_code, is_zone, key_of
from app.trail import Subject, record

MOST_IMPORTANT = 5


class EntryUnknown(NotFound):
    """There is no such row of master data."""


class EntryInvalid(Invalid):
    """The row cannot be kept as it is; all problems are listed."""


class EntryChangedMeanwhile(Conflict):
    """Somebody else changed the row after the page was shown."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of master data with its identity and its life."""

    id: int
    entry: Entry
    is_active: bool
    row_version: int


def entries(session: Session, kind: Kind, *, with_retired: bool = False) -> list[Kept]:
    """Return the rows of a kind by code."""
    model: Any = kind.model
    statement = select(model).order_by(model.code_key)
    if not with_retired:
        statement = statement.where(model.is_active)
    return [_kept(kind, row) for row in session.scalars(statement)]


def entry(session: Session, kind: Kind, id_: int) -> Kept:
    """Return one row of a kind.

    Errors: EntryUnknown.
    """
    return _kept(kind, _row(session, kind, id_))


def id_of(session: Session, kind: Kind, code: str) -> int | None:
    """Return the id of the row with this code, retired or not, without regard to case."""
    model: Any = kind.model
    found: int | None = session.scalar(select(model.id).where(model.code_key == key_of(code)))
    return found


def add(uow: UnitOfWork, kind: Kind, new: Entry) -> int:
    """Keep a row and return its id.

    Errors: EntryInvalid with all problems. Effects: a trail entry.
    """
    _refuse(check(uow.session, kind, new))
    model: Any = kind.model
    row: MasterData = model(created_at=uow.now, **_columns(kind, new))
    if isinstance(row, Site):
        row.working_hours = [dict(span) for span in STANDARD_HOURS]
    uow.session.add(row)
    uow.session.flush()  # the trail entry needs the id
    record(uow, verb=f"{kind.key}.added", subject=_subject(kind, row), after=_values(kind, new))
    return row.id


def change(uow: UnitOfWork, kind: Kind, id_: int, new: Entry, *, row_version: int | None = None) -> bool:
    """Change a row; return whether anything was different.

    Errors: EntryUnknown, EntryInvalid, EntryChangedMeanwhile when the version shown is stale.
    Effects: a trail entry with what changed.
    """
    row = _row(uow.session, kind, id_)
    if row_version is not None and row_version != row.row_version:
        raise EntryChangedMeanwhile(_("Somebody changed this entry meanwhile. Look at it, then change it."))
    _refuse(check(uow.session, kind, new, id_=id_))
    before, after = _values(kind, _kept(kind, row).entry), _values(kind, new)
    if before == after:
        return False
    for name, value in _columns(kind, new).items():
        setattr(row, name, value)
    row.row_version += 1
    changed = [name for name in after if before[name] != after[name]]
    record(
        uow,
        verb=f"{kind.key}.changed",
        subject=_subject(kind, row),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return True


def retire(uow: UnitOfWork, kind: Kind, id_: int) -> None:
    """Take a row out of use; records that name it keep it. Safe to call again."""
    _live(uow, kind, id_, is_active=False)


def restore(uow: UnitOfWork, kind: Kind, id_: int) -> None:
    """Bring a retired row back into use. Safe to call again."""
    _live(uow, kind, id_, is_active=True)


def check(session: Session, kind: Kind, new: Entry, *, id_: int | None = None) -> list[Problem]:
    """Return everything that is wrong with a row before it is kept; `id_` is the row's own, if it has one."""
    problems = [*_common_problems(new), *_missing(kind, new), *_malformed(new)]
    same_code = id_of(session, kind, new.code)
    if same_code is not None and same_code != id_:
        problems.append(
            Problem("code", "unique", _("The code %(code)s is taken.", code=new.code), _("Choose another."))
        )
    if new.site_id is not None and session.get(Site, new.site_id) is None:
        problems.append(Problem("site_id", "unknown", _("There is no such site.")))
    if new.owner_id is not None and not is_person(session, new.owner_id):
        problems.append(Problem("owner_id", "unknown", _("There is no such person.")))
    return problems


def _common_problems(new: Entry) -> list[Problem]:
    problems = []
    if not is_code(new.code, CODE_LENGTH):
        problems.append(
            Problem(
                "code",
                "code",
                _("This cannot be a code."),
                _("Use up to %(most)s letters, digits, blanks and . - / _.", most=CODE_LENGTH),
            )
        )
    if not 0 < len(new.name.strip()) <= NAME_LENGTH:
        problems.append(
            Problem("name", "name", _("A name of 1 to %(most)s letters is needed.", most=NAME_LENGTH))
        )
    return problems


def _missing(kind: Kind, new: Entry) -> list[Problem]:
    return [
        Problem(column, "required", _("%(field)s is missing.", field=label_of(column)))
        for column in kind.columns
        if column in kind.required and getattr(new, column) in (None, "")
    ]


def _malformed(new: Entry) -> list[Problem]:
    problems = []
    if new.zone and not is_zone(new.zone):
        problems.append(
            Problem("zone", "zone", _("This is not a time zone."), _("Write for example Europe/Warsaw."))
        )
    if (new.country or new.subdivision) and not is_known_country(new.country or "", new.subdivision or ""):
        mend = _("Write two letters such as PL, and a region such as BY for Bavaria or none.")
        problems.append(Problem("country", "country", _("Holidays of this place are not known."), mend))
    if new.branch and new.branch not in set(Branch):
        problems.append(
            Problem(
                "branch",
                "branch",
                _("There is no such branch."),
                _("One of: %(all)s.", all=", ".join(Branch)),
            )
        )
    return [*problems, *_malformed_process(new)]


def _malformed_process(new: Entry) -> list[Problem]:
    problems = []
    if new.process_kind and new.process_kind not in set(ProcessKind):
        mend = _("One of: %(all)s.", all=", ".join(ProcessKind))
        problems.append(Problem("process_kind", "process_kind", _("There is no such kind of process."), mend))
    if new.importance is not None and not 1 <= new.importance <= MOST_IMPORTANT:
        problems.append(
            Problem("importance", "range", _("Importance is a number from 1 to 5; 5 matters most."))
        )
    return problems


def _live(uow: UnitOfWork, kind: Kind, id_: int, *, is_active: bool) -> None:
    row = _row(uow.session, kind, id_)
    if row.is_active == is_active:
        return
    row.is_active = is_active
    row.row_version += 1
    verb = f"{kind.key}.restored" if is_active else f"{kind.key}.retired"
    record(uow, verb=verb, subject=_subject(kind, row))


def _row(session: Session, kind: Kind, id_: int) -> MasterData:
    row = session.get(kind.model, id_)
    if row is None:
        raise EntryUnknown(_("There is no such entry."))
    return row


def _kept(kind: Kind, row: MasterData) -> Kept:
    own = {column: getattr(row, column) or None for column in kind.columns}
    found = Entry(code=row.code, name=row.name, description=row.description, **own)
    return Kept(row.id, found, row.is_active, row.row_version)


def _values(kind: Kind, one: Entry) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name in COMMON or name in kind.columns}


def _columns(kind: Kind, one: Entry) -> dict[str, Any]:
    own = _values(kind, one) | {"code_key": key_of(one.code)}
    return own | {name: own[name] or "" for name in ("country", "subdivision") if name in own}


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise EntryInvalid(_("The entry is not complete. Nothing was changed."), problems)


def _subject(kind: Kind, row: MasterData) -> Subject:
    return Subject(kind=kind.key.value, id=row.id, label=row.code)
