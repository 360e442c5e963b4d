from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.approvals.chain import Chain, Member, Quorum, Stage
from app.approvals.models import ChainVersion, Publication, VersionState
from app.approvals.versions import draft_of, in_force, policy_of
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.models import Task
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.factories.browser import Browser, enter
from tests.factories.organisation import a_site
from tests.workflow.lifecycle_of_samples import Desk

Enter = Callable[..., Browser]
PLAN = "/admin/chains/capa_plan"


@pytest.fixture
def app(shipped_app: Flask) -> Flask:
    """An application in which the shipped diagrams and chains are in force."""
    return shipped_app


@pytest.fixture
def site(app: Flask) -> int:
    assert app.testing
    with unit_of_work() as uow:
        return a_site(uow, "GDA")


@pytest.fixture
def admin(site: int, as_role: Enter) -> Browser:
    assert site
    return as_role("admin", user_name="ada.admin")


def hired(site: int, *names: str, role: str) -> list[int]:
    with unit_of_work() as uow:
        return [a_person(uow, name, roles=[(role, site)], site_id=site).id for name in names]


def draft() -> ChainVersion:
    db.session.rollback()
    found = draft_of(db.session(), policy_of(db.session(), "capa_plan").id)
    assert found is not None
    return found


def stages() -> tuple[Stage, ...]:
    return Chain.from_json(draft().content).rules[0].stages


def edit(browser: Browser, **typed: object) -> str:
    """Send the form of the first stage as the page does, with what is changed in it."""
    db.session.rollback()
    found = draft_of(db.session(), policy_of(db.session(), "capa_plan").id)
    given = {
        "rule": "0",
        "stage": "0",
        "row_version": str(found.row_version if found else 0),
        "name": "Quality",
        "has_veto": "1",
        "lets_deputies_act": "1",
        **typed,
    }
    answer = browser.post(f"{PLAN}/edit", **given)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_list_shows_every_chain_with_its_stages(admin: Browser) -> None:
    page = admin.get("/admin/chains").text

    assert "Plan of a CAPA" in page
    assert "Quality, Top management" in page
    assert "Begin a chain" in page


def test_a_quality_manager_reads_but_does_not_edit(site: int, as_role: Enter) -> None:
    browser = as_role("quality_manager", site)

    page = browser.get(PLAN).text

    assert "Top management" in page
    assert "Edit stage" not in page
    assert browser.post(f"{PLAN}/edit", rule="0").status_code == 403


def test_a_card_reads_as_a_sentence_with_its_condition(admin: Browser) -> None:
    page = admin.get(PLAN).text

    assert "if severity is at least 4 or plan cost is over plan cost limit" in page
    assert "Anyone. One no sends it back to the author." in page


def test_the_first_edit_begins_a_draft_and_leaves_what_is_in_force(admin: Browser) -> None:
    edit(admin, **{"g0.quorum": "count", "g0.number": "2"})

    assert (draft().number, draft().state) == (2, VersionState.DRAFT.value)
    assert (stages()[0].groups[0].quorum, stages()[0].groups[0].number) == (Quorum.COUNT, 2)
    standing = in_force(db.session(), draft().policy_id)
    assert standing is not None
    assert standing.number == 1


def test_members_are_added_and_removed(admin: Browser) -> None:
    edit(admin, _do="add_member:0", **{"g0.add": "role:process_owner"})
    assert [one.key for one in stages()[0].members] == ["role:quality_manager", "role:process_owner"]

    edit(admin, _do="remove_member:0:role:quality_manager")

    assert stages()[0].members == (Member.parse("role:process_owner"),)


def test_whom_one_has_chosen_is_added_when_the_page_keeps_the_stage(admin: Browser) -> None:
    edit(admin, **{"g0.add": "named:owner_id"})

    assert [one.key for one in stages()[0].members] == ["role:quality_manager", "named:owner_id"]


def test_switches_that_are_off_are_not_sent(admin: Browser) -> None:
    db.session.rollback()
    answer = admin.post(f"{PLAN}/edit", rule="0", stage="0", row_version="0", name="Quality")

    assert answer.status_code == 303
    assert (stages()[0].has_veto, stages()[0].lets_deputies_act) == (False, False)


def test_groups_stages_and_rules_come_go_and_move(admin: Browser) -> None:
    edit(admin, _do="add_group")
    edit(admin, _do="add_member:1", **{"g1.add": "role:auditor", "g1.joint": "or"})
    assert [group.joint.value for group in stages()[0].groups] == ["and", "or"]
    edit(admin, _do="remove_group:1")
    edit(admin, _do="move_stage:down")
    assert [one.name for one in stages()] == ["Top management", "Quality"]
    where = edit(admin, name="Top management", _do="add_stage:0")
    assert where.endswith("#stage-0-2")

    edit(admin, stage="2", name="Third", _do="remove_stage")
    edit(admin, name="Top management", _do="add_rule")

    rules = Chain.from_json(draft().content).rules
    assert [len(rule.stages) for rule in rules] == [2, 2]
    assert [rule.condition for rule in rules] == ["", ""]


def test_a_rule_gets_its_condition(admin: Browser) -> None:
    edit(admin, _do="add_rule")

    edit(admin, stage="", name="Grave", condition="record.severity = 5", _do="done")

    page = admin.get(PLAN).text
    assert "if severity is 5" in page
    assert "otherwise" in page


def test_a_time_that_is_no_number_changes_nothing(admin: Browser) -> None:
    edit(admin, due_number="3", due_unit="H")
    assert stages()[0].due == "PT3H"

    edit(admin, due_number="soon", due_unit="D")

    assert stages()[0].due == "PT3H"


def test_a_page_that_keeps_itself_while_a_button_is_pressed_does_not_refuse_the_button(
    admin: Browser,
) -> None:
    edit(admin, name="Mine")
    former = str(draft().row_version)
    edit(admin, name="Mine again")

    edit(admin, row_version=former, name="Mine again", _do="add_group")

    assert (stages()[0].name, len(stages()[0].groups)) == ("Mine again", 2)


def test_who_is_chosen_is_added_whichever_button_is_pressed(admin: Browser) -> None:
    edit(admin, _do="done", **{"g0.add": "role:process_owner"})

    assert [one.key for one in stages()[0].members] == ["role:quality_manager", "role:process_owner"]


def test_a_stale_page_keeps_nothing_and_says_so(admin: Browser) -> None:
    edit(admin, name="Mine")
    edit(admin, name="Mine again")

    answer = admin.post(f"{PLAN}/edit", rule="0", stage="0", row_version="0", name="Yours")

    assert answer.status_code == 409
    assert "Somebody changed this draft meanwhile" in answer.text
    assert stages()[0].name == "Mine again"


@pytest.mark.parametrize("deed", ["fly", "remove_stage", "add_member:9", "move_rule:sideways", "add_stage:x"])
def test_a_deed_that_cannot_be_done_is_refused(admin: Browser, deed: str) -> None:
    answer = admin.post(f"{PLAN}/edit", rule="", stage="", row_version="0", _do=deed)

    assert answer.status_code == 422


def test_a_field_the_form_does_not_have_is_refused(admin: Browser) -> None:
    answer = admin.post(f"{PLAN}/edit", rule="0", stage="0", row_version="0", published_by="1")

    assert answer.status_code == 422


def test_a_draft_can_be_thrown_away(admin: Browser) -> None:
    edit(admin, name="Mine")

    assert admin.post(f"{PLAN}/discard").status_code == 303
    assert draft_of(db.session(), policy_of(db.session(), "capa_plan").id) is None


def test_the_simulator_names_people_days_and_who_is_left_out(site: int, admin: Browser) -> None:
    aneta, _ingrid = hired(site, "aneta.nowak", "ingrid.lund", role="quality_manager")
    hired(site, "henrik.berg", role="top_management")

    page = admin.get(f"{PLAN}/trial?s.site={site}&s.severity=4&s.capa_owner_id={aneta}").text

    assert "Ingrid Lund" in page
    assert "Aneta Nowak wrote it, so they do not approve it." in page
    assert "Henrik Berg" in page
    assert "Approved at the latest on" in page
    assert "10 working days, 2 signatures" in page


def test_the_simulator_says_what_an_empty_pool_lacks_and_which_stage_is_left_out(
    site: int, admin: Browser
) -> None:
    page = admin.get(f"{PLAN}/trial?s.site={site}&s.severity=2").text

    assert "“Quality” needs 1 and has 0" in page
    assert "“Top management” is not asked." in page


def test_the_simulator_compares_the_draft_with_what_is_in_force(site: int, admin: Browser) -> None:
    hired(site, "aneta.nowak", "ingrid.lund", role="quality_manager")
    edit(admin, **{"g0.quorum": "count", "g0.number": "2", "due_number": "8", "due_unit": "D"})

    page = admin.get(f"{PLAN}/trial?s.site={site}&s.severity=2").text

    assert "Against version 1: 1 signature more, 3 working days longer." in page


def test_a_case_of_nonsense_is_answered_all_the_same(admin: Browser) -> None:
    page = admin.get(f"{PLAN}/trial?s.site=x&s.severity=grave&s.capa_owner_id=99999999999&s.record=CAPA-1")

    assert page.status_code == 200
    assert "There is no such record of this kind" in page.text


def test_publishing_shows_the_difference_and_asks_why(admin: Browser) -> None:
    edit(admin, **{"g0.quorum": "all"})

    page = admin.get(f"{PLAN}/publish").text
    refused = admin.post(f"{PLAN}/publish", reason="")

    assert "Quality: yes needed from “anyone” to “everyone”." in page
    assert refused.status_code == 422
    assert "Say why the chain changes." in refused.text


def test_without_a_second_person_nothing_is_proposed(admin: Browser) -> None:
    edit(admin, **{"g0.quorum": "all"})

    answer = admin.post(f"{PLAN}/publish", reason="Everyone shall agree.")

    assert answer.status_code == 422
    assert "It takes a second person, and there is none." in answer.text
    assert draft().state == VersionState.DRAFT.value


def test_a_second_person_puts_it_in_force_from_their_inbox(
    app: Flask, admin: Browser, as_role: Enter
) -> None:
    with unit_of_work() as uow:
        second = a_person(uow, "paul.second", roles=[("process_approver", None)])
    edit(admin, **{"g0.quorum": "all"})
    assert admin.post(f"{PLAN}/publish", reason="Everyone shall agree.").status_code == 303
    assert "waits for a second person" in admin.get(PLAN).text
    assert as_role("admin").post(f"{PLAN}/edit", rule="0").status_code == 409

    task = db.session.scalars(select(Task).where(Task.assignee_id == second.id)).one()
    page = enter(app.test_client(), second).get(f"/tasks/{task.id}").text
    assert "Everyone shall agree." in page
    assert "Quality: yes needed from “anyone” to “everyone”." in page
    vote(second, task, verdict="approve")

    db.session.rollback()
    standing = in_force(db.session(), policy_of(db.session(), "capa_plan").id)
    assert standing is not None
    assert (standing.number, standing.published_by_id) == (2, second.id)
    assert db.session.query(Publication).one().status == "published"
    assert "Everyone shall agree." in admin.get(f"{PLAN}/versions").text
    assert "Everyone" in admin.get(f"{PLAN}/versions/2").text


def vote(person: Somebody, task: Task, **answers: str) -> None:
    Desk(actor_for(person)).attempt(task.id, task.row_version, **answers)


def test_a_second_person_who_says_no_gives_the_draft_back(admin: Browser) -> None:
    with unit_of_work() as uow:
        second = a_person(uow, "paul.second", roles=[("process_approver", None)])
    edit(admin, **{"g0.quorum": "all"})
    admin.post(f"{PLAN}/publish", reason="Everyone shall agree.")
    task = db.session.scalars(select(Task).where(Task.assignee_id == second.id)).one()

    vote(second, task, verdict="refuse", comment="Too slow.")

    assert draft().state == VersionState.DRAFT.value
    assert db.session.query(Publication).one().status == "declined"


def test_a_chain_is_begun_for_a_diagram_to_come(admin: Browser) -> None:
    given = {"title": "Plan of a change", "key": "change_plan", "record_kind": "capa"}

    answer = admin.post("/admin/chains/new", **given, author_field="owner_id")

    assert answer.status_code == 303
    assert policy_of(db.session(), "change_plan").author_fields == ["owner_id"]
    assert "Nobody is asked yet." in admin.get("/admin/chains/change_plan").text
    assert admin.post("/admin/chains/new", **given).status_code == 422
    assert admin.post("/admin/chains/new", **{**given, "record_kind": "moon"}).status_code == 422


def test_a_chain_and_a_version_that_do_not_exist_are_not_found(admin: Browser) -> None:
    assert admin.get("/admin/chains/moon").status_code == 404
    assert admin.get(f"{PLAN}/versions/9").status_code == 404
    assert admin.get(f"{PLAN}/publish").status_code == 404
