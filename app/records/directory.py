"""The people, records and files that a form may name, as far as the person who fills it in may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.groups import holders_of
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.files import StoredFile as FileRow
from app.organisation.kinds import KINDS
from app.organisation.models import MasterData
from app.records.models import Attachment, Record
from app.records.visibility import visible
from app.workflow.forms import Choice, Directory, StoredFile
from app.workflow.lifecycle import registry

MOST_PEOPLE = 1_000
MOST_RECORDS = 200
MASTER_DATA: dict[str, type[MasterData]] = {kind.key.value: kind.model for kind in KINDS.values()}


class RecordsDirectory:
    """One person's view of whom and what an answer may name, at the site of the record."""

    def __init__(self, session: Session, actor: Actor, site_id: int | None) -> None:
        """Know where to look; nothing is read yet."""
        self._session = session
        self._actor = actor
        self._site_id = site_id

    def people(self, role: str) -> Sequence[Choice]:
        """Return the people of a role at the site, by name; an empty role means everybody at work."""
        statement = select(Person.id, Person.name).where(Person.is_active).order_by(Person.name, Person.id)
        if role:
            statement = statement.where(Person.id.in_(self._holders(role)))
        rows = self._session.execute(statement.limit(MOST_PEOPLE))
        return [Choice(str(row.id), row.name) for row in rows]

    def records(self, kinds: Sequence[str]) -> Sequence[Choice]:
        """Return what may be named: entries in use by name, and the latest records the person sees."""
        listed = [choice for kind in kinds if kind in MASTER_DATA for choice in self._master_data(kind)]
        of_domains = {kind: found for kind in kinds if (found := self._nameables(kind)) is not None}
        listed += [choice for found in of_domains.values() for choice in found]
        records = [kind for kind in kinds if kind not in MASTER_DATA and kind not in of_domains]
        return [*listed, *self._latest(records)]

    def _nameables(self, kind: str) -> Sequence[Choice] | None:
        """Return what a domain lets forms name besides its records, None for any other kind."""
        provider = registry.nameables(kind)
        if provider is None:
            return None
        return [Choice(f"{kind}:{one.value}", one.label) for one in provider(self._session)]

    def _master_data(self, kind: str) -> Sequence[Choice]:
        table = MASTER_DATA[kind]
        rows = self._session.execute(
            select(table.id, table.name).where(table.is_active).order_by(table.name, table.id)
        )
        return [Choice(f"{kind}:{row.id}", row.name) for row in rows]

    def _latest(self, kinds: Sequence[str]) -> Sequence[Choice]:
        if not kinds:
            return ()
        statement = select(Record.kind, Record.id, Record.number, Record.title).where(Record.kind.in_(kinds))
        rows = self._session.execute(
            visible(statement, self._actor).order_by(Record.opened_at.desc()).limit(MOST_RECORDS)
        )
        return [Choice(f"{row.kind}:{row.id}", f"{row.number} {row.title}") for row in rows]

    def find_person(self, person_id: int, role: str) -> Choice | None:
        """Return the person, None when nobody of that id may be named."""
        if role and person_id not in self._holders(role):
            return None
        name = self._session.scalar(select(Person.name).where(Person.id == person_id, Person.is_active))
        return None if name is None else Choice(str(person_id), name)

    def find_record(self, kind: str, record_id: int) -> Choice | None:
        """Return the record or the entry in use, None when there is none the person may see."""
        nameables = self._nameables(kind)
        if nameables is not None:
            return next((one for one in nameables if one.value == f"{kind}:{record_id}"), None)
        if kind in MASTER_DATA:
            table = MASTER_DATA[kind]
            name = self._session.scalar(select(table.name).where(table.id == record_id, table.is_active))
            return None if name is None else Choice(f"{kind}:{record_id}", name)
        statement = select(Record.number, Record.title).where(Record.kind == kind, Record.id == record_id)
        row = self._session.execute(visible(statement, self._actor)).one_or_none()
        return None if row is None else Choice(f"{kind}:{record_id}", f"{row.number} {row.title}")

    def find_file(self, file_id: str) -> StoredFile | None:
        """Return a file the person uploaded, or one of a record they see; its address leads over that record.

        Shape: `url` is empty while no record has the file, for example on a start form.
        """
        if not file_id.isdecimal() or len(file_id) > 15:
            return None
        row = self._session.get(FileRow, int(file_id))
        record_id = self._record_with(int(file_id))
        if row is None or (record_id is None and row.created_by_id != self._actor.id):
            return None
        return StoredFile(
            id=str(row.id),
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            url=f"/records/{record_id}/files/{row.id}" if record_id else "",
        )

    def _record_with(self, file_id: int) -> int | None:
        """Return a record the person sees that has the file."""
        seen = (
            select(Record.id)
            .join(Attachment, Attachment.record_id == Record.id)
            .where(Attachment.file_id == file_id, Attachment.removed_at.is_(None))
        )
        return self._session.scalars(visible(seen, self._actor).order_by(Record.id)).first()

    def _holders(self, role: str) -> Sequence[int]:
        return holders_of(self._session, Role(role), self._site_id, clock.now().date())


def directory_for(session: Session, actor: Actor, site_id: int | None) -> Directory:
    """Return the directory the registry of lifecycles is to use."""
    return RecordsDirectory(session, actor, site_id)
