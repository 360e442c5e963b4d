"""What every template may use: translation, dates, numbers, addresses of assets, sanitised text."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import CodeType

import nh3
from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, g
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from app.foundation.clock import now
from app.foundation.i18n import gettext, ngettext
from app.web import dates
from app.web.assets import asset
from app.web.flashes import take_told
from app.web.kit import current_kit
from app.web.markdown import render
from app.web.navigation import Frame, frame_for_person
from app.web.paging import ARGUMENT, address_with
from app.web.reader import current_reader

_AVATAR_GROUNDS = 6
_ALLOWED_TAGS = {
    "p",
    "br",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ul",
    "ol",
    "li",
    "a",
    "h3",
    "h4",
    "code",
    "blockquote",
}


class CompiledTemplates(BytecodeCache):
    """Compiled templates of this process, so that a second application does not compile them again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket its code if the same source was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the bucket."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = CompiledTemplates()


def prepare_templates(app: Flask) -> None:
    """Give the templates of `app` their filters and names; a missing value is an error, not a gap."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.bytecode_cache = _COMPILED
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(
        due=due,
        past=past,
        day=day,
        exact=exact,
        answer_moment=answer_moment,
        number=number,
        field_id=field_id,
        avatar_ground=avatar_ground,
        safe_html=safe_html,
        markdown=markdown,
        paragraphs=paragraphs,
    )
    environment.globals.update(
        {"_": translate, "ngettext": translate_plural},
        asset=asset,
        address_with=address_with,
        address_after=address_after,
        current_frame=current_frame,
        current_reader=current_reader,
        organisation=organisation,
        present_moment=now,
        take_told=take_told,
    )
    app.context_processor(person_of_page)


def person_of_page() -> dict[str, object]:
    """Return whom a page is drawn for; fragments and papers ask for no more of the frame."""
    return {"actor": g.get("actor")}


def current_frame() -> Frame:
    """Return the frame for the present person and page."""
    kit = current_kit()
    return frame_for_person(kit.navigation, kit.endpoints, kit.facts(), may=kit.may)


def organisation() -> str:
    """Return the name of the organisation that runs this server."""
    return current_kit().organisation


def translate(message: str, **values: object) -> str:
    """Translate a message of a template; values put into it are escaped."""
    text = escape(gettext(message))
    return text % {name: escape(value) for name, value in values.items()} if values else text


def translate_plural(singular: str, plural: str, count: int, **values: object) -> str:
    """Translate a message that counts; values put into it are escaped."""
    return escape(ngettext(singular, plural, count, **values))


def due(moment: date | datetime) -> dates.Due:
    """Return a due date in the reader's words."""
    return dates.due_in_words(moment, now=now(), reader=current_reader())


def past(moment: date | datetime) -> str:
    """Return in the reader's words when something happened."""
    return dates.past_in_words(moment, now=now(), reader=current_reader())


def day(moment: date | datetime) -> str:
    """Return the full date without an hour."""
    reader = current_reader()
    local = moment.astimezone(reader.zone_info).date() if isinstance(moment, datetime) else moment
    return dates.exact_in_words(local, reader=reader)


def exact(moment: date | datetime) -> str:
    """Return the full date, for a moment with hour and zone."""
    return dates.exact_in_words(moment, reader=current_reader())


def answer_moment(answer: str) -> str:
    """Return a date, time or moment of a form as people read it; a text that is none stays as it is."""
    try:
        moment = datetime.fromisoformat(answer)
    except ValueError:
        return answer
    is_bare_date = len(answer) == len("2026-03-17")
    return dates.answer_in_words(moment, is_bare_date=is_bare_date, reader=current_reader())


def number(value: float | Decimal, digits: int | None = None) -> str:
    """Return a number as the reader writes it; `digits` fixes the decimals."""
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return _written(value, pattern, current_reader().babel_locale)


@lru_cache(maxsize=2048, typed=True)  # tables write the same few numbers again and again
def _written(value: float | Decimal, pattern: str | None, locale: Locale) -> str:
    return format_decimal(value, format=pattern, locale=locale)


def field_id(key: str) -> str:
    """Return the id of the field for an answer's key; problems link to it."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]+", "-", key).strip("-")


def avatar_ground(name: str) -> int:
    """Return which of the grounds a person's letters stand on; the same person has always the same."""
    return zlib.crc32(name.encode()) % _AVATAR_GROUNDS + 1


def safe_html(text: str) -> Markup:
    """Return rich text of an author with everything removed that could act."""
    return Markup(nh3.clean(text, tags=_ALLOWED_TAGS, link_rel="noopener noreferrer"))  # noqa: S704  # sanitised


def markdown(text: str) -> Markup:
    """Return an author's Markdown as a page, with everything removed that could act."""
    return Markup(render(text).html)  # noqa: S704  # cleaned there


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text, which blank lines part."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def address_after(cursor: str) -> str:
    """Return the address of the page that follows `cursor`, with the same filters."""
    return address_with(**{ARGUMENT: cursor})
