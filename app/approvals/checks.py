"""The gate of a chain: everything that would keep it from saying who approves, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.roles import Role
from app.approvals.chain import Chain, Group, Member, MemberKind, OnNo, Quorum, Rule, Stage
from app.approvals.fields import KnownNames, known_names
from app.decisions.feel import Expression, FeelSyntaxError, compile_expression
from app.foundation.durations import Duration
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.workflow.policies import policy_keys

ROOTS = frozenset({"record", "settings"})
MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a chain may name: fields, settings, task policies, and the names of active people by id."""

    names: KnownNames
    policies: frozenset[str]
    people: frozenset[int]


def check_chain(session: Session, record_kind: str, chain: Chain) -> list[Problem]:
    """Return every problem of a chain, none when it may be put in force.

    Shape: `where` is a path such as `rules.0.stages.1.only_if`.
    """
    around = Surroundings(
        names=known_names(session, record_kind),
        policies=policy_keys(session),
        people=_active(session, chain),
    )
    return [
        *_rules(chain),
        *(problem for place, rule in _numbered(chain) for problem in _rule(place, rule, around)),
    ]


def check_condition(where: str, text: str, names: KnownNames) -> Iterator[Problem]:
    """Yield what is wrong with a condition: its grammar, its names, or that it decides nothing."""
    try:
        expression = _compiled(text)
    except FeelSyntaxError as error:
        yield Problem(
            where,
            "condition.syntax",
            _("The condition cannot be read: %(why)s", why=error.sentence),
            _("Write it in FEEL, for example: record.severity >= 4"),
        )
        return
    for name in sorted(_unknown(expression, names)):
        yield Problem(
            where,
            "condition.name",
            _("The condition asks for “%(name)s”, which does not exist.", name=name),
            _("Use record.<field> or settings.<setting>."),
        )
    if not expression.names:
        yield Problem(
            where,
            "condition.constant",
            _("The condition asks nothing of the record."),
            _("Leave it empty if it always holds."),
        )


def _rules(chain: Chain) -> Iterator[Problem]:
    if not chain.rules:
        yield Problem("rules", "rules.none", _("The chain has no rule."), _("Add one without a condition."))
        return
    if chain.rules[-1].condition.strip():
        yield Problem(
            f"rules.{len(chain.rules) - 1}.condition",
            "rules.otherwise",
            _("The last rule has a condition, so some records would find nobody."),
            _("Add a last rule without a condition."),
        )
    for place, rule in enumerate(chain.rules[:-1]):
        if not rule.condition.strip():
            yield Problem(
                f"rules.{place}.condition",
                "rules.unreachable",
                _("“%(rule)s” always applies, so the rules after it never do.", rule=rule.name),
                _("Give it a condition, or move it to the end."),
            )


def _numbered(chain: Chain) -> Iterator[tuple[str, Rule]]:
    for number, rule in enumerate(chain.rules):
        yield f"rules.{number}", rule


def _rule(where: str, rule: Rule, around: Surroundings) -> Iterator[Problem]:
    if not rule.name.strip():
        yield Problem(f"{where}.name", "required", _("The rule has no name."))
    if rule.condition.strip():
        yield from check_condition(f"{where}.condition", rule.condition, around.names)
    if not rule.stages:
        yield Problem(
            f"{where}.stages", "stages.none", _("“%(rule)s” has no stage.", rule=rule.name), _("Add one.")
        )
    elif all(stage.only_if.strip() for stage in rule.stages):
        yield Problem(
            f"{where}.stages",
            "stages.conditional",
            _("Every stage of “%(rule)s” has a condition, so nobody might be asked.", rule=rule.name),
            _("Let one stage apply always."),
        )
    for number, stage in enumerate(rule.stages):
        yield from _stage(f"{where}.stages.{number}", stage, around)
        if number == 0 and (stage.is_independent or stage.on_no is OnNo.PREVIOUS):
            yield Problem(
                f"{where}.stages.0",
                "stage.first",
                _("No stage comes before “%(stage)s”.", stage=stage.name),
                _("Send a no to the author, and let anybody approve."),
            )


def _stage(where: str, stage: Stage, around: Surroundings) -> Iterator[Problem]:
    if not stage.name.strip():
        yield Problem(f"{where}.name", "required", _("The stage has no name."))
    if stage.only_if.strip():
        yield from check_condition(f"{where}.only_if", stage.only_if, around.names)
    try:
        Duration.parse(stage.due)
    except Invalid as error:
        yield Problem(f"{where}.due", "duration", error.sentence)
    if stage.policy not in around.policies:
        yield Problem(
            f"{where}.policy",
            "policy",
            _("There is no reminder policy “%(key)s”.", key=stage.policy),
            _("Choose one of Admin, Reminders."),
        )
    if not stage.groups:
        yield Problem(f"{where}.groups", "groups.none", _("“%(stage)s” asks nobody.", stage=stage.name))
    for number, group in enumerate(stage.groups):
        yield from _group(f"{where}.groups.{number}", stage, group, around)


def _group(where: str, stage: Stage, group: Group, around: Surroundings) -> Iterator[Problem]:
    if not group.members:
        yield Problem(
            f"{where}.members",
            "members.none",
            _("A group of “%(stage)s” asks nobody.", stage=stage.name),
            _("Add a person or a role."),
        )
    if len(group.members) > MOST_PEOPLE:
        sentence = _("A group may name %(most)s members at most. Use a role.", most=MOST_PEOPLE)
        yield Problem(f"{where}.members", "members.many", sentence)
    by_name = all(one.kind is MemberKind.PERSON for one in group.members)
    if group.quorum is Quorum.COUNT and by_name and 0 < len(group.members) < group.number:
        yield Problem(
            f"{where}.number",
            "quorum.many",
            _(
                "“%(stage)s” needs %(number)s of %(count)s people.",
                stage=stage.name,
                number=group.number,
                count=len(group.members),
            ),
            _("Lower the number or add people."),
        )
    limit = 100 if group.quorum is Quorum.PERCENT else MOST_PEOPLE
    if group.quorum in {Quorum.COUNT, Quorum.PERCENT} and not 1 <= group.number <= limit:
        sentence = _("This needs a whole number from 1 to %(most)s.", most=limit)
        yield Problem(f"{where}.number", "quorum.number", sentence)
    for member in group.members:
        yield from _member(f"{where}.members", member, around)


def _member(where: str, member: Member, around: Surroundings) -> Iterator[Problem]:
    known: Mapping[MemberKind, bool] = {
        MemberKind.PERSON: member.value.isdecimal() and int(member.value) in around.people,
        MemberKind.ROLE: member.value in set(Role),
        MemberKind.NAMED: member.value in around.names.people,
        MemberKind.MANAGER: member.value in around.names.people,
        MemberKind.ROLE_NAMED: member.value in around.names.words,
    }
    if not known[member.kind]:
        sentences = {
            MemberKind.PERSON: _("A person of the chain cannot work with Keel any longer."),
            MemberKind.ROLE: _("There is no role “%(value)s”.", value=member.value),
        }
        other = _("The record has no field “%(value)s” that names somebody.", value=member.value)
        yield Problem(where, "member", sentences.get(member.kind, other), _("Take it out, or name another."))


def _unknown(expression: Expression, names: KnownNames) -> set[str]:
    unknown = set(expression.names - ROOTS)
    for root, *rest in expression.paths:
        known = names.record if root == "record" else names.settings
        if root in ROOTS and rest and rest[0] not in known:
            unknown.add(".".join((root, *rest)))
    return unknown


def _active(session: Session, chain: Chain) -> frozenset[int]:
    wanted = [
        int(one.value) for one in chain.members if one.kind is MemberKind.PERSON and one.value.isdecimal()
    ]
    if not wanted:
        return frozenset()
    return frozenset(session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.is_active)))


@lru_cache(maxsize=512)
def _compiled(text: str) -> Expression:
    return compile_expression(text)
