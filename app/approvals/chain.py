"""What an approval chain says, as values: rules, stages, groups, members. Pure; storage keeps it as JSON.

A chain has ordered rules. The first whose condition holds names the stages; the last one has no condition.
Stages follow one another. A stage asks groups: those joined by `and` are all needed, `or` begins another way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Quorum(StrEnum):
    """How many of a group must say yes."""

    ALL = "all"
    ANY = "any"
    COUNT = "count"
    PERCENT = "percent"


class MemberKind(StrEnum):
    """How a member is found: by name, by role at the record's site, or by what the record says."""

    PERSON = "person"
    ROLE = "role"
    NAMED = "named"
    MANAGER = "manager"
    ROLE_NAMED = "role_named"


class Mode(StrEnum):
    """Whether the people of a stage are asked at once, or one after the other in the order written."""

    PARALLEL = "parallel"
    SEQUENTIAL = "sequential"


class OnNo(StrEnum):
    """Where a no leads: back to the author, to the stage before, or to the end for good."""

    AUTHOR = "author"
    PREVIOUS = "previous"
    END = "end"


class Joint(StrEnum):
    """How a group is joined to the one before it."""

    AND = "and"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Member:
    """Who is asked.

    Shape: `value` is a person's id as digits, a role key, or the field of the record that names the person
    (`named`), the person whose manager is meant (`manager`) or the role (`role_named`).
    """

    kind: MemberKind
    value: str

    @property
    def key(self) -> str:
        """The member as one word, as forms send it."""
        return f"{self.kind}:{self.value}"

    @classmethod
    def parse(cls, key: str) -> Member | None:
        """Read the word of a form, None when it is none."""
        kind, _colon, value = key.partition(":")
        if kind not in set(MemberKind) or not value:
            return None
        return cls(MemberKind(kind), value)


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom so many must say yes; `number` counts heads or, of a percent quorum, the percentage."""

    members: tuple[Member, ...] = ()
    quorum: Quorum = Quorum.ANY
    number: int = 1
    name: str = ""
    joint: Joint = Joint.AND


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of an approval.

    Shape: `only_if` is FEEL on the record, empty for always; `due` is working time such as P3D; `policy` the
    key of the task policy that reminds and escalates; with `is_independent` nobody who voted in the stage
    before votes here.
    """

    name: str
    groups: tuple[Group, ...] = (Group(),)
    only_if: str = ""
    mode: Mode = Mode.PARALLEL
    has_veto: bool = True
    on_no: OnNo = OnNo.AUTHOR
    due: str = "P5D"
    policy: str = "default"
    lets_deputies_act: bool = True
    is_independent: bool = False

    @property
    def members(self) -> tuple[Member, ...]:
        """All members of all groups, in the order written."""
        return tuple(member for group in self.groups for member in group.members)


@dataclass(frozen=True, slots=True)
class Rule:
    """When these stages apply; without a condition, always."""

    name: str
    condition: str = ""
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The content of one chain version."""

    rules: tuple[Rule, ...] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """Return the chain as plain values, in a stable order."""
        return {"rules": [_rule_json(rule) for rule in self.rules]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Chain:
        """Read what `to_json` wrote."""
        return cls(tuple(_rule(each) for each in value.get("rules", ())))

    @property
    def sha256(self) -> str:
        """The digest of the content."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def members(self) -> tuple[Member, ...]:
        """All members of all stages, each once, in the order written."""
        return tuple(
            dict.fromkeys(one for rule in self.rules for stage in rule.stages for one in stage.members)
        )

    def with_rule(self, place: int, rule: Rule) -> Chain:
        """Return the chain with another rule at a place."""
        return Chain(tuple(rule if number == place else one for number, one in enumerate(self.rules)))

    def with_stage(self, rule: int, place: int, stage: Stage) -> Chain:
        """Return the chain with another stage at a place of a rule."""
        found = self.rules[rule]
        stages = tuple(stage if number == place else one for number, one in enumerate(found.stages))
        return self.with_rule(rule, replace(found, stages=stages))

    def with_member_replaced(self, old: Member, new: Member | None) -> Chain:
        """Return the chain with another member wherever one stands, or without it; once in each group."""
        return Chain(
            tuple(
                replace(
                    rule,
                    stages=tuple(
                        replace(stage, groups=tuple(_exchanged(group, old, new) for group in stage.groups))
                        for stage in rule.stages
                    ),
                )
                for rule in self.rules
            )
        )


def _exchanged(group: Group, old: Member, new: Member | None) -> Group:
    members = [new if one == old else one for one in group.members]
    return replace(group, members=tuple(dict.fromkeys(one for one in members if one is not None)))


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "condition": rule.condition,
        "stages": [_stage_json(stage) for stage in rule.stages],
    }


def _stage_json(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "only_if": stage.only_if,
        "mode": stage.mode.value,
        "has_veto": stage.has_veto,
        "on_no": stage.on_no.value,
        "due": stage.due,
        "policy": stage.policy,
        "lets_deputies_act": stage.lets_deputies_act,
        "is_independent": stage.is_independent,
        "groups": [
            {
                "name": group.name,
                "joint": group.joint.value,
                "quorum": group.quorum.value,
                "number": group.number,
                "members": [member.key for member in group.members],
            }
            for group in stage.groups
        ],
    }


def _rule(value: Mapping[str, Any]) -> Rule:
    return Rule(value["name"], value["condition"], tuple(_stage(each) for each in value["stages"]))


def _stage(value: Mapping[str, Any]) -> Stage:
    return Stage(
        name=value["name"],
        groups=tuple(_group(each) for each in value["groups"]),
        only_if=value["only_if"],
        mode=Mode(value["mode"]),
        has_veto=value["has_veto"],
        on_no=OnNo(value["on_no"]),
        due=value["due"],
        policy=value["policy"],
        lets_deputies_act=value["lets_deputies_act"],
        is_independent=value["is_independent"],
    )


def _group(value: Mapping[str, Any]) -> Group:
    return Group(
        members=_members(value["members"]),
        quorum=Quorum(value["quorum"]),
        number=value["number"],
        name=value["name"],
        joint=Joint(value["joint"]),
    )


def _members(keys: Sequence[str]) -> tuple[Member, ...]:
    return tuple(member for key in keys if (member := Member.parse(key)) is not None)
