"""A chain as cards: what each stage says, and the one that is open as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.accounts.people import people
from app.accounts.roles import Role
from app.admin.chains.editing import Focus, due_parts
from app.approvals.chain import Chain, Group, Joint, Member, MemberKind, Mode, OnNo, Quorum, Stage
from app.approvals.fields import KnownNames, known_names
from app.approvals.words import condition_word, due_word, member_word, names_in, stage_sentence
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.web.fields import Option
from app.workflow.policies import DEFAULT, policy_keys


@dataclass(frozen=True, slots=True)
class MemberChip:
    """A member as a card shows it; `initials` are empty for anything but a person by name."""

    key: str
    label: str
    initials: str = ""


@dataclass(frozen=True, slots=True)
class GroupForm:
    """A group of the stage that is open."""

    place: int
    name: str
    joint: str
    quorum: str
    number: int
    members: tuple[MemberChip, ...]


@dataclass(frozen=True, slots=True)
class StageForm:
    """The stage that is open, as its fields. Shape: `due_unit` is empty for a span only a text can say."""

    name: str
    only_if: str
    mode: str
    has_veto: bool
    on_no: str
    due_number: str
    due_unit: str
    policy: str
    lets_deputies_act: bool
    is_independent: bool
    groups: tuple[GroupForm, ...]


@dataclass(frozen=True, slots=True)
class StageCard:
    """A stage as its card says it."""

    place: int
    number: int
    name: str
    condition: str
    sentence: str
    members: tuple[MemberChip, ...]
    due: str
    policy: str
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    edit_url: str = ""
    form: StageForm | None = None


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule with its stages. Shape: `condition` is FEEL, `words` the same as people read it."""

    place: int
    name: str
    condition: str
    words: str
    stages: tuple[StageCard, ...]
    is_open: bool
    is_last: bool
    problems: tuple[Problem, ...]
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a stage offers."""

    members: tuple[tuple[str, tuple[Option, ...]], ...]
    policies: tuple[Option, ...]
    quorums: tuple[Option, ...]
    modes: tuple[Option, ...]
    on_no: tuple[Option, ...]
    joints: tuple[Option, ...]
    fields: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """How a chain is shown: what is open, what is wrong, and the address that opens something."""

    focus: Focus = field(default_factory=Focus)
    problems: Sequence[Problem] = ()
    door: Callable[[Focus], str] | None = None

    def url(self, focus: Focus) -> str:
        """Return the address that opens a stage or a rule."""
        return self.door(focus) if self.door else ""


def rule_cards(session: Session, chain: Chain, view: View) -> tuple[RuleCard, ...]:
    """Return the rules with their stages; the one in focus is open."""
    names = names_in(session, chain)
    return tuple(_rule(place, chain, view, names) for place in range(len(chain.rules)))


def choices_of(session: Session, record_kind: str) -> Choices:
    """Return what a stage of this kind of record may name."""
    names = known_names(session, record_kind)
    return Choices(
        members=_member_choices(session, names),
        policies=tuple(
            Option(key, _("Usual") if key == DEFAULT else key) for key in sorted(policy_keys(session))
        ),
        quorums=(
            Option(Quorum.ALL.value, _("Everyone")),
            Option(Quorum.ANY.value, _("Anyone")),
            Option(Quorum.COUNT.value, _("At least")),
            Option(Quorum.PERCENT.value, _("Percent")),
        ),
        modes=(
            Option(Mode.PARALLEL.value, _("All at once")),
            Option(Mode.SEQUENTIAL.value, _("One after the other")),
        ),
        on_no=(
            Option(OnNo.AUTHOR.value, _("Back to the author")),
            Option(OnNo.PREVIOUS.value, _("Back to the stage before")),
            Option(OnNo.END.value, _("Refused for good")),
        ),
        joints=(Option(Joint.AND.value, _("and")), Option(Joint.OR.value, _("or"))),
        fields=tuple(f"record.{name}" for name in names.record),
        settings=tuple(f"settings.{name}" for name in sorted(names.settings)),
    )


def _rule(place: int, chain: Chain, view: View, names: Mapping[int, str]) -> RuleCard:
    rule, where = chain.rules[place], f"rules.{place}"
    inside = [one for one in view.problems if one.where.startswith(f"{where}.stages.")]
    own = [one for one in view.problems if f"{one.where}.".startswith(f"{where}.") and one not in inside]
    return RuleCard(
        place=place,
        name=rule.name,
        condition=rule.condition,
        words=condition_word(rule.condition),
        stages=tuple(
            _stage(Focus(place, number), stage, view, names) for number, stage in enumerate(rule.stages)
        ),
        is_open=view.focus == Focus(place),
        is_last=place == len(chain.rules) - 1,
        problems=tuple(own),
        edit_url=view.url(Focus(place)),
    )


def _stage(focus: Focus, stage: Stage, view: View, names: Mapping[int, str]) -> StageCard:
    place, where = focus.stage or 0, f"rules.{focus.rule}.stages.{focus.stage}."
    notes = []
    if not stage.lets_deputies_act:
        notes.append(_("Deputies may not act"))
    if stage.is_independent:
        notes.append(_("Other people than in the stage before"))
    return StageCard(
        place=place,
        number=place + 1,
        name=stage.name,
        condition=condition_word(stage.only_if),
        sentence=stage_sentence(stage, names),
        members=tuple(_chip(one, names) for one in dict.fromkeys(stage.members)),
        due=due_word(stage.due),
        policy="" if stage.policy == DEFAULT else stage.policy,
        notes=tuple(notes),
        problems=tuple(one for one in view.problems if f"{one.where}.".startswith(where)),
        edit_url=view.url(focus),
        form=_form(stage, names) if view.focus == focus else None,
    )


def _form(stage: Stage, names: Mapping[int, str]) -> StageForm:
    number, unit = due_parts(stage.due)
    return StageForm(
        name=stage.name,
        only_if=stage.only_if,
        mode=stage.mode.value,
        has_veto=stage.has_veto,
        on_no=stage.on_no.value,
        due_number=number,
        due_unit=unit,
        policy=stage.policy,
        lets_deputies_act=stage.lets_deputies_act,
        is_independent=stage.is_independent,
        groups=tuple(_group(place, group, names) for place, group in enumerate(stage.groups)),
    )


def _group(place: int, group: Group, names: Mapping[int, str]) -> GroupForm:
    return GroupForm(
        place=place,
        name=group.name,
        joint=group.joint.value,
        quorum=group.quorum.value,
        number=group.number,
        members=tuple(_chip(one, names) for one in group.members),
    )


def _chip(member: Member, names: Mapping[int, str]) -> MemberChip:
    label = member_word(member, names)
    return MemberChip(member.key, label, initials_of(label) if member.kind is MemberKind.PERSON else "")


def _member_choices(session: Session, names: KnownNames) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    roles = [Member(MemberKind.ROLE, role.value) for role in Role]
    by_record = [Member(MemberKind.NAMED, name) for name in names.people]
    by_record += [Member(MemberKind.MANAGER, name) for name in names.people]
    by_record += [Member(MemberKind.ROLE_NAMED, name) for name in names.words if name.endswith("role")]
    everybody = people(session)
    named = {one.id: one.details.name for one in everybody}
    persons = [Member(MemberKind.PERSON, str(one.id)) for one in everybody]
    return (
        (_("Roles at the site of the record"), _options(roles, named)),
        (_("Named by the record"), _options(by_record, named)),
        (_("People"), _options(persons, named)),
    )


def _options(members: Sequence[Member], names: Mapping[int, str]) -> tuple[Option, ...]:
    return tuple(Option(one.key, member_word(one, names)) for one in members)
