"""An admin brings in a library from the browser: refused with every problem, tried, and landed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, current_app
from playwright.sync_api import expect

from app.foundation.backup import FILES
from app.foundation.file_store import FileStore
from app.foundation.unit_of_work import unit_of_work
from app.imports.landing import land_due
from app.imports.uploads import job
from tests.browser.company import as_person
from tests.browser.conftest import OpenView
from tests.browser.rig import View
from tests.factories.accounts import a_person
from tests.imports.test_documents import row
from tests.imports.test_uploads import files_of, packed, table

pytestmark = pytest.mark.slow
PATIENCE_MS = 60_000
PAUSE_MS = 5_000  # the page looks again sooner


@pytest.fixture
def view(look: OpenView, app: Flask) -> View:
    """An admin before the page."""
    with unit_of_work() as uow:
        ada = a_person(uow, "ada", roles=[("admin", None)])
    found = as_person(look(app), ada)
    found.page.set_default_timeout(PATIENCE_MS)
    found.page.clock.install()
    found.open("/admin/libraries")
    return found


def upload(view: View, rows: list[dict[str, str]], files: dict[str, bytes], *, is_dry_run: bool) -> None:
    """Choose both files, send them, and let the job look at them."""
    page = view.page
    kind = {"mimeType": "application/octet-stream"}
    page.get_by_label("Table").set_input_files({"name": "documents.csv", "buffer": table(rows), **kind})
    page.get_by_label("Files").set_input_files({"name": "files.zip", "buffer": packed(files), **kind})
    page.get_by_label("Only try").set_checked(is_dry_run)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Is looked at", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    home = Path(current_app.config["KEEL"].home)
    assert job(home, FileStore(home / FILES))() == 1
    page.clock.fast_forward(PAUSE_MS)


def test_a_library_is_refused_tried_and_landed_while_the_page_looks_on(view: View) -> None:
    good = [row(1), row(2)]
    upload(view, [row(1, type="novel"), row(2)], {}, is_dry_run=True)
    expect(view.page.get_by_text("2 problems. Nothing has landed.")).to_be_visible(timeout=PATIENCE_MS)
    upload(view, good, files_of(good), is_dry_run=True)
    expect(view.page.get_by_text("2 documents would land.")).to_be_visible(timeout=PATIENCE_MS)
    upload(view, good, files_of(good), is_dry_run=False)
    expect(view.page.get_by_text("0 of 2 documents have landed.")).to_be_visible(timeout=PATIENCE_MS)
    land_due()
    view.page.clock.fast_forward(PAUSE_MS)

    expect(view.page.get_by_text("2 of 2 documents have landed.")).to_be_visible(timeout=PATIENCE_MS)
    view.picture("handbook-documents-import")
    assert view.everywhere() == []
