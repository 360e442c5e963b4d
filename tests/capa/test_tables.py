"""Every rule of every table is reached, and gives the answer and the reason it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.decisions.dmn import read_model
from app.decisions.feel import to_json

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "capa"
SETTINGS = {
    "wait_days_critical": 30,
    "wait_days_major": 60,
    "wait_days_minor": 90,
    "plan_cost_limit": 10_000,
}
PLAIN = {
    "has_people_harm": False,
    "severity": 2,
    "source": "internal",
    "audit_kind": None,
    "audit_grade": None,
    "is_after_capa": False,
    "route_wish": "rule",
    "occurrence": 1,
    "similar_count": 1,
}
EFFECTIVE = {
    "recurrence_count": 0,
    "new_problems": "no",
    "missed_count": 0,
    "near_miss_count": 0,
    "is_extended": False,
    "near_miss_wish": "extend",
}
QUIET = {
    "audit_grade": None,
    "severity": 3,
    "is_band_moving": False,
    "is_new_cause": False,
    "risks": [{"kind": "risk", "id": 1}],
    "risk_update": "no_change",
}


def decide(key: str, record: dict[str, Any], **more: Any) -> tuple[Any, str]:
    """The first output and the number of the rule that gave it."""
    model = read_model((FOLDER / f"{key}.dmn").read_bytes(), name=key)
    answer = model.evaluate(key, {"record": record, "settings": SETTINGS, "task": {}, **more})
    outputs = to_json(answer.outputs)
    assert isinstance(outputs, dict)
    assert outputs["reason"]
    return next(iter(outputs.values())), answer.matched_rules[0].rpartition("_")[2]


@pytest.mark.parametrize(
    ("facts", "route", "rule"),
    [
        ({"has_people_harm": True, "route_wish": "correction_only"}, "capa", "1"),
        ({"severity": 5}, "capa", "2"),
        ({"source": "audit", "audit_kind": "external", "audit_grade": "minor"}, "capa", "3"),
        ({"source": "audit", "audit_kind": "internal", "audit_grade": "major"}, "capa", "4"),
        ({"severity": 4, "route_wish": "correction_only"}, "capa", "5"),
        ({"is_after_capa": True, "route_wish": "correction_only"}, "capa", "6"),
        ({"route_wish": "capa"}, "capa", "7"),
        ({"severity": 3, "occurrence": 3, "route_wish": "correction_only"}, "correction_only", "8"),
        ({"severity": 3, "occurrence": 2}, "capa", "9"),
        ({"similar_count": 3, "occurrence": 2}, "capa", "10"),
        ({"severity": 1, "occurrence": 3}, "capa", "11"),
        ({"source": "kpi"}, "capa", "12"),
        ({}, "correction_only", "13"),
        ({"severity": 3}, "quality_manager", "14"),
        ({"occurrence": 2}, "quality_manager", "14"),
        ({"severity": None}, "quality_manager", "14"),
    ],
)
def test_g_capa(facts: dict[str, Any], route: str, rule: str) -> None:
    assert decide("g_capa", PLAIN | facts) == (route, rule)


@pytest.mark.parametrize(
    ("is_human", "has_condition", "is_returned", "verdict", "rule"),
    [
        (False, False, False, "deep_enough", "1"),
        (True, True, False, "deep_enough", "2"),
        (True, False, True, "deep_enough", "3"),
        (True, False, False, "bounce", "4"),
        (None, False, False, "deep_enough", "5"),
    ],
)
def test_g_cause(
    *, is_human: bool | None, has_condition: bool, is_returned: bool, verdict: str, rule: str
) -> None:
    record = {
        "is_human_error_only": is_human,
        "has_condition": has_condition,
        "is_cause_returned": is_returned,
    }

    assert decide("g_cause", record) == (verdict, rule)


@pytest.mark.parametrize(
    ("facts", "is_needed", "rule"),
    [
        ({"audit_grade": "major"}, True, "1"),
        ({"severity": 4}, True, "2"),
        ({"is_band_moving": True}, True, "3"),
        ({"is_new_cause": True}, True, "4"),
        ({"is_new_cause": True, "risks": []}, False, "6"),
        ({"is_new_cause": True, "risks": None}, False, "6"),
        ({"risk_update": "update"}, True, "5"),
        ({}, False, "6"),
        ({"risk_update": None, "severity": None}, False, "6"),
    ],
)
def test_g_risk(facts: dict[str, Any], *, is_needed: bool, rule: str) -> None:
    assert decide("g_risk", QUIET | facts) == (is_needed, rule)


@pytest.mark.parametrize(
    ("facts", "outcome", "rule"),
    [
        ({"recurrence_count": 1}, "ineffective", "1"),
        ({"new_problems": "yes"}, "ineffective", "2"),
        ({}, "effective", "3"),
        ({"missed_count": 1, "near_miss_count": 1}, "extend", "4"),
        ({"missed_count": 1, "near_miss_count": 1, "is_extended": True}, "conditions", "5"),
        ({"missed_count": 1, "near_miss_count": 1, "near_miss_wish": "conditions"}, "conditions", "5"),
        ({"missed_count": 1}, "ineffective", "6"),
        ({"missed_count": 2, "near_miss_count": 1}, "ineffective", "6"),
        ({"missed_count": 2, "near_miss_count": 2}, "ineffective", "6"),
    ],
)
def test_g_eff(facts: dict[str, Any], outcome: str, rule: str) -> None:
    assert decide("g_eff", EFFECTIVE | facts) == (outcome, rule)


@pytest.mark.parametrize(
    ("severity", "days", "rule"), [(5, 30, "1"), (4, 60, "2"), (3, 90, "3"), (1, 90, "3"), (None, 90, "3")]
)
def test_wait_days(severity: int | None, days: int, rule: str) -> None:
    assert decide("wait_days", {"severity": severity}) == (days, rule)
