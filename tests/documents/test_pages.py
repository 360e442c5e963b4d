from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.documents.models import Document
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person
from tests.factories.browser import Browser, enter
from tests.scenarios import document_steps as do
from tests.scenarios import risk_steps, steps
from tests.scenarios.dsl import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    do.writers(scenario)
    return scenario


def browser_of(client: FlaskClient, scenario: Scenario, who: str) -> Browser:
    return enter(client, scenario.company.people[who])


def rise(story: Scenario, risk_id: int) -> None:
    asked = {"risk_id": f"risk:{risk_id}", "reason": "Two returns in a week."}
    story.sibling().as_("risk_owner").start("reassessment", asked)
    risk_steps.reassessed(story, "5-4")


def rows_of(page: str) -> list[str]:
    return re.findall(r"(?:SOP|POL)-[A-Z]+-\d{3}", page.partition("<tbody>")[2].partition("</tbody>")[0])


def count(page: str, label: str) -> str:
    found = re.search(rf"{label}</span><span class=\"reg-n[^\"]*\">(\d+)<", page)
    assert found is not None, f"{label} is not counted"
    return found[1]


def test_the_register_shows_which_documents_no_longer_reflect_a_risk(
    client: FlaskClient, story: Scenario
) -> None:
    risk_id = steps.a_risk(story)
    do.in_force(story, risk_id=risk_id)
    do.in_force(story, title="Purchasing")
    rise(story, risk_id)
    browser = browser_of(client, story, "quality_manager")

    page = browser.get("/documents").text
    filtered = browser.get("/documents?risks=stale").text

    assert "Not risk-current" in page
    assert count(page, "Not risk-current") == "1"
    assert rows_of(filtered) == ["SOP-PUR-001"]
    assert rows_of(browser.get("/documents?risks=current").text) == []
    assert rows_of(browser.get("/documents?risks=none").text) == ["SOP-PUR-002"]


@pytest.mark.parametrize(("days", "overdue", "soon"), [(-1, ["SOP-PUR-001"], []), (20, [], ["SOP-PUR-001"])])
def test_the_register_shows_whose_review_is_due(
    client: FlaskClient, story: Scenario, days: int, overdue: list[str], soon: list[str]
) -> None:
    document_id = do.in_force(story)
    with unit_of_work() as uow:
        uow.session.get_one(Document, document_id).review_due_on = do.in_days(days)
    browser = browser_of(client, story, "quality_manager")

    assert rows_of(browser.get("/documents?review=overdue").text) == overdue
    assert rows_of(browser.get("/documents?review=soon").text) == soon
    assert rows_of(browser.get("/documents?sort=review").text) == ["SOP-PUR-001"]


def test_the_page_of_a_document_shows_what_is_in_force(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)

    page = browser_of(client, story, "reporter").get(f"/documents/{document_id}").text

    assert '<h4 id="s-sampling">Sampling</h4>' in page
    assert 'href="#s-sampling"' in page


def test_an_old_address_leads_to_what_is_in_force(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.revised(story, document_id)
    browser = browser_of(client, story, "reporter")

    answer = browser.get(f"/documents/{document_id}/revisions/1.0")

    assert (answer.status_code, answer.location) == (303, f"/documents/{document_id}")
    page = browser.get(answer.location).text
    assert "Revision 1.0 is not in force." in page
    assert "Take 8 parts" in page


def test_the_archive_is_read_with_a_watermark_by_who_may(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.revised(story, document_id)
    browser = browser_of(client, story, "process_owner")

    page = browser.get(f"/documents/{document_id}/revisions/1.0").text

    assert 'data-watermark="Superseded"' in page
    assert "Take 5 parts" in page
    assert "Do not work by it." in page
    assert 'data-watermark="Superseded"' in browser.get(f"/documents/{document_id}/revisions/1.0/print").text


def test_revisions_stand_side_by_side(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.revised(story, document_id)

    page = browser_of(client, story, "process_owner").get(f"/documents/{document_id}/compare").text

    assert "<del>5</del>" in page
    assert "<ins>8</ins>" in page
    assert "1 line changed" in page


def test_who_may_read_one_revision_has_nothing_to_compare(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.revised(story, document_id)
    browser = browser_of(client, story, "reporter")

    answer = browser.get(f"/documents/{document_id}/compare")

    assert answer.location == f"/documents/{document_id}/revisions"
    assert "Before" not in browser.get(answer.location).text
    refused = browser.get(f"/documents/{document_id}/compare?old=1.0&new=1.1")
    assert refused.status_code == 404


def test_a_change_that_waits_for_a_risk_says_so_wherever_it_is_shown(
    client: FlaskClient, story: Scenario
) -> None:
    risk_id = steps.a_risk(story)
    do.take_up(do.ask(story, do.in_force(story)))
    do.assess(story, risk_effect="lowers", risks=[f"risk:{risk_id}"], risk_note="Eight find more.")
    do.reviewed(do.write(story))
    waiting, page = "Waits for the reassessment of RSK-2026-0001", f"/document-changes/{story.record_id}"
    asked = story.sibling().turn_to(story.records(steps.Reassessment)[-1].id).task("reassess_risk").id

    author = browser_of(client, story, "author")
    told = [author.get(path).text for path in ("/document-changes", page, f"{page}/draft")]
    told += [browser_of(client, story, "reporter").get("/").text]

    assert [waiting in one for one in told] == [True] * 4
    task = browser_of(client, story, "risk_owner").get(f"/tasks/{asked}").text
    assert "Waits for the reassessment of a risk" in task


def test_a_draft_is_for_those_who_take_part(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.write(do.assess(do.take_up(do.ask(story.as_("reporter"), document_id))))
    where = f"/document-changes/{story.record_id}/draft"

    assert "Take 8 parts" in browser_of(client, story, "author").get(where).text
    assert browser_of(client, story, "action_owner").get(where).status_code == 404


def test_comments_stand_on_the_page_of_the_draft(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    do.write(do.assess(do.take_up(do.ask(story, document_id))))
    do.review(story, "process_owner", "commented", ("Sampling", "Eight is not in the standard."))

    page = browser_of(client, story, "author").get(f"/document-changes/{story.record_id}/draft").text

    assert "Eight is not in the standard." in page
    assert "not answered" in page
    assert f"/documents/{document_id}/compare?old=1.0&amp;new=1.1" in page


def test_somebody_else_wants_the_change_as_well(client: FlaskClient, story: Scenario) -> None:
    do.ask(story, do.in_force(story))
    browser = browser_of(client, story, "verifier")
    where = f"/document-changes/{story.record_id}/wishes"

    refused = browser.post(where, reason=" ")
    done = browser.post(where, reason="The customer asks for it.")

    assert refused.status_code == 422
    assert done.status_code == 303
    assert "The customer asks for it." in browser.get(where).text


def test_printed_copies_are_noted_and_come_back(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    browser = browser_of(client, story, "controller")
    where = f"/documents/{document_id}/copies"

    refused = browser.post(where, place="Bench 4")
    browser.post(where, place="Bench 4", issued_to="Early shift")
    page = browser.get(where).text
    back = re.search(rf"{where}/\d+/return", page)

    assert refused.status_code == 422
    assert "Say who answers for the copy." in refused.text
    assert back is not None
    assert browser.post(back[0], note="Destroyed.").status_code == 303
    assert browser.post(back[0], note="Again.").status_code == 404
    assert "Destroyed." in browser.get(where).text


def test_who_does_not_control_documents_notes_no_copy(client: FlaskClient, story: Scenario) -> None:
    document_id = do.in_force(story)
    browser = browser_of(client, story, "reporter")

    assert "Give a copy out" not in browser.get(f"/documents/{document_id}/copies").text
    answer = browser.post(f"/documents/{document_id}/copies", place="Bench 4", issued_to="Me")
    assert answer.status_code == 403


def test_a_document_of_the_whole_company_is_read_at_every_site(client: FlaskClient, story: Scenario) -> None:
    everywhere, here = do.in_force(story, title="Quality policy", site_id=None), do.in_force(story)
    with unit_of_work() as uow:
        document = uow.session.get_one(Document, everywhere)
        document.site_id, document.is_for_all_sites = None, True
        elsewhere = story.company.other_site
        stranger = a_person(uow, roles=[("reporter", elsewhere)], site_id=elsewhere)
    browser = enter(client, stranger)

    assert browser.get(f"/documents/{everywhere}").status_code == 200
    assert browser.get(f"/documents/{here}").status_code == 404
    assert rows_of(browser.get("/documents").text) == ["SOP-PUR-001"]


def test_a_withdrawn_document_says_what_replaces_it(client: FlaskClient, story: Scenario) -> None:
    document_id, successor = do.in_force(story), do.in_force(story, title="Inspection of all goods")
    do.withdrawn(story, document_id, replaced_by_id=f"document:{successor}")
    browser = browser_of(client, story, "reporter")

    page = browser.get(f"/documents/{document_id}").text

    assert "SOP-PUR-002 Inspection of all goods" in page
    assert "Take 5 parts" not in page
    assert browser.get(f"/documents/{document_id}/revisions/1.0").status_code == 303
    assert rows_of(browser.get("/documents").text) == ["SOP-PUR-002"]
    db.session.rollback()


def handed_out(browser: Browser, document_id: int, label: str) -> tuple[int, bytes]:
    with browser.get(f"/documents/{document_id}/revisions/{label}/file") as answer:
        return answer.status_code, answer.data


def test_the_file_of_an_old_revision_is_for_the_archive(client: FlaskClient, story: Scenario) -> None:
    do.assess(do.take_up(do.ask(story)))
    do.write(story, content_kind="file", draft_file=story.as_("author").upload("Drawing 1"))
    do.release(do.approve(do.reviewed(story))).after(days=15)
    document_id = story.record.document_id
    change = do.take_up(do.ask(story.sibling(), document_id))
    do.write(do.assess(change), content_kind="file", draft_file=change.as_("author").upload("Drawing 2"))
    do.release(do.approve(do.reviewed(change))).after(days=15)
    browser = browser_of(client, story, "reporter")

    assert handed_out(browser, document_id, "1.1") == (200, b"Drawing 2")
    assert handed_out(browser, document_id, "1.0")[0] == 404
    archivist = browser_of(client, story, "process_owner")
    assert handed_out(archivist, document_id, "1.0") == (200, b"Drawing 1")


def test_a_text_is_shown_as_it_will_read(client: FlaskClient, story: Scenario) -> None:
    browser = browser_of(client, story, "reporter")

    shown = browser.post("/text/preview/draft_content", draft_content="# Purpose\n\n<script>x</script>")
    refused = browser.post("/text/preview/draft_content", draft_content="x", other="y")

    assert '<h3 id="s-purpose">Purpose</h3>' in shown.text
    assert "<script>x" not in shown.text
    assert refused.status_code == 422
