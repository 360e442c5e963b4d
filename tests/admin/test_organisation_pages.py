from __future__ import annotations

from collections.abc import Callable

import pytest

from app.accounts.sessions import IDLE
from app.foundation.db import db
from app.foundation.outbox import MailState, mails, post_mail
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.organisation.calendars import hours_in_words, special_days
from app.organisation.kinds import KINDS, KindKey
from app.organisation.service import entries
from tests.factories.browser import Browser
from tests.factories.organisation import a_failure_mode, a_site

MODES = KINDS[KindKey.FAILURE_MODE]


@pytest.fixture
def admin(as_role: Callable[..., Browser]) -> Browser:
    return as_role("admin")


@pytest.mark.parametrize("kind", list(KindKey))
def test_every_kind_has_its_list_form_and_import(admin: Browser, kind: KindKey) -> None:
    page = f"/admin/master/{kind.value}"

    assert [admin.get(one).status_code for one in (page, f"{page}/new", f"{page}/import")] == [200, 200, 200]


def test_an_entry_is_added_changed_and_retired(admin: Browser) -> None:
    admin.post("/admin/master/failure_mode/new", code="LEAK", name="Leak")
    id_ = entries(db.session(), MODES)[0].id
    db.session.rollback()
    page = f"/admin/master/failure_mode/{id_}"

    admin.post(page, code="LEAK", name="Leakage", row_version="1")
    admin.post(f"{page}/retire")

    kept = entries(db.session(), MODES, with_retired=True)[0]
    assert (kept.entry.name, kept.is_active) == ("Leakage", False)


def test_a_refused_entry_keeps_what_was_typed(admin: Browser) -> None:
    answer = admin.post("/admin/master/site/new", code="GDN", name="Gdańsk", zone="Mars/Olympus")

    assert answer.status_code == 422
    assert 'value="Gdańsk"' in answer.text
    assert "This is not a time zone" in answer.text


def test_a_kind_nobody_knows_is_not_found(admin: Browser) -> None:
    assert admin.get("/admin/master/unicorn").status_code == 404


def test_an_import_is_previewed_then_applied(admin: Browser) -> None:
    content = "code,name\nA,First\nB,Second\n"

    preview = admin.post("/admin/master/failure_mode/import", content=content)
    before = len(entries(db.session(), MODES))
    db.session.rollback()
    applied = admin.post("/admin/master/failure_mode/import/apply", content=content)

    assert "Import 2 rows" in preview.text
    assert before == 0
    assert applied.status_code == 303
    assert len(entries(db.session(), MODES)) == 2


@pytest.mark.parametrize("path", ["import", "import/apply"])
def test_a_faulty_file_says_where_and_lands_nothing(admin: Browser, path: str) -> None:
    answer = admin.post(f"/admin/master/failure_mode/{path}", content="code,name\nA,Good\nB,\n")

    assert answer.status_code == 422
    assert "row 3, column name" in answer.text
    assert entries(db.session(), MODES) == []


def test_the_calendar_of_a_site_is_kept(admin: Browser) -> None:
    with unit_of_work() as uow:
        site = a_site(uow)
    page = f"/admin/sites/{site}/calendar"

    admin.post(f"{page}/hours", **{"hours.0": "06:00-14:00", "hours.6": "10:00-12:00"})
    admin.post(f"{page}/days", day="2026-12-24", name="Christmas Eve", kind="closed")

    assert hours_in_words(db.session(), site) == ("06:00-14:00", "", "", "", "", "", "10:00-12:00")
    assert [one.name for one in special_days(db.session(), site)] == ["Christmas Eve"]
    assert "Christmas Eve" in admin.get(page).text


def test_bad_hours_keep_what_was_typed(admin: Browser) -> None:
    with unit_of_work() as uow:
        site = a_site(uow)

    answer = admin.post(f"/admin/sites/{site}/calendar/hours", **{"hours.0": "all day"})

    assert answer.status_code == 422
    assert 'value="all day"' in answer.text


def test_an_admin_of_one_site_keeps_its_calendar_only(as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
    local = as_role("admin", here)

    statuses = [local.get(f"/admin/sites/{site}/calendar").status_code for site in (here, there)]

    assert statuses == [200, 403]


def test_an_admin_of_one_site_changes_no_shared_list(as_role: Callable[..., Browser]) -> None:
    with unit_of_work() as uow:
        here, mode = a_site(uow), a_failure_mode(uow)

    answer = as_role("admin", here).post(f"/admin/master/failure_mode/{mode}/retire")

    assert answer.status_code == 403
    assert len(entries(db.session(), MODES)) == 1


def test_a_setting_is_kept_for_all_sites(admin: Browser) -> None:
    answer = admin.post("/admin/settings", **{"sessions.idle": "PT15M"})

    assert answer.status_code == 303
    assert str(value_of(db.session(), IDLE)) == "PT15M"


@pytest.mark.parametrize("typed", [{"sessions.idle": "soon"}, {"no.such": "1"}])
def test_a_bad_setting_is_refused(admin: Browser, typed: dict[str, str]) -> None:
    answer = admin.post("/admin/settings", **typed)

    assert answer.status_code == 422
    assert value_of(db.session(), IDLE) == IDLE.default


def test_a_mail_handed_over_by_hand_is_closed(admin: Browser) -> None:
    with unit_of_work() as uow:
        post_mail(uow, key="k", recipient="a@example.org", subject="Hello", body="secret link")
    mail = mails(db.session(), MailState.WAITING)[0].id
    db.session.rollback()

    admin.post(f"/admin/outbox/{mail}/copied")

    assert "secret link" not in admin.get("/admin/outbox").text


def test_the_overview_leads_to_every_page(admin: Browser) -> None:
    page = admin.get("/admin").text

    for path in ("/admin/people", "/admin/roles", "/admin/master/site", "/admin/settings", "/admin/outbox"):
        assert f'href="{path}"' in page
        assert admin.get(path).status_code == 200


@pytest.mark.parametrize("owner", ["404", "9" * 30, "nobody"])
def test_an_owner_who_does_not_exist_is_refused(admin: Browser, owner: str) -> None:
    assert admin.post("/admin/master/process/new", code="P", name="P", owner_id=owner).status_code == 422
