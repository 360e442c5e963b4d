from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from app.accounts.grants import grants_of
from app.accounts.people import Details, ids_by_user_name, person
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import Somebody, a_person
from tests.factories.browser import Browser
from tests.factories.organisation import a_site

NEW = {"name": "Jonas Berg", "user_name": "jonas", "zone": "Europe/Stockholm", "locale": "en"}


@pytest.fixture
def admin(as_role: Callable[..., Browser]) -> Browser:
    return as_role("admin")


@pytest.fixture
def marta(admin: Browser) -> Somebody:
    assert admin
    with unit_of_work() as uow:
        return a_person(uow, "marta", mail="marta@example.org")


def roles_of(someone: Somebody) -> list[str]:
    return [one.role.value for one in grants_of(db.session(), someone.id, clock.now().date())]


def test_inviting_somebody_without_mail_shows_a_code_once(admin: Browser) -> None:
    answer = admin.post("/admin/people/new", **NEW)
    first = admin.get(answer.location).text
    second = admin.get(answer.location).text

    code = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", first)
    assert answer.status_code == 303
    assert code is not None
    assert code[0] not in second


def test_inviting_somebody_with_mail_shows_a_link_and_fills_the_outbox(admin: Browser) -> None:
    answer = admin.post("/admin/people/new", **NEW, mail="jonas@example.org")

    shown = admin.get(answer.location).text
    link = re.search(r"/welcome/[\w-]{43}", shown)

    assert link is not None
    assert link[0] in admin.get("/admin/outbox").text


def test_somebody_invited_without_a_time_zone_has_that_of_the_home_site(admin: Browser) -> None:
    with unit_of_work() as uow:
        site_id = a_site(uow, zone="Europe/Helsinki")

    admin.post("/admin/people/new", **{**NEW, "zone": "", "site_id": str(site_id)})

    jonas = ids_by_user_name(db.session())["jonas"]
    assert person(db.session(), jonas).details.zone == "Europe/Helsinki"


def test_a_refused_invitation_keeps_what_was_typed(admin: Browser) -> None:
    answer = admin.post("/admin/people/new", **{**NEW, "user_name": "not good"})

    assert answer.status_code == 422
    assert 'value="not good"' in answer.text
    assert 'href="#f-user_name"' in answer.text
    assert "jonas" not in ids_by_user_name(db.session())


def test_details_are_changed_and_a_stale_page_is_refused(admin: Browser, marta: Somebody) -> None:
    typed = {**NEW, "user_name": "marta", "theme": "dark", "row_version": "1"}

    first = admin.post(f"/admin/people/{marta.id}", **typed)
    second = admin.post(f"/admin/people/{marta.id}", **{**typed, "name": "Someone"})

    assert (first.status_code, second.status_code) == (303, 409)
    expected = Details("marta", "Jonas Berg", None, "Europe/Stockholm", "en", "dark")
    assert person(db.session(), marta.id).details == expected


@pytest.mark.parametrize("extra", ["is_active", "password_hash", "id", "role"])
def test_no_more_is_written_than_the_form_asks_for(admin: Browser, marta: Somebody, extra: str) -> None:
    typed = {**NEW, "user_name": "marta", "theme": "dark", "row_version": "1", extra: "1"}

    assert admin.post(f"/admin/people/{marta.id}", **typed).status_code == 422
    assert person(db.session(), marta.id).details.name == "Marta"


def test_a_role_is_given_and_withdrawn(admin: Browser, marta: Somebody) -> None:
    page = f"/admin/people/{marta.id}"
    admin.post(f"{page}/roles", role="auditor", site="all")
    given = roles_of(marta)
    grant = grants_of(db.session(), marta.id, clock.now().date())[0].id

    admin.post(f"{page}/roles/{grant}/withdraw")

    assert given == ["auditor"]
    assert roles_of(marta) == []


def test_an_admin_of_one_site_gives_roles_there_and_nowhere_else(
    as_role: Callable[..., Browser], marta: Somebody
) -> None:
    with unit_of_work() as uow:
        here, there = a_site(uow), a_site(uow)
    local, page = as_role("admin", here), f"/admin/people/{marta.id}/roles"

    statuses = [
        local.post(page, role=role, site=site).status_code
        for role, site in (("auditor", here), ("auditor", there), ("auditor", "all"), ("admin", here))
    ]

    assert statuses == [303, 403, 403, 403]
    assert roles_of(marta) == ["auditor"]


@pytest.mark.parametrize("deed", ["door", "code", "disable", "enable", "manager"])
def test_an_admin_of_one_site_cannot_take_over_accounts(
    as_role: Callable[..., Browser], marta: Somebody, deed: str
) -> None:
    with unit_of_work() as uow:
        here = a_site(uow)

    assert as_role("admin", here).post(f"/admin/people/{marta.id}/{deed}").status_code == 403


def test_closing_an_account_and_opening_it_again(admin: Browser, marta: Somebody) -> None:
    page = f"/admin/people/{marta.id}"

    admin.post(f"{page}/disable", reason="left")
    closed = person(db.session(), marta.id).is_active
    db.session.rollback()
    admin.post(f"{page}/enable")

    assert not closed
    assert person(db.session(), marta.id).is_active


def test_the_last_admin_is_told_why_they_cannot_leave(admin: Browser) -> None:
    own_id = max(ids_by_user_name(db.session()).values())

    answer = admin.post(f"/admin/people/{own_id}/disable")

    assert answer.status_code == 403
    assert "Somebody must administer Keel" in answer.text


def test_people_are_found_by_a_part_of_their_name(admin: Browser, marta: Somebody) -> None:
    assert f"/admin/people/{marta.id}" in admin.get("/admin/people?q=art").text
    assert "Nobody is called that" in admin.get("/admin/people?q=zzz").text


def test_a_person_nobody_knows_is_not_found(admin: Browser) -> None:
    assert admin.get("/admin/people/404").status_code == 404


@pytest.mark.parametrize("answers", [{"manager_id": "404"}, {"manager_id": "9" * 30}, {"manager_id": "x"}])
def test_a_manager_who_does_not_exist_is_refused(
    admin: Browser, marta: Somebody, answers: dict[str, str]
) -> None:
    assert admin.post(f"/admin/people/{marta.id}/manager", **answers).status_code == 422


@pytest.mark.parametrize("path", ["/admin/people/99999999999999999999", "/admin/settings?site=99999999999"])
def test_numbers_beyond_any_id_find_nothing(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_sign_no_database_keeps_is_refused(admin: Browser) -> None:
    assert admin.post("/admin/people/new", **{**NEW, "name": "Jo\0nas"}).status_code == 422


@pytest.mark.parametrize("deed", ["door", "code"])
def test_there_is_no_way_into_a_closed_account(admin: Browser, marta: Somebody, deed: str) -> None:
    admin.post(f"/admin/people/{marta.id}/disable")

    assert admin.post(f"/admin/people/{marta.id}/{deed}").status_code == 403
