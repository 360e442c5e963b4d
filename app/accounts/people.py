"""People: taking on, changing, disabling. Nobody is deleted and no user name is used twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.grants import refuse_without_admin
from app.accounts.handover import Handover
from app.accounts.links import void_links, void_pin_codes
from app.accounts.models import USER_NAME_LENGTH, Person
from app.accounts.sessions import end_all
from app.foundation.errors import Conflict, Invalid, NotFound, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.models import NAME_LENGTH, Site
from app.organisation.rules import is_zone
from app.trail import Subject, record

THEMES = ("system", "light", "dark")
LOCALES = ("en",)
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]*")
_MAIL = re.compile(r"[^@\s<>\"',;:]+@[^@\s<>\"',;:]+")
_MAIL_LENGTH = 254


class PersonUnknown(NotFound):
    """There is no such person."""


class PersonInvalid(Invalid):
    """The person cannot be kept like this; all problems are listed."""


class PersonChangedMeanwhile(Conflict):
    """Somebody else changed the person after the page was shown."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is maintained about a person. Without a mail address they sign in with a printed code first."""

    user_name: str
    name: str
    mail: str | None = None
    zone: str = "UTC"
    locale: str = "en"
    theme: str = "system"
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Taste:
    """How a person wants to read Keel."""

    zone: str
    locale: str
    theme: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as lists and pages show them."""

    id: int
    details: Details
    is_active: bool
    has_password: bool
    row_version: int
    disabled_at: datetime | None


def take_on(uow: UnitOfWork, details: Details) -> int:
    """Add a person, still without password and roles, and return their id.

    Errors: PersonInvalid. Effects: a trail entry.
    """
    tidy = _tidy(details)
    _refuse(_problems(uow.session, tidy))
    row = Person(created_at=uow.now, **asdict(tidy))
    uow.session.add(row)
    uow.session.flush()  # the caller needs the id
    record(uow, verb="person.added", subject=subject_of(row), after=asdict(tidy))
    return row.id


def change(uow: UnitOfWork, person_id: int, details: Details, *, row_version: int | None = None) -> None:
    """Change what is maintained about a person.

    Errors: PersonUnknown, PersonInvalid, PersonChangedMeanwhile. Effects: a trail entry with what changed.
    """
    row = person_row(uow.session, person_id)
    if row_version is not None and row_version != row.row_version:
        raise PersonChangedMeanwhile(
            _("Somebody changed this person meanwhile. Look at it again, then change it.")
        )
    tidy = _tidy(details)
    _refuse(_problems(uow.session, tidy, person_id))
    before, after = asdict(_details(row)), asdict(tidy)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return
    for name in changed:
        setattr(row, name, after[name])
    row.row_version += 1
    record(
        uow,
        verb="person.changed",
        subject=subject_of(row),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def change_taste(uow: UnitOfWork, person_id: int, taste: Taste) -> None:
    """Change how a person reads Keel.

    Errors: PersonInvalid. Effects: a trail entry with what changed.
    """
    row = person_row(uow.session, person_id)
    change(uow, person_id, replace(_details(row), **asdict(taste)))


def disable(uow: UnitOfWork, person_id: int, handover: Handover, *, reason: str) -> None:
    """Close the account: sessions and links die now, what the person holds is picked up. Safe to call again.

    Errors: PersonUnknown; LastAdmin. Effects: a trail entry; the hand-over's writings.
    Source: reliability.md R25: disabling never deletes.
    """
    row = person_row(uow.session, person_id)
    if not row.is_active:
        return
    row.is_active = False
    row.disabled_at = uow.now
    row.row_version += 1
    uow.session.flush()  # the next check counts those still active
    refuse_without_admin(uow)
    end_all(uow, person_id)
    void_links(uow, person_id)
    void_pin_codes(uow, person_id)
    record(uow, verb="person.disabled", subject=subject_of(row), reason=reason or None)
    for tell in handover.when_disabled:
        tell(uow, person_id)


def enable(uow: UnitOfWork, person_id: int) -> None:
    """Open a closed account again; roles not withdrawn hold again. Safe to call again."""
    row = person_row(uow.session, person_id)
    if row.is_active:
        return
    row.is_active = True
    row.disabled_at = None
    row.row_version += 1
    record(uow, verb="person.enabled", subject=subject_of(row))


def person(session: Session, person_id: int) -> PersonLine:
    """Return one person.

    Errors: PersonUnknown.
    """
    return _line(person_row(session, person_id))


def people(session: Session, *, search: str = "", with_disabled: bool = False) -> list[PersonLine]:
    """Return people by name, those whose name, user name or mail contains the text."""
    statement = select(Person).order_by(Person.name, Person.id)
    if not with_disabled:
        statement = statement.where(Person.is_active)
    if search:
        columns = (Person.name, Person.user_name, Person.mail)
        statement = statement.where(or_(*(one.icontains(search, autoescape=True) for one in columns)))
    return [_line(row) for row in session.scalars(statement)]


def people_named(session: Session, text: str, *, limit: int = 5) -> list[tuple[int, str]]:
    """Return id and name of a few people at work whose name or user name contains the text, by name."""
    statement = select(Person.id, Person.name).where(
        Person.is_active,
        or_(*(one.icontains(text, autoescape=True) for one in (Person.name, Person.user_name))),
    )
    rows = session.execute(statement.order_by(Person.name, Person.id).limit(limit))
    return [(row.id, row.name) for row in rows]


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of several people by id, disabled ones included."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def ids_by_user_name(session: Session) -> dict[str, int]:
    """Return the ids of all active people by user name, for imports that name people."""
    return {
        row.user_name: row.id
        for row in session.execute(select(Person.user_name, Person.id).where(Person.is_active))
    }


def person_row(session: Session, person_id: int) -> Person:
    """Return the row of a person, for the services of this package.

    Errors: PersonUnknown.
    """
    row = session.get(Person, person_id)
    if row is None:
        raise PersonUnknown(_("There is no such person."))
    return row


def subject_of(row: Person) -> Subject:
    """Return how the trail names a person."""
    return Subject(kind="person", id=row.id, label=row.user_name)


def fold(user_name: str) -> str:
    """Return a user name as it is kept: without outer blanks and without regard to case."""
    return user_name.strip().casefold()


def _tidy(details: Details) -> Details:
    mail = (details.mail or "").strip() or None
    return Details(
        user_name=fold(details.user_name),
        name=" ".join(details.name.split()),
        mail=mail.casefold() if mail else None,
        zone=details.zone,
        locale=details.locale,
        theme=details.theme,
        site_id=details.site_id,
    )


def _problems(session: Session, new: Details, person_id: int | None = None) -> list[Problem]:
    problems = [*_form_problems(new)]
    for column, value in ((Person.user_name, new.user_name), (Person.mail, new.mail)):
        holder = session.scalar(select(Person.id).where(column == value)) if value else None
        if holder is not None and holder != person_id:
            mend = _("User names and mail addresses are used once, also those of people who left.")
            problems.append(Problem(column.key, "unique", _("%(value)s is taken.", value=value), mend))
    if new.site_id is not None and session.get(Site, new.site_id) is None:
        problems.append(Problem("site_id", "unknown", _("There is no such site.")))
    return problems


def _form_problems(new: Details) -> list[Problem]:
    checks = (
        (
            "user_name",
            len(new.user_name) <= USER_NAME_LENGTH and _USER_NAME.fullmatch(new.user_name),
            _("A user name has small letters, digits and . _ - + @ and begins with a letter or digit."),
        ),
        ("name", 0 < len(new.name) <= NAME_LENGTH, _("A name is needed.")),
        (
            "mail",
            new.mail is None or (len(new.mail) <= _MAIL_LENGTH and _MAIL.fullmatch(new.mail)),
            _("This is not a mail address. Leave it empty for somebody without mail."),
        ),
        ("zone", is_zone(new.zone), _("This is not a time zone. Write for example Europe/Warsaw.")),
        ("locale", new.locale in LOCALES, _("Keel does not speak this language.")),
        ("theme", new.theme in THEMES, _("There is no such theme.")),
    )
    return [Problem(where, "form", sentence) for where, is_good, sentence in checks if not is_good]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise PersonInvalid(_("The account is not complete. Nothing was changed."), problems)


def _details(row: Person) -> Details:
    return Details(row.user_name, row.name, row.mail, row.zone, row.locale, row.theme, row.site_id)


def _line(row: Person) -> PersonLine:
    return PersonLine(
        id=row.id,
        details=_details(row),
        is_active=row.is_active,
        has_password=row.password_hash is not None,
        row_version=row.row_version,
        disabled_at=row.disabled_at,
    )
