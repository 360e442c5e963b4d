"""Plain values of the hand-over pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.people import people, person
from app.admin.handover.holdings import (
    HeldKind,
    HeldThing,
    Leaving,
    groups_without_them,
    held_by,
    kind_titles,
)
from app.admin.people.fields import person_options
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.forms import text_field
from app.web.parts import Column

NOBODY = "nobody"
CHOICE = rf"{NOBODY}|\d{{1,9}}"
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class HeldPart:
    """What is held of one kind; `more` says how many are not shown."""

    key: str
    title: str
    count: int
    things: Sequence[HeldThing]
    more: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """Everything the page draws; `fields` are empty while the account is open."""

    parts: tuple[HeldPart, ...]
    groups: tuple[HeldThing, ...]
    fields: tuple[FieldView, ...]


def handover_page(leaving: Leaving) -> HandoverPage:
    """Return what the person holds and, once their account is closed, the choices."""
    held, titles = held_by(leaving), kind_titles()
    line = person(leaving.session, leaving.person_id)
    others = person_options(one for one in people(leaving.session) if one.id != line.id)
    return HandoverPage(
        parts=tuple(_part(kind, titles[kind], things) for kind, things in held.items()),
        groups=tuple(groups_without_them(leaving)),
        fields=_fields(list(held), titles, others) if held and not line.is_active else (),
    )


def columns() -> tuple[Column, ...]:
    """Return the columns of the list of open hand-overs."""
    return (
        Column("name", _("Name"), "title"),
        Column("user_name", _("User name"), "muted"),
        Column("closed", _("Account closed"), "past"),
    )


def rows(session: Session, person_ids: Sequence[int]) -> list[dict[str, object]]:
    """Return the rows of the list of open hand-overs."""
    found = [person(session, one) for one in person_ids]
    return [
        {
            "_id": one.id,
            "_url": address("admin_handover.page", person_id=one.id),
            "name": one.details.name,
            "user_name": one.details.user_name,
            "closed": one.disabled_at,
        }
        for one in sorted(found, key=lambda line: line.details.name)
    ]


def _part(kind: HeldKind, title: str, things: Sequence[HeldThing]) -> HeldPart:
    hidden = len(things) - MOST_SHOWN
    more = ngettext("and %(num)s more", "and %(num)s more", hidden) if hidden > 0 else ""
    return HeldPart(kind.value, title, len(things), things[:MOST_SHOWN], more)


def _fields(
    kinds: Sequence[HeldKind], titles: Mapping[HeldKind, str], others: tuple[Option, ...]
) -> tuple[FieldView, ...]:
    without = {
        HeldKind.TASKS: _("Offer them to their groups again"),
        HeldKind.ROLES: _("Withdraw them, nobody gets them"),
        HeldKind.PROCESSES: _("Nobody answers for them yet"),
        HeldKind.LED: _("Nobody leads them yet"),
    }
    everybody = FieldView(
        "everything",
        "select",
        _("Who takes over everything"),
        need=_("or choose below"),
        help=_("The role of admin is never passed on like this; it is withdrawn."),
        options=others,
    )
    by_kind = tuple(
        FieldView(
            kind.value,
            "select",
            titles[kind],
            need=_("empty means the person above"),
            options=(*((Option(NOBODY, without[kind]),) if kind in without else ()), *others),
        )
        for kind in kinds
    )
    return (everybody, *by_kind, text_field("reason", _("Reason"), is_required=True))
