from __future__ import annotations

from flask.testing import FlaskClient

from tests.factories.browser import Browser, enter
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    analyse,
    authorise,
    confirmed,
    dispose,
    open_capa,
    plan,
    reverify,
    waiting,
)


def browser_of(client: FlaskClient, scenario: Scenario, who: str) -> Browser:
    return enter(client, scenario.company.people[who])


def test_the_registers_list_both_records_in_words(client: FlaskClient, scenario: Scenario) -> None:
    open_capa(scenario)
    browser = browser_of(client, scenario, "quality_manager")

    nonconformities, capas = browser.get("/nonconformities"), browser.get("/capas")

    assert (nonconformities.status_code, capas.status_code) == (200, 200)
    assert "NC-2026-0001" in nonconformities.text
    assert "Finding the cause" in capas.text


def test_filters_of_the_domain_narrow_the_list(client: FlaskClient, scenario: Scenario) -> None:
    confirmed(scenario)
    browser = browser_of(client, scenario, "quality_manager")

    assert "NC-2026-0001" in browser.get("/nonconformities?source=internal").text
    assert "NC-2026-0001" not in browser.get("/nonconformities?source=audit").text
    assert "NC-2026-0001" not in browser.get("/nonconformities?recurrent=yes").text


def test_the_capa_register_can_be_narrowed_by_source_and_cycle(
    client: FlaskClient, scenario: Scenario
) -> None:
    open_capa(scenario)
    browser = browser_of(client, scenario, "quality_manager")

    assert "CAPA-2026-0001" in browser.get("/capas?source=internal").text
    assert "CAPA-2026-0001" not in browser.get("/capas?again=yes").text


def test_a_nonconformity_shows_what_happened_and_its_history(client: FlaskClient, scenario: Scenario) -> None:
    confirmed(scenario.sibling())
    dispose(confirmed(scenario, is_product_affected=True, has_people_harm=True))

    page = browser_of(client, scenario, "quality_manager").get(f"/nonconformities/{scenario.record_id}")

    assert page.status_code == 200
    for words in ("Six of forty faces", "People harmed", "Happened before", "NC-2026-0001", "CAPA-2026-0001"):
        assert words in page.text


def test_a_capa_shows_cause_criteria_and_the_door_to_its_units(
    client: FlaskClient, scenario: Scenario
) -> None:
    waiting(scenario, min_clean_units=500)

    page = browser_of(client, scenario, "quality_manager").get(f"/capas/{scenario.record_id}")

    assert page.status_code == 200
    for words in ("no limit for plate wear", "Faces above limit", "0 of 500", "clean-units"):
        assert words in page.text


def test_units_are_noted_on_their_page(client: FlaskClient, scenario: Scenario) -> None:
    waiting(scenario, min_clean_units=500)
    browser = browser_of(client, scenario, "quality_manager")
    path = f"/capas/{scenario.record_id}/clean-units"

    shown = browser.get(path)
    answer = browser.post(path, units="120", note="Shift reports")

    assert (shown.status_code, answer.status_code) == (200, 303)
    assert scenario.record.clean_units == 120


def test_a_wrong_number_of_units_comes_back_with_the_reason(client: FlaskClient, scenario: Scenario) -> None:
    waiting(scenario, min_clean_units=500)
    browser = browser_of(client, scenario, "quality_manager")

    answer = browser.post(f"/capas/{scenario.record_id}/clean-units", units="-3", note="Shift reports")

    assert answer.status_code == 422
    assert scenario.record.clean_units == 0


def test_who_has_no_role_for_it_cannot_note_units(client: FlaskClient, scenario: Scenario) -> None:
    waiting(scenario, min_clean_units=500)

    answer = browser_of(client, scenario, "reporter").get(f"/capas/{scenario.record_id}/clean-units")

    assert answer.status_code == 403


def test_units_of_a_nonconformity_are_not_found(client: FlaskClient, scenario: Scenario) -> None:
    plan(analyse(open_capa(scenario)))
    nonconformity = scenario.record.extra["requested_by_id"]

    answer = browser_of(client, scenario, "quality_manager").get(f"/capas/{nonconformity}/clean-units")

    assert answer.status_code == 404


def test_lots_and_costs_stand_on_the_record_once_the_outcome_is_verified(
    client: FlaskClient, scenario: Scenario
) -> None:
    reverify(authorise(dispose(confirmed(scenario, is_product_affected=True))))

    page = browser_of(client, scenario, "quality_manager").get(f"/nonconformities/{scenario.record_id}")

    for words in ("2602-114", "40 pcs", "320.50 EUR"):
        assert words in page.text


def test_a_capa_opened_by_hand_starts_with_its_cause(client: FlaskClient, scenario: Scenario) -> None:
    company = scenario.company
    scenario.as_("quality_manager").start(
        "capa",
        {
            "title": "Plates wear too fast",
            "problem": "Three plates in a quarter.",
            "site_id": company.link("site", company.site),
            "process_id": company.link("process", company.process),
            "severity": "2",
            "source": "other",
            "capa_owner_id": str(company.people["capa_owner"]),
        },
    )

    page = browser_of(client, scenario, "capa_owner").get(f"/tasks/{scenario.task('analyse_cause').id}")

    assert page.status_code == 200
    assert scenario.task("analyse_cause").assignee_id == company.people["capa_owner"]


def test_who_may_report_units_finds_the_way_while_the_capa_waits(
    client: FlaskClient, scenario: Scenario
) -> None:
    waiting(scenario, min_clean_units=500)
    page = f"/capas/{scenario.record_id}"

    menu = browser_of(client, scenario, "quality_manager").get(page).text

    assert f'href="{page}/clean-units"' in menu
    assert "Report units without failure" in menu


def test_nobody_is_led_to_units_before_there_is_something_to_count(
    client: FlaskClient, scenario: Scenario
) -> None:
    plan(analyse(open_capa(scenario)), min_clean_units=500)

    assert (
        "clean-units"
        not in browser_of(client, scenario, "quality_manager").get(f"/capas/{scenario.record_id}").text
    )
