"""Prepares the start catalogue: what a person can begin, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.accounts import policy
from app.accounts.actor import Actor
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.inbox.words import role_inside
from app.web.addresses import address
from app.web.dates import past_in_words
from app.web.reader import Reader
from app.workflow.definitions import Definition
from app.workflow.forms import FormDefinition, Kind
from app.workflow.lifecycle import Lifecycle, registry

ASKED_KINDS = frozenset({Kind.RECORD, Kind.PERSON, Kind.TEXT, Kind.SELECT})
LONGEST_ASKED = 300


@dataclass(frozen=True, slots=True)
class StartTile:
    """One thing to begin. `then` are short words: how long it takes, and when a draft of it was kept."""

    title: str
    text: str
    url: str
    icon: str
    group: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartGroup:
    """Tiles of one intent."""

    key: str
    title: str
    tiles: tuple[StartTile, ...]


def start_tiles(
    actor: Actor, text: str = "", *, drafts: Mapping[str, str] = MappingProxyType({})
) -> list[StartTile]:
    """Return what the person may start; with a text, what it names in title or description.

    Shape: `drafts` says by definition when a draft was kept.
    """
    wanted = [word for word in text.lower().split() if word]
    return [
        _tile(one, drafts.get(one.key, ""))
        for one in registry.all()
        if one.start is not None
        and policy.can(actor, one.start.permission)
        and all(word in f"{one.start.title} {one.start.description}".lower() for word in wanted)
    ]


def start_groups(tiles: Sequence[StartTile]) -> list[StartGroup]:
    """Return the tiles by intent, in the order in which people think of them."""
    titles = {
        "wrong": _("Something is not right"),
        "improve": _("Something is not right"),
        "change": _("Something should change"),
        "need": _("I need something"),
    }
    found: dict[str, list[StartTile]] = {title: [] for title in titles.values()}
    for tile in tiles:
        found.setdefault(titles.get(tile.group, _("More")), []).append(tile)
    return [
        StartGroup(f"g{number}", title, tuple(members))
        for number, (title, members) in enumerate(found.items(), start=1)
        if members
    ]


def asked_answers(form: FormDefinition, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the first answers that an address carries: texts for single fields of the form, nothing else.

    They are shown like typed ones, and judged when the form is sent.
    """
    fields = form.by_key()
    return {
        key: value[:LONGEST_ASKED]
        for key, value in arguments.items()
        if key in fields and fields[key].kind in ASKED_KINDS
    }


def draft_answers(form: FormDefinition, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a draft holds for the form as it is published today; other keys have no field any more."""
    fields = form.by_key()
    return {key: value for key, value in kept.items() if key in fields}


def saved_words(moment: datetime, reader: Reader, now: datetime) -> str:
    """Return when a draft was kept, in words."""
    return _("Draft saved %(moment)s", moment=past_in_words(moment, now=now, reader=reader))


def first_words(definition: Definition) -> str:
    """Return what happens after the start form is sent."""
    compiled = definition.compiled
    for step in compiled.happy_path:
        spec = compiled.user_tasks.get(step.element_id)
        if step.element_id in compiled.calls:
            return _("Then comes “%(task)s”.", task=compiled.calls[step.element_id].name)
        if spec is not None:
            return _("Then comes “%(task)s”, for the %(role)s.", task=spec.name, role=role_inside(spec.role))
    return ""


def _tile(lifecycle: Lifecycle, saved: str) -> StartTile:
    start = lifecycle.start
    assert start is not None
    return StartTile(
        title=_(start.title),
        text=_(start.description),
        url=address("start.form", key=lifecycle.key),
        icon=start.icon,
        group=start.group,
        then=(ngettext("%(num)s min", "%(num)s min", start.minutes), *([saved] if saved else [])),
    )
