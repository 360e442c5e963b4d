"""Translation of everything a person reads. Works without a web request; the web sets the language."""

from __future__ import annotations

from contextvars import ContextVar
from gettext import NullTranslations

_current: ContextVar[NullTranslations | None] = ContextVar("keel_translations", default=None)
_language: ContextVar[str] = ContextVar("keel_language", default="en")
_SOURCE = NullTranslations()


def use_translations(translations: NullTranslations | None, language: str = "en") -> None:
    """Set translations and language tag of the running context; None means the English source."""
    _current.set(translations)
    _language.set(language)


def current_language() -> str:
    """Return the tag of the running context's language, such as `pl` or `sv-SE`."""
    return _language.get()


def current_translations() -> NullTranslations:
    """Return the translations of the running context."""
    return _current.get() or _SOURCE


def gettext(message: str, **values: object) -> str:
    """Return the message in the reader's language, with `%(name)s` values put in.

    Shape: without values the text is returned as it is, so a bare % needs no doubling.
    """
    text = current_translations().gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the singular or plural form for `number`, which is also put in as `%(num)s`."""
    text = current_translations().ngettext(singular, plural, number)
    return text % {"num": number, **values}
