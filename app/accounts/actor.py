"""The signed-in person as one frozen value: identity, taste, and what the grants of today allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds today.

    Shape: no site means all sites, no process means all processes; `for_person_id` names the absent
    person whose grant a substitute sees, None for one's own.
    """

    role: Role
    site_id: int | None
    process_id: int | None
    for_person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Holds no database object, so it can be handed to any layer.

    Shape: `group_ids` are the candidate groups whose tasks the person may take, their own and those of
    absent people they stand in for; `borrowed_groups` maps a group had only through a substitution to the
    absent person; `stands_in_for` are all those absent people; one who `is_invited` came for an audit room
    and stays a guest after it closed.
    """

    id: int
    name: str
    user_name: str
    initials: str
    zone: str
    locale: str
    theme: str
    site_id: int | None = None
    session_id: int | None = None
    last_seen_at: datetime | None = None
    grants: tuple[Grant, ...] = ()
    group_ids: frozenset[int] = frozenset()
    borrowed_groups: Mapping[int, int] = field(default_factory=dict, hash=False)
    stands_in_for: frozenset[int] = frozenset()
    is_invited: bool = False

    @property
    def is_guest(self) -> bool:
        """Tell whether the person is here for an audit room and nothing else."""
        roles = {one.role for one in self.grants}
        return self.is_invited or roles == {Role.EXTERNAL_AUDITOR}

    def bare(self) -> Actor:
        """Return the person with nothing but what the policy asks about: the same for all their visits."""
        return Actor(
            id=self.id,
            name="",
            user_name="",
            initials="",
            zone="",
            locale="",
            theme="",
            grants=self.grants,
            group_ids=self.group_ids,
            stands_in_for=self.stands_in_for,
            is_invited=self.is_invited,
        )

    @property
    def zone_info(self) -> ZoneInfo:
        """Return the zone in which the person reads moments."""
        return ZoneInfo(self.zone)

    # Flask-Login asks these four of whoever is signed in.

    @property
    def is_authenticated(self) -> bool:
        """Tell that this is a known person."""
        return True

    @property
    def is_active(self) -> bool:
        """Tell that the person is not disabled; a disabled one never becomes an actor."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """Tell that this is not a passer-by."""
        return False

    def get_id(self) -> str:
        """Return the person's id as text."""
        return str(self.id)


def initials_of(name: str) -> str:
    """Return two letters for the avatar: of the first and last word, or the first two of a single one."""
    words = name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return name[:2].title()
