from __future__ import annotations

import pytest

from tests.browser import rig


@pytest.fixture
def without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no Chromium is installed."""
    monkeypatch.setattr(rig.shutil, "which", lambda _name: None)


@pytest.mark.usefixtures("without_chromium")
def test_without_chromium_the_tests_are_skipped_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEEL_REQUIRE_BROWSER", raising=False)

    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        rig.chromium_path()


@pytest.mark.usefixtures("without_chromium")
def test_without_chromium_the_tests_fail_where_a_browser_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEL_REQUIRE_BROWSER", "1")

    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        rig.chromium_path()
