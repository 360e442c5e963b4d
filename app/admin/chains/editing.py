"""What an admin does to a draft: the stage in hand as it was typed, then one deed on the whole chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from app.approvals.chain import (
    Chain,
    Group,
    Joint,
    Member,
    Mode,
    OnNo,
    Quorum,
    Rule,
    Stage,
)
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
Typed = Mapping[str, Sequence[str]]
MOST_RULES, MOST_STAGES, MOST_GROUPS, MOST_MEMBERS = 20, 20, 8, 500
LONGEST_NAME, LONGEST_CONDITION = 120, 1000
LARGEST_NUMBER = 500
UNITS = {"D": "P{}D", "H": "PT{}H"}
CONDITIONS = {"name", "condition"}


@dataclass(frozen=True, slots=True)
class Focus:
    """What is open for editing: a stage of a rule, or a rule alone; nothing with rule None."""

    rule: int | None = None
    stage: int | None = None


class DeedUnknown(Invalid):
    """The page asked for something that cannot be done to a chain."""


def changed(chain: Chain, focus: Focus, typed: Typed) -> tuple[Chain, Focus]:
    """Return the chain after what was typed and the one deed that was asked for, and what is open then.

    Errors: DeedUnknown.
    """
    chain = _with_chosen(_with_typed(chain, focus, typed), focus, typed)
    verb, _colon, rest = _first(typed, "_do", "keep").partition(":")
    deed = _DEEDS.get(verb)
    if deed is None:
        raise _unknown()
    try:
        return deed(chain, focus, rest, typed)
    except (ValueError, IndexError) as error:
        raise _unknown() from error


def due_parts(text: str) -> tuple[str, str]:
    """Return number and unit of a span of working days or hours; another span as it is, without a unit."""
    for unit, pattern in UNITS.items():
        head, tail = pattern.split("{}")
        number = text.removeprefix(head).removesuffix(tail)
        if text == f"{head}{number}{tail}" and number.isdecimal():
            return number, unit
    return text, ""


def _with_typed(chain: Chain, focus: Focus, typed: Typed) -> Chain:
    if focus.rule is None or not 0 <= focus.rule < len(chain.rules):
        return chain
    rule = chain.rules[focus.rule]
    if focus.stage is None:
        if not CONDITIONS & typed.keys():
            return chain
        name = _text(typed, "name", rule.name, LONGEST_NAME)
        condition = _text(typed, "condition", rule.condition, LONGEST_CONDITION)
        return chain.with_rule(focus.rule, replace(rule, name=name, condition=condition))
    if not 0 <= focus.stage < len(rule.stages) or "name" not in typed:
        return chain
    return chain.with_stage(focus.rule, focus.stage, _stage(rule.stages[focus.stage], typed))


def _stage(stage: Stage, typed: Typed) -> Stage:
    return replace(
        stage,
        name=_text(typed, "name", stage.name, LONGEST_NAME),
        only_if=_text(typed, "only_if", stage.only_if, LONGEST_CONDITION),
        mode=_one_of(Mode, _first(typed, "mode"), stage.mode),
        has_veto="has_veto" in typed,
        on_no=_one_of(OnNo, _first(typed, "on_no"), stage.on_no),
        due=_due(typed, stage.due),
        policy=_text(typed, "policy", stage.policy, 40),
        lets_deputies_act="lets_deputies_act" in typed,
        is_independent="is_independent" in typed,
        groups=tuple(_group(group, place, typed) for place, group in enumerate(stage.groups)),
    )


def _group(group: Group, place: int, typed: Typed) -> Group:
    prefix = f"g{place}."
    number = _first(typed, f"{prefix}number")
    return replace(
        group,
        name=_text(typed, f"{prefix}name", group.name, LONGEST_NAME),
        joint=_one_of(Joint, _first(typed, f"{prefix}joint"), group.joint),
        quorum=_one_of(Quorum, _first(typed, f"{prefix}quorum"), group.quorum),
        number=min(int(number), LARGEST_NUMBER) if _is_number(number) else group.number,
    )


def _due(typed: Typed, present: str) -> str:
    number, unit = _first(typed, "due_number"), _first(typed, "due_unit")
    if unit in UNITS and _is_number(number) and int(number) > 0:
        return UNITS[unit].format(int(number))
    return present


def _with_chosen(chain: Chain, focus: Focus, typed: Typed) -> Chain:
    """Add who is chosen in the open stage, whichever button is pressed: a choice is never lost."""
    if focus.rule is None or focus.stage is None or "name" not in typed:
        return chain
    is_there = 0 <= focus.rule < len(chain.rules) and 0 <= focus.stage < len(chain.rules[focus.rule].stages)
    if not is_there:
        return chain
    for place, group in enumerate(_stage_at(chain, focus).groups):
        member = Member.parse(_first(typed, f"g{place}.add"))
        if member is not None:
            members = tuple(dict.fromkeys((*group.members, member)))[:MOST_MEMBERS]
            chain = _with_group(chain, focus, place, replace(group, members=members))
    return chain


def _keep(chain: Chain, focus: Focus, _rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    return chain, focus


def _done(chain: Chain, _focus: Focus, _rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    return chain, Focus()


def _add_member(chain: Chain, focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    """Keep the stage: who is chosen is added with every deed."""
    group = _stage_at(chain, focus).groups[int(rest)]
    return _with_group(chain, focus, int(rest), group), focus


def _remove_member(chain: Chain, focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    text, _colon, key = rest.partition(":")
    place = int(text)
    group = _stage_at(chain, focus).groups[place]
    members = tuple(one for one in group.members if one.key != key)
    return _with_group(chain, focus, place, replace(group, members=members)), focus


def _add_group(chain: Chain, focus: Focus, _rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    stage = _stage_at(chain, focus)
    if len(stage.groups) >= MOST_GROUPS:
        return chain, focus
    return _with_stage(chain, focus, replace(stage, groups=(*stage.groups, Group()))), focus


def _remove_group(chain: Chain, focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    stage = _stage_at(chain, focus)
    groups = _without(stage.groups, int(rest))
    return _with_stage(chain, focus, replace(stage, groups=groups or (Group(),))), focus


def _add_stage(chain: Chain, _focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    place = int(rest)
    rule = chain.rules[place]
    if len(rule.stages) >= MOST_STAGES:
        return chain, Focus(place)
    fresh = Stage(_("Stage %(number)s", number=len(rule.stages) + 1))
    return chain.with_rule(place, replace(rule, stages=(*rule.stages, fresh))), Focus(place, len(rule.stages))


def _remove_stage(chain: Chain, focus: Focus, _rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    rule, place = _rule_at(chain, focus), focus.stage
    _stage_at(chain, focus)
    stages = _without(rule.stages, place or 0)
    return chain.with_rule(focus.rule or 0, replace(rule, stages=stages)), Focus()


def _move_stage(chain: Chain, focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    rule, place = _rule_at(chain, focus), focus.stage or 0
    _stage_at(chain, focus)
    target = place + _step(rest)
    stages = _moved(rule.stages, place, target)
    moved_to = target if 0 <= target < len(rule.stages) else place
    return chain.with_rule(focus.rule or 0, replace(rule, stages=stages)), Focus(focus.rule, moved_to)


def _add_rule(chain: Chain, _focus: Focus, _rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    """Put a rule before the last one, which has no condition, and let it begin with the same stages."""
    if len(chain.rules) >= MOST_RULES:
        return chain, Focus()
    stages = chain.rules[-1].stages if chain.rules else ()
    number = len(chain.rules) + 1
    if not chain.rules:
        return Chain((Rule(_("Always"), stages=stages),)), Focus(0)
    fresh = Rule(_("Rule %(number)s", number=number), "", stages)
    rules = (*chain.rules[:-1], fresh, chain.rules[-1])
    return Chain(rules), Focus(len(rules) - 2)


def _remove_rule(chain: Chain, _focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    return Chain(_without(chain.rules, int(rest))), Focus()


def _move_rule(chain: Chain, focus: Focus, rest: str, _typed: Typed) -> tuple[Chain, Focus]:
    _rule_at(chain, focus)
    place = focus.rule or 0
    target = place + _step(rest)
    moved_to = target if 0 <= target < len(chain.rules) else place
    return Chain(_moved(chain.rules, place, target)), Focus(moved_to)


_DEEDS: Mapping[str, Callable[[Chain, Focus, str, Typed], tuple[Chain, Focus]]] = {
    "keep": _keep,
    "done": _done,
    "add_member": _add_member,
    "remove_member": _remove_member,
    "add_group": _add_group,
    "remove_group": _remove_group,
    "add_stage": _add_stage,
    "remove_stage": _remove_stage,
    "move_stage": _move_stage,
    "add_rule": _add_rule,
    "remove_rule": _remove_rule,
    "move_rule": _move_rule,
}


def _with_group(chain: Chain, focus: Focus, place: int, group: Group) -> Chain:
    stage = _stage_at(chain, focus)
    groups = tuple(group if number == place else one for number, one in enumerate(stage.groups))
    return _with_stage(chain, focus, replace(stage, groups=groups))


def _with_stage(chain: Chain, focus: Focus, stage: Stage) -> Chain:
    return chain.with_stage(focus.rule or 0, focus.stage or 0, stage)


def _rule_at(chain: Chain, focus: Focus) -> Rule:
    if focus.rule is None or focus.rule < 0:
        raise _unknown()
    return chain.rules[focus.rule]


def _stage_at(chain: Chain, focus: Focus) -> Stage:
    if focus.stage is None or focus.stage < 0:
        raise _unknown()
    return _rule_at(chain, focus).stages[focus.stage]


def _without(items: tuple[T, ...], place: int) -> tuple[T, ...]:
    return tuple(one for number, one in enumerate(items) if number != place)


def _moved(items: tuple[T, ...], place: int, target: int) -> tuple[T, ...]:
    """Return the items with two neighbours swapped; beyond the ends nothing moves."""
    if not 0 <= target < len(items):
        return items
    found = list(items)
    found[place], found[target] = found[target], found[place]
    return tuple(found)


def _step(rest: str) -> int:
    return {"up": -1, "down": 1}.get(rest, 0)


def _first(typed: Typed, key: str, default: str = "") -> str:
    found = typed.get(key) or ()
    return found[-1] if found else default


def _text(typed: Typed, key: str, present: str, longest: int) -> str:
    return _first(typed, key).strip()[:longest] if key in typed else present


def _one_of(words: type[Word], value: str, present: Word) -> Word:
    return words(value) if value in set(words) else present


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 6


def _unknown() -> DeedUnknown:
    sentence = _("The chain changed meanwhile, or this cannot be done to it. Look at it again.")
    return DeedUnknown(sentence, [Problem("", "deed", sentence)])
