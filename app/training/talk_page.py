"""Prepares the pages of talks: the list, the form of a fresh one, and the attendance list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.people import names_of
from app.accounts.policy import ALL
from app.accounts.signing_pins import has_pin
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.training.entries import level_choices, role_titles
from app.training.entry_fields import person_options, site_options, skill_options
from app.training.items import items
from app.training.models import Skill, TrainingItem
from app.training.reading_models import AcknowledgementRequest
from app.training.readings import request_lines
from app.training.talk_models import Talk
from app.training.talks import RECORD, listeners_of, talks_for
from app.training.words import level_words
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.parts import Chip, Fact


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A talk in the list."""

    title: str
    url: str
    trainer: str
    held_on: date
    chip: Chip


@dataclass(frozen=True, slots=True)
class ListenerRow:
    """Somebody on the list of a talk. Shape: `note` says what keeps them from confirming here."""

    name: str
    confirmed_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class TalkPage:
    """One talk and its attendance list; `missing` are those who can still confirm."""

    id: int
    title: str
    facts: tuple[Fact, ...]
    listeners: tuple[ListenerRow, ...]
    missing: tuple[Option, ...]
    chip: Chip
    is_closed: bool


def talk_rows(session: Session, actor: Actor) -> Sequence[TalkRow]:
    """Return the talks of the sites the person answers for."""
    return [
        TalkRow(row.title, talk_url(row.id), trainer, row.held_on, _chip(row, there, listed))
        for row, trainer, there, listed in talks_for(session, actor)
    ]


def talk_page(session: Session, row: Talk) -> TalkPage:
    """Return a talk with who was there and who is missing."""
    listed = listeners_of(session, row.id)
    names = names_of(session, [one.person_id for one in listed] + [row.trainer_id])
    missing = [one.person_id for one in listed if one.confirmed_at is None]
    listeners = tuple(
        ListenerRow(
            names.get(one.person_id, ""),
            one.confirmed_at,
            "" if one.confirmed_at or has_pin(session, one.person_id) else _("has no PIN yet"),
        )
        for one in listed
    )
    return TalkPage(
        id=row.id,
        title=row.title,
        facts=_facts(session, row, names.get(row.trainer_id, "")),
        listeners=listeners,
        missing=tuple(Option(str(one), names.get(one, "")) for one in missing),
        chip=_chip(row, len(listed) - len(missing), len(listed)),
        is_closed=row.closed_at is not None,
    )


def talk_url(talk_id: int) -> str:
    """Return the address of a talk."""
    return address("talks.page", talk_id=talk_id)


def talk_fields(session: Session, actor: Actor, now: datetime) -> tuple[FieldView, ...]:
    """Return the fields of a fresh talk."""
    sites = policy.sites_for(actor, RECORD)
    named = tuple(one for one in site_options(session) if sites is ALL or int(one.value) in sites)
    levels = tuple(Option(key, word) for key, word in level_choices().items())
    readings = tuple(
        Option(str(line.id), f"{line.number} {line.title}")
        for line in request_lines(session, actor, now)
        if not line.is_ended
    )
    learned = tuple(Option(str(one.id), one.name) for one in items(session))
    today = now.date().isoformat()
    return (
        FieldView("title", "textfield", _("What it was about"), is_required=True, limits={"maxlength": 200}),
        FieldView("held_on", "datetime", _("Held on"), today, is_required=True, subtype="date"),
        FieldView("site_id", "select", _("Site"), options=named, is_required=True),
        FieldView(
            "trainer_id",
            "select",
            _("Who held it"),
            str(actor.id),
            options=person_options(session),
            is_required=True,
        ),
        FieldView(
            "request_id",
            "select",
            _("What was to be read"),
            help=_("Who confirms has acknowledged it; where there are questions, they are still asked."),
            options=readings,
        ),
        FieldView("item_id", "select", _("Training item"), options=learned),
        FieldView(
            "skill_id",
            "select",
            _("Skill that it proves"),
            help=_("Leave it empty for a talk that only informs."),
            options=skill_options(session),
        ),
        FieldView("level", "select", _("To which level"), options=levels),
    )


def listener_fields(session: Session) -> tuple[FieldView, ...]:
    """Return the fields that put people on the list."""
    roles = tuple(Option(key, word) for key, word in role_titles().items())
    return (
        FieldView("role", "select", _("Everybody with the role"), options=roles),
        FieldView("person_id", "select", _("One person"), options=person_options(session)),
    )


def _facts(session: Session, row: Talk, trainer: str) -> tuple[Fact, ...]:
    found = [Fact(_("Held by"), trainer), Fact(_("Held on"), written_day(row.held_on))]
    found.append(Fact(_("Site"), session.get_one(Site, row.site_id).name))
    if row.request_id:
        request = session.get_one(AcknowledgementRequest, row.request_id)
        url = address("acknowledgements.audience", request_id=request.id)
        found.append(Fact(_("What was to be read"), f"{request.number} {request.title}", url=url))
    if row.item_id:
        item = session.get_one(TrainingItem, row.item_id)
        found.append(Fact(_("Training item"), item.name, url=address("training_items.page", item_id=item.id)))
    if row.skill_id and row.level:
        skill = session.get_one(Skill, row.skill_id)
        found.append(Fact(_("It proves"), f"{skill.name}, {row.level} {level_words()[row.level]}"))
    return tuple(found)


def _chip(row: Talk, there: int, listed: int) -> Chip:
    words = _("%(there)s of %(listed)s confirmed", there=there, listed=listed)
    if row.closed_at is not None:
        return Chip(words, "ok" if there == listed else "warn", icon="lock")
    return Chip(words, "ok" if listed and there == listed else "accent")
