from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.web import assets
from tests.web import small_app


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of built files that stands in for the real one."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assets.manifest.cache_clear()
    yield tmp_path
    assets.manifest.cache_clear()


def test_an_asset_is_addressed_by_its_hashed_name(small: Flask, built: Path) -> None:
    (built / "manifest.json").write_text(json.dumps({"app.js": "app-ABCD1234.js"}))

    with small.test_request_context():
        assert assets.asset("app.js") == "/assets/app-ABCD1234.js"


def test_only_hashed_files_are_kept_for_ever(built: Path) -> None:
    (built / "manifest.json").write_text(json.dumps({"app.js": "app-ABCD1234.js"}))
    (built / "app-ABCD1234.js").write_text("1")
    app = small_app.build()
    app.blueprints["web"].static_folder = str(built)

    hashed, plain = (
        app.test_client().get(f"/assets/{name}") for name in ("app-ABCD1234.js", "manifest.json")
    )

    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in plain.headers["Cache-Control"]
    hashed.close()
    plain.close()


def test_pages_are_served_without_a_build_and_the_log_says_what_to_do(
    small: Flask, built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = small.test_client().get("/components")

    assert answer.status_code == 200
    assert [vars(record)["mend"] for record in caplog.records] == ["make assets"]
    assert not (built / "manifest.json").exists()
