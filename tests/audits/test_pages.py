from __future__ import annotations

from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audits.auditors import auditors_on
from app.audits.checklist import lines_of
from app.audits.models import Audit, ProgrammeLine
from app.foundation import clock
from app.foundation.db import db
from app.records.models import Attachment
from tests.factories.browser import Browser, enter
from tests.scenarios import audit_steps
from tests.scenarios.dsl import Scenario


def browser_of(client: FlaskClient, scenario: Scenario, who: str) -> Browser:
    return enter(client, scenario.company.people[who])


def under_way(scenario: Scenario) -> str:
    """An audit under way; the address of its only line."""
    audit_steps.auditors(scenario)
    audit_steps.soon_in_progress(scenario)
    line = lines_of(db.session(), scenario.record_id)[0]
    return f"/audits/{scenario.record_id}/lines/{line.id}/answer"


def only_line(scenario: Scenario) -> ProgrammeLine:
    db.session.rollback()
    return db.session.scalars(
        select(ProgrammeLine).where(ProgrammeLine.programme_id == scenario.record_id)
    ).one()


def test_the_team_answers_without_script_and_others_only_read(
    client: FlaskClient, scenario: Scenario
) -> None:
    where = under_way(scenario)
    page = f"/audits/{scenario.record_id}/checklist"
    assert (
        "Is the wear of plate 4 measured?" in browser_of(client, scenario, "quality_manager").get(page).text
    )

    browser = browser_of(client, scenario, "lead")
    done = browser.post(where, result="conform", evidence="Seen", seen_version="1")

    assert done.status_code == 303
    assert "1</span> of 1 answered" in browser.get(page).text
    refused = browser_of(client, scenario, "quality_manager").post(where, result="major", seen_version="2")
    assert refused.status_code == 403


def test_a_device_hears_what_became_of_its_answer(client: FlaskClient, scenario: Scenario) -> None:
    where = under_way(scenario)
    browser = browser_of(client, scenario, "lead")
    answers = {
        "result": "minor",
        "seen_version": "1",
        "client_key": "device-0001",
        "csrf_token": browser.token(),
    }
    device = {"Accept": "application/json"}

    missing = client.post(where, data=answers, headers=device)
    kept = client.post(where, data={**answers, "evidence": "Two of five"}, headers=device)
    again = client.post(where, data={**answers, "evidence": "Two of five"}, headers=device)

    assert missing.status_code == 422
    assert missing.get_json()["sentence"].startswith("A finding stands on evidence")
    assert (kept.get_json()["version"], again.get_json()["version"]) == (2, 2)
    assert kept.get_json()["finding"]["label"] == "Write finding"


def test_a_photo_goes_with_the_line(client: FlaskClient, scenario: Scenario) -> None:
    where = under_way(scenario)
    browser = browser_of(client, scenario, "lead")
    photo = (BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)), "plate.png")
    answers = {"result": "conform", "seen_version": "1", "photos": photo, "csrf_token": browser.token()}

    told = client.post(where, data=answers, headers={"Accept": "application/json"}).get_json()

    assert [file["label"] for file in told["files"]] == ["plate.png"]
    with client.get(told["files"][0]["url"]) as file:
        assert file.data.startswith(b"\x89PNG")


def test_a_photo_that_arrives_twice_is_kept_once(client: FlaskClient, scenario: Scenario) -> None:
    where = under_way(scenario)
    browser = browser_of(client, scenario, "lead")
    answers = {"result": "conform", "seen_version": "1", "client_key": "device-0002"}

    for _try in range(2):
        photo = (BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)), "plate.png")
        sent = {**answers, "photos": photo, "csrf_token": browser.token()}
        told = client.post(where, data=sent, headers={"Accept": "application/json"}).get_json()

    assert [file["label"] for file in told["files"]] == ["plate.png"]
    attached = select(func.count()).where(Attachment.record_id == scenario.record_id)
    assert db.session.scalar(attached) == 1


def test_the_report_says_draft_until_it_is_signed(client: FlaskClient, scenario: Scenario) -> None:
    under_way(scenario)
    audit_steps.write_report(audit_steps.carry_out(audit_steps.answer_all(scenario)))
    browser = browser_of(client, scenario, "quality_manager")

    draft = browser.get(f"/audits/{scenario.record_id}/report").text
    audit_steps.sign(scenario)
    signed = browser.get(f"/audits/{scenario.record_id}/report").text

    assert "Draft, not signed" in draft
    assert "Draft, not signed" not in signed
    assert "Twelve lots followed." in signed
    assert "Quality_Manager, 17 Mar 2026" in signed


def test_the_matrix_is_planned_and_launched_from(client: FlaskClient, scenario: Scenario) -> None:
    audit_steps.begin_programme(scenario)
    browser = browser_of(client, scenario, "quality_manager")
    plan, line = f"/audit-programmes/{scenario.record_id}/plan", only_line(scenario)
    address = f"/audit-programmes/{scenario.record_id}/lines/{line.id}"

    wrong = browser.post(address, importance="4", months="spring", clauses="8.5")
    kept = browser.post(address, importance="5", months="3, 9", clauses="8.5, 8.6", is_core="true")

    assert (wrong.status_code, kept.status_code) == (422, 303)
    assert only_line(scenario).months == [3, 9]
    _approved(scenario)
    assert browser.post(f"{address}/launch", month="3").status_code == 303
    page = browser.get(plan).text
    assert "of 2 planned audits are held" in page
    assert f"/audits/{scenario.records(Audit)[0].id}" in page
    assert "8.6" in browser.get(f"{plan}?show=planned").text
    asked, other = browser.get(f"{plan}?clause=8.6").text, browser.get(f"{plan}?clause=7.1").text
    assert "Only what asks about 8.6" in asked
    assert "No line here" in other
    assert "No line here" not in asked


def _approved(scenario: Scenario) -> None:
    texts = {"objectives": "Does it hold?", "methods": "On site", "resources": "Two auditors"}
    scenario.as_("quality_manager").complete("build_programme", texts)
    scenario.as_("top_management").approve("approve_programme")


def test_the_year_lists_audits_by_month(client: FlaskClient, scenario: Scenario) -> None:
    audit_steps.auditors(scenario)
    audit_steps.plan(audit_steps.start_audit(scenario))
    browser = browser_of(client, scenario, "lead")

    assert "Lapping, after two complaints" in browser.get("/audits/year?year=2026").text
    assert "Lapping, after two complaints" not in browser.get("/audits/year?year=2027").text


def test_the_quality_manager_says_who_may_audit(client: FlaskClient, scenario: Scenario) -> None:
    person = str(scenario.company.people["verifier"])
    browser = browser_of(client, scenario, "quality_manager")
    order = {"person_id": person, "evidence": "Course", "valid_from": "2026-01-01"}

    wrong = browser.post("/auditors", **order, valid_until="2025-01-01")
    kept = browser.post("/auditors", **order, valid_until="2027-01-01", may_lead="true")

    assert (wrong.status_code, kept.status_code) == (422, 303)
    db.session.rollback()
    (line,) = auditors_on(db.session(), clock.now().date())
    assert (line.name, line.may_lead, line.is_valid) == ("Verifier", True, True)
    assert browser.post(f"/auditors/{line.id}/withdraw", reason="Left the team").status_code == 303
    assert "Nobody may audit yet" in browser.get("/auditors").text
    assert browser_of(client, scenario, "verifier").post("/auditors", **order).status_code == 403
