from __future__ import annotations

import pytest
from sqlalchemy import select

from app.capa.models import Capa, CostLine, Lot, Nonconformity
from app.foundation.db import db
from app.quality_events.models import QualityEvent
from app.workflow.completion import GuardRefused
from app.workflow.separation import SeparationBroken
from app.workflow.tasks import NotYourTask
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import (
    authorise,
    close_nonconformity,
    confirmed,
    contain,
    dispose,
    grant,
    report,
    reverify,
    triage,
)


def test_a_small_isolated_one_is_corrected_and_closed_by_the_coordinator(scenario: Scenario) -> None:
    confirmed(scenario)
    decision = scenario.decided("g_capa")

    close_nonconformity(scenario)

    assert decision == {
        "route": "correction_only",
        "reason": "Small and isolated: correct it and watch the trend.",
    }
    assert (scenario.outcome, scenario.record.status) == ("closed", "closed")
    assert scenario.records(Capa) == []


def test_status_follows_the_facts(scenario: Scenario) -> None:
    report(scenario)
    reported = scenario.record.status
    contain(scenario)
    contained = scenario.record.status
    triage(scenario)

    assert (reported, contained, scenario.record.status) == ("reported", "contained", "triaged")


def test_containment_may_be_skipped_only_with_a_reason(scenario: Scenario) -> None:
    report(scenario)

    scenario.as_("process_owner").complete(
        "contain",
        {"containment_choice": "skipped", "containment_skip_reason": "Found before it left the machine."},
    )

    assert scenario.record.containment_skip_reason == "Found before it left the machine."


def test_triage_sees_what_the_table_suggests_and_the_containment_is_due_in_72_hours(
    scenario: Scenario,
) -> None:
    contain(report(scenario, severity_initial="5"))

    assert scenario.decided("g_capa")["reason"] == "The severity is critical."
    assert scenario.task("triage").role == "quality_coordinator"


def test_a_duplicate_ends_linked_to_the_first_report_and_never_counts(scenario: Scenario) -> None:
    first = report(scenario.sibling()).record_id
    contain(report(scenario))

    scenario.as_("quality_coordinator").complete(
        "triage",
        {"triage_verdict": "duplicate", "duplicate_of_id": f"nonconformity:{first}"},
    )

    assert (scenario.outcome, scenario.record.status) == ("rejected_duplicate", "rejected_duplicate")
    assert scenario.record.duplicate_of_id == first
    assert db.session.scalars(select(QualityEvent)).all() == []


def test_a_report_is_no_duplicate_of_itself(scenario: Scenario) -> None:
    contain(report(scenario))
    itself = f"nonconformity:{scenario.record_id}"
    answers = {"triage_verdict": "duplicate", "duplicate_of_id": itself}

    with pytest.raises(GuardRefused):
        scenario.as_("quality_coordinator").complete("triage", answers)


def test_what_is_no_nonconformity_ends_rejected_with_the_reason(scenario: Scenario) -> None:
    contain(report(scenario))

    scenario.as_("quality_coordinator").complete(
        "triage",
        {"triage_verdict": "rejected", "rejection_reason": "The drawing allows 1.0 µm."},
    )

    assert (scenario.outcome, scenario.record.status) == ("rejected", "rejected")


def test_severity_four_needs_a_linked_risk(scenario: Scenario) -> None:
    contain(report(scenario))

    with pytest.raises(GuardRefused, match="missing"):
        triage(scenario, severity="4")

    assert scenario.steps == ["triage"]


def test_where_no_rule_decides_the_quality_manager_does(scenario: Scenario) -> None:
    confirmed(scenario, severity="3", occurrence="1")
    assert scenario.steps == ["decide_route"]

    scenario.as_("quality_manager").complete(
        "decide_route", {"route": "correction_only", "route_reason": "One batch."}
    )

    assert scenario.steps == ["close_nonconformity"]
    assert scenario.records(Capa) == []


def test_the_quality_manager_may_choose_a_capa(scenario: Scenario) -> None:
    confirmed(scenario, severity="3", occurrence="1")

    scenario.as_("quality_manager").complete(
        "decide_route", {"route": "capa", "route_reason": "It will come back."}
    )

    assert scenario.record.capa_id == scenario.records(Capa)[0].id


def test_triage_may_disagree_with_the_table_with_a_reason(scenario: Scenario) -> None:
    confirmed(scenario, route_wish="capa", route_reason="Customer asked for it.")

    assert scenario.decided("g_capa")["reason"] == "Triage asked for a CAPA, with a reason."
    assert len(scenario.records(Capa)) == 1


def test_harm_to_people_leads_to_a_capa_whatever_triage_wishes(scenario: Scenario) -> None:
    confirmed(scenario, has_people_harm=True, route_wish="correction_only", route_reason="Nothing to do.")

    assert scenario.decided("g_capa") == {"route": "capa", "reason": "People were harmed."}


def test_product_is_disposed_of_authorised_verified_and_booked(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    reverify(authorise(dispose(scenario)))

    lots, costs = db.session.scalars(select(Lot)).all(), db.session.scalars(select(CostLine)).all()
    assert [(lot.lot, lot.quantity, lot.disposition) for lot in lots] == [("2602-114", 40, "rework")]
    assert [(line.kind, str(line.amount), line.currency) for line in costs] == [("labour", "320.50", "EUR")]
    assert scenario.record.status == "disposition_done"
    assert scenario.steps == ["close_nonconformity"]


def test_a_disposition_sent_back_is_decided_again(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    authorise(dispose(scenario), "return")

    assert scenario.steps == ["decide_disposition"]


def test_rework_that_fails_its_verification_is_decided_again(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    reverify(authorise(dispose(scenario)), "fail")

    assert scenario.steps == ["decide_disposition"]


def test_a_concession_names_who_granted_it(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    dispose(
        scenario,
        disposition="use_as_is",
        concession_by="Bothnia Paper, J. Niemi",
        concession_reference="C-17",
    )

    assert scenario.record.concession_by == "Bothnia Paper, J. Niemi"


def test_who_decides_the_disposition_cannot_be_its_authority(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    with pytest.raises(GuardRefused):
        dispose(scenario, authority_id=str(scenario.company.people["process_owner"]))


def test_who_decided_the_disposition_cannot_verify_it(scenario: Scenario) -> None:
    grant(scenario, "process_owner", "verifier")
    authorise(dispose(confirmed(scenario, is_product_affected=True)))

    with pytest.raises(SeparationBroken):
        scenario.as_("process_owner").complete(
            "verify_disposition", {"reverify_result": "pass", "reverify_note": "Looks good."}
        )


def test_it_cannot_close_before_the_product_is_disposed_of(scenario: Scenario) -> None:
    confirmed(scenario, is_product_affected=True)

    assert "disposed" in scenario.unmet
    assert "close_nonconformity" not in scenario.steps


def test_a_second_one_is_shown_with_its_history_at_triage(scenario: Scenario) -> None:
    first = confirmed(scenario.sibling()).record.number

    contain(report(scenario))

    record = scenario.record
    assert [(one["number"], one["outcome"]) for one in record.similar] == [(first, "triaged")]
    assert (record.is_recurrent, record.occurrence, record.similar_count) == (True, 2, 2)


def test_the_third_of_a_signature_in_twelve_months_becomes_a_capa(scenario: Scenario) -> None:
    confirmed(scenario.sibling())
    confirmed(scenario.sibling())

    confirmed(scenario)

    assert (
        scenario.decided("g_capa")["reason"]
        == "The same signature was seen three times or more in twelve months."
    )
    assert [one.capa_id for one in scenario.records(Nonconformity)] == [
        None,
        None,
        scenario.records(Capa)[0].id,
    ]


def test_one_of_an_open_capa_joins_it_and_raises_its_severity(scenario: Scenario) -> None:
    confirmed(scenario.sibling(), severity="3", occurrence="2")

    confirmed(scenario, severity="3", occurrence="2", has_people_harm=True)

    assert len(scenario.records(Capa)) == 1
    assert scenario.record.capa_id == scenario.records(Capa)[0].id
    assert scenario.decided("g_risk") is not None
    assert scenario.steps == ["close_nonconformity"]


def test_closed_while_its_capa_is_open_the_register_says_so(scenario: Scenario) -> None:
    confirmed(scenario, severity="3", occurrence="2")

    close_nonconformity(scenario)

    assert scenario.record.status == "closed_capa_open"


def test_somebody_without_the_role_is_refused(scenario: Scenario) -> None:
    report(scenario)

    with pytest.raises(NotYourTask):
        scenario.as_("reporter").complete(
            "contain", {"containment_choice": "skipped", "containment_skip_reason": "x"}
        )
