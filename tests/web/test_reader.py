from __future__ import annotations

from gettext import NullTranslations

from app.foundation.i18n import current_translations
from app.web.environment import translate
from tests.web import small_app
from tests.web.small_app import HOSTILE


class Shouting(NullTranslations):
    """A language in which every message is in capitals."""

    def gettext(self, message: str) -> str:
        return message.upper()

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return (msgid1 if n == 1 else msgid2).upper().replace("%(NUM)S", "%(num)s")


def test_a_page_speaks_the_language_of_its_reader_and_forgets_it_afterwards() -> None:
    reader = small_app.Reader(locale="xx-XX")
    app = small_app.build(reader, translations={"xx": Shouting()})

    text = app.test_client().get("/components").text

    assert "SKIP TO CONTENT" in text
    assert '<html lang="xx-XX"' in text
    assert type(current_translations()) is NullTranslations


def test_a_stranger_is_spoken_to_as_the_browser_asks() -> None:
    app = small_app.build(reader=None, translations={"pl": Shouting()})

    polish = app.test_client().get("/components/door", headers={"Accept-Language": "pl,en;q=0.5"}).text
    english = app.test_client().get("/components/door").text

    assert "SKIP TO CONTENT" in polish
    assert "Skip to content" in english


def test_the_theme_a_person_chose_is_there_before_any_script_runs() -> None:
    dark = small_app.build(small_app.Reader(theme="dark")).test_client().get("/components").text
    system = small_app.build(small_app.Reader(theme="system")).test_client().get("/components").text

    assert 'data-theme-choice="dark" data-bs-theme="dark"' in dark
    assert 'data-theme-choice="system" data-bs-theme="light"' in system


def test_values_put_into_a_translation_are_escaped_and_a_bare_percent_stays() -> None:
    assert "<script" not in translate("Hello %(name)s", name=HOSTILE)
    assert translate("100 % of it") == "100 % of it"
