"""In whose words a page speaks: language, zone and theme of the present person."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, g, request

from app.foundation.dates import SOURCE, locale_of
from app.foundation.i18n import use_translations
from app.web.kit import current_kit

THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who reads the page. `locale` is a tag such as `pl` or `sv-SE`."""

    locale: str = SOURCE
    zone: str = "UTC"
    theme: str = "system"

    @property
    def babel_locale(self) -> Locale:
        """Return the rules for dates and numbers; English where a locale is unknown."""
        return locale_of(self.locale)

    @property
    def zone_info(self) -> ZoneInfo:
        """Return the zone in which moments are shown."""
        return ZoneInfo(self.zone)


def current_reader() -> Reader:
    """Return whose words to use: the actor's, else what the browser asks for."""
    kit = current_kit()
    actor = g.get("actor")
    if actor is None:
        offered = [SOURCE, *kit.translations]
        return Reader(request.accept_languages.best_match(offered, SOURCE) or SOURCE, kit.zone)
    theme = actor.theme if actor.theme in THEMES else "system"
    return Reader(actor.locale or SOURCE, actor.zone or kit.zone, theme)


def speak_language(app: Flask) -> None:
    """Translate each request for its reader. Whatever finds the actor must be registered before."""

    def begin() -> None:
        locale = current_reader().locale
        use_translations(_translations_of(locale), locale)

    def end(_error: BaseException | None) -> None:
        use_translations(None)

    app.before_request(begin)
    app.teardown_request(end)


def _translations_of(locale: str) -> NullTranslations | None:
    known = current_kit().translations
    return known.get(locale) or known.get(locale.partition("-")[0])
