"""The maintained parts of map and context: which columns each has, as data that form and service share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.accounts.roles import Role, title_of
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.process_map.models import (
    TEXT_LENGTH,
    WORD_LENGTH,
    ContextIssue,
    InterestedParty,
    Maintained,
    ProcessFlow,
    ProcessMeasure,
    Reach,
    RequiredRole,
)
from app.process_map.rules import is_number
from app.process_map.words import direction_words, origin_words, reach_words

Values = Mapping[str, Any]
Label = Callable[[], str]


class PartKey(StrEnum):
    """The permanent names of the parts, as in addresses and trail entries."""

    MEASURE = "measure"
    FLOW = "flow"
    ISSUE = "issue"
    PARTY = "party"
    ROLE = "role"


class Input(StrEnum):
    """How a column is asked for."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    PROCESS = "process"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class PartColumn:
    """A column of a part. Shape: `choices` only for a choice; `most` letters."""

    key: str
    label: Label
    input: Input = Input.LINE
    is_required: bool = False
    help: Label = str
    choices: Callable[[], Mapping[str, str]] = dict
    most: int = TEXT_LENGTH


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of maintained row. `check` says what is wrong between its columns."""

    key: PartKey
    model: type[Maintained]
    title: Label
    columns: tuple[PartColumn, ...]
    check: Callable[[Values], list[Problem]]
    needs_reason_to_end: bool = False


def role_titles() -> dict[str, str]:
    """Return all roles by key."""
    return {role.value: title_of(role) for role in Role}


def _nothing(_values: Values) -> list[Problem]:
    return []


def _measure_problems(values: Values) -> list[Problem]:
    if values.get("target") and not is_number(values["target"]):
        return [Problem("target", "number", _("This is not a number."), _("Write for example 98.5."))]
    return []


def _flow_problems(values: Values) -> list[Problem]:
    problems = []
    for end in ("from", "to"):
        process_id, party = values.get(f"{end}_process_id"), values.get(f"{end}_party")
        if bool(process_id) == bool(party):
            sentence = _("Say one of the two: a process, or in words who it is.")
            problems.append(Problem(f"{end}_party", "one", sentence))
    giver, taker = values.get("from_process_id"), values.get("to_process_id")
    if not giver and not taker:
        problems.append(Problem("from_process_id", "touches", _("One of the two ends must be a process.")))
    if giver and giver == taker:
        problems.append(Problem("to_process_id", "itself", _("A process passes nothing on to itself.")))
    return problems


def _party_problems(values: Values) -> list[Problem]:
    if values.get("is_relevant") is False and not values.get("relevance_rationale"):
        sentence = _("Who is not relevant needs a reason why.")
        return [Problem("relevance_rationale", "required", sentence)]
    return []


def _role_problems(values: Values) -> list[Problem]:
    problems = []
    for reach, key in ((Reach.SITE, "site_id"), (Reach.PROCESS, "process_id")):
        if (values.get("reach") == reach) != bool(values.get(key)):
            named = _("Name which one.") if values.get("reach") == reach else _("Leave this empty here.")
            problems.append(Problem(key, "reach", named))
    return problems


_MEASURE = Part(
    PartKey.MEASURE,
    ProcessMeasure,
    lambda: _("Measure"),
    (
        PartColumn("name", lambda: _("What is measured"), is_required=True),
        PartColumn(
            "direction",
            lambda: _("It is good when it is"),
            Input.CHOICE,
            is_required=True,
            choices=direction_words,
            most=WORD_LENGTH,
        ),
        PartColumn("target", lambda: _("Target"), is_required=True, most=WORD_LENGTH),
        PartColumn("unit", lambda: _("Unit"), help=lambda: _("For example % or days."), most=WORD_LENGTH),
        PartColumn("where_measured", lambda: _("Where it is measured")),
    ),
    _measure_problems,
)
_FLOW = Part(
    PartKey.FLOW,
    ProcessFlow,
    lambda: _("Input or output"),
    (
        PartColumn("what", lambda: _("What passes"), is_required=True),
        PartColumn("from_process_id", lambda: _("From the process"), Input.PROCESS),
        PartColumn("from_party", lambda: _("or from outside"), help=lambda: _("For example Customers.")),
        PartColumn("to_process_id", lambda: _("To the process"), Input.PROCESS),
        PartColumn("to_party", lambda: _("or to outside"), help=lambda: _("For example Customers.")),
    ),
    _flow_problems,
)
_ISSUE = Part(
    PartKey.ISSUE,
    ContextIssue,
    lambda: _("Issue"),
    (
        PartColumn("title", lambda: _("Issue"), is_required=True),
        PartColumn("origin", lambda: _("It is"), Input.CHOICE, is_required=True, choices=origin_words),
        PartColumn("description", lambda: _("Description"), Input.TEXT),
        PartColumn("effect", lambda: _("Effect on what we want to achieve"), Input.TEXT, is_required=True),
        PartColumn(
            "is_climate_relevant",
            lambda: _("Has climate change to do with it?"),
            Input.YES_NO,
            is_required=True,
        ),
        PartColumn("climate_rationale", lambda: _("Why, or why not"), Input.TEXT, is_required=True),
    ),
    _nothing,
    needs_reason_to_end=True,
)
_PARTY = Part(
    PartKey.PARTY,
    InterestedParty,
    lambda: _("Interested party"),
    (
        PartColumn("name", lambda: _("Who"), is_required=True),
        PartColumn("needs", lambda: _("Needs and expectations"), Input.TEXT, is_required=True),
        PartColumn("is_relevant", lambda: _("Relevant for our system?"), Input.YES_NO, is_required=True),
        PartColumn("relevance_rationale", lambda: _("Why not relevant"), Input.TEXT),
        PartColumn("requirement", lambda: _("What we take on as a requirement"), Input.TEXT),
        PartColumn(
            "has_climate_requirement",
            lambda: _("Do they ask for something because of climate change?"),
            Input.YES_NO,
            is_required=True,
        ),
        PartColumn("climate_rationale", lambda: _("What they ask, or how you know"), Input.TEXT),
    ),
    _party_problems,
    needs_reason_to_end=True,
)
_ROLE = Part(
    PartKey.ROLE,
    RequiredRole,
    lambda: _("Required role"),
    (
        PartColumn("role", lambda: _("Role"), Input.CHOICE, is_required=True, choices=role_titles),
        PartColumn("reach", lambda: _("Needed"), Input.CHOICE, is_required=True, choices=reach_words),
        PartColumn("site_id", lambda: _("Site"), Input.SITE, help=lambda: _("Only for one site.")),
        PartColumn(
            "process_id", lambda: _("Process"), Input.PROCESS, help=lambda: _("Only for one process.")
        ),
    ),
    _role_problems,
)
PARTS: Mapping[PartKey, Part] = {one.key: one for one in (_MEASURE, _FLOW, _ISSUE, _PARTY, _ROLE)}
