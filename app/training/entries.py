"""The maintained lists of competence: which columns skills, requirements and training items have, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.accounts.roles import Role, title_of
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.training.models import NAME_LENGTH, CompetenceRequirement, Maintained, Skill, TrainingItem
from app.training.words import kind_words, level_words

Values = Mapping[str, Any]
Label = Callable[[], str]


class EntryKey(StrEnum):
    """The permanent names of the lists, as in addresses and trail entries."""

    SKILL = "skill"
    REQUIREMENT = "requirement"
    ITEM = "item"


class Input(StrEnum):
    """How a column is asked for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    LEVEL = "level"
    YES_NO = "yes_no"
    SKILL = "skill"
    SITE = "site"
    PROCESS = "process"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column. Shape: `choices` only for a choice; a number lies from `least` to `most`."""

    key: str
    label: Label
    input: Input = Input.LINE
    is_required: bool = False
    help: Label = str
    choices: Callable[[], Mapping[str, str]] = dict
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class EntryList:
    """A maintained list. `check` says what is wrong between its columns."""

    key: EntryKey
    model: type[Maintained]
    title: Label
    sub: Label
    columns: tuple[EntryColumn, ...]
    check: Callable[[Values], list[Problem]]


def role_titles() -> Mapping[str, str]:
    """Return all roles by key."""
    return {role.value: title_of(role) for role in Role}


def level_choices() -> Mapping[str, str]:
    """Return the five levels of a skill, as choices."""
    return {str(level): f"{level} {word}" for level, word in level_words().items()}


def _nothing(_values: Values) -> list[Problem]:
    return []


def _item_problems(values: Values) -> list[Problem]:
    if bool(values.get("skill_id")) == bool(values.get("level")):
        return []
    sentence = _("An item that teaches a skill says to which level.")
    return [Problem("level" if values.get("skill_id") else "skill_id", "level", sentence)]


_SKILL = EntryList(
    EntryKey.SKILL,
    Skill,
    lambda: _("Skill"),
    lambda: _("Something a person can do, on five levels from novice to expert."),
    (
        EntryColumn("name", lambda: _("Skill"), is_required=True),
        EntryColumn("description", lambda: _("How one sees that somebody can do it"), Input.TEXT),
    ),
    _nothing,
)
_REQUIREMENT = EntryList(
    EntryKey.REQUIREMENT,
    CompetenceRequirement,
    lambda: _("Requirement"),
    lambda: _("Who has the role needs the skill at this level."),
    (
        EntryColumn("role", lambda: _("Role"), Input.CHOICE, is_required=True, choices=role_titles),
        EntryColumn("skill_id", lambda: _("Skill"), Input.SKILL, is_required=True),
        EntryColumn("level", lambda: _("Level"), Input.LEVEL, is_required=True, choices=level_choices),
        EntryColumn("site_id", lambda: _("Site"), Input.SITE, help=lambda: _("Only at one site.")),
        EntryColumn(
            "process_id", lambda: _("Process"), Input.PROCESS, help=lambda: _("Only in one process.")
        ),
        EntryColumn(
            "is_control",
            lambda: _("Does this skill keep a risk in check?"),
            Input.YES_NO,
            is_required=True,
            help=lambda: _("Then a lapse raises the risks of that site and process."),
        ),
    ),
    _nothing,
)
_ITEM = EntryList(
    EntryKey.ITEM,
    TrainingItem,
    lambda: _("Training item"),
    lambda: _("A reading, a course, a spell of practice or an examination."),
    (
        EntryColumn("name", lambda: _("Name"), is_required=True),
        EntryColumn("kind", lambda: _("Kind"), Input.CHOICE, is_required=True, choices=kind_words),
        EntryColumn("skill_id", lambda: _("Skill it teaches or proves"), Input.SKILL),
        EntryColumn("level", lambda: _("To which level"), Input.LEVEL, choices=level_choices),
        EntryColumn("material", lambda: _("What is to be read or done"), Input.TEXT),
        EntryColumn("trainer_id", lambda: _("Who trains and assesses"), Input.PERSON),
        EntryColumn("minutes", lambda: _("Minutes it takes"), Input.NUMBER, least=1, most=100_000),
        EntryColumn(
            "validity_months",
            lambda: _("Months it is valid"),
            Input.NUMBER,
            help=lambda: _("Left empty, it is valid for good."),
            least=1,
            most=240,
        ),
        EntryColumn(
            "pass_score",
            lambda: _("Percent that passes"),
            Input.NUMBER,
            help=lambda: _("Left empty, the setting counts."),
            least=1,
            most=100,
        ),
    ),
    _item_problems,
)
LISTS: Mapping[EntryKey, EntryList] = {one.key: one for one in (_SKILL, _REQUIREMENT, _ITEM)}
TEXT_MOST = 20_000
LINE_MOST = NAME_LENGTH
