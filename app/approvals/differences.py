"""What changed between two versions of a chain, in sentences an admin can judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.approvals.chain import Chain, Group, Member, Mode, Rule, Stage
from app.approvals.words import condition_word, due_word, member_word, no_sentence, quorum_word
from app.foundation.i18n import gettext as _


def differences(before: Chain, after: Chain, names: Mapping[int, str]) -> list[str]:
    """Return what changed, rule by rule and stage by stage; nothing when nothing did.

    Shape: rules and stages are told apart by name; one that was renamed counts as gone and added.
    """
    found = list(_order(_("rules"), [one.name for one in before.rules], [one.name for one in after.rules]))
    former = {one.name: one for one in before.rules}
    is_one = len(before.rules) == len(after.rules) == 1
    for rule in after.rules:
        if rule.name in former:
            found += _rule(former[rule.name], rule, names, where="" if is_one else rule.name)
    return found


def _order(what: str, before: Sequence[str], after: Sequence[str], where: str = "") -> Iterator[str]:
    place = f"{where}: " if where else ""
    for name in after:
        if name not in before:
            yield place + _("“%(name)s” was added.", name=name)
    for name in before:
        if name not in after:
            yield place + _("“%(name)s” was taken out.", name=name)
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield place + _("The %(what)s stand in another order.", what=what)


def _rule(before: Rule, after: Rule, names: Mapping[int, str], *, where: str) -> Iterator[str]:
    if before.condition != after.condition:
        yield f"{after.name}: " + _changed(
            _("condition"), _condition(before.condition), _condition(after.condition)
        )
    yield from _order(
        _("stages"), [one.name for one in before.stages], [one.name for one in after.stages], where
    )
    former = {one.name: one for one in before.stages}
    for stage in after.stages:
        if stage.name in former:
            for sentence in _stage(former[stage.name], stage, names):
                yield ", ".join(part for part in (where, stage.name) if part) + f": {sentence}"


def _stage(before: Stage, after: Stage, names: Mapping[int, str]) -> Iterator[str]:
    if before.only_if != after.only_if:
        yield _changed(_("condition"), _condition(before.only_if), _condition(after.only_if))
    if before.mode is not after.mode:
        yield (
            _("People are asked one after the other.")
            if after.mode is Mode.SEQUENTIAL
            else _("People are asked at once.")
        )
    if (before.has_veto, before.on_no) != (after.has_veto, after.on_no):
        yield no_sentence(after)
    if before.due != after.due:
        yield _changed(_("time"), due_word(before.due), due_word(after.due))
    if before.policy != after.policy:
        yield _changed(_("reminders"), before.policy, after.policy)
    if before.lets_deputies_act != after.lets_deputies_act:
        yield _("Deputies may act.") if after.lets_deputies_act else _("Deputies may not act.")
    if before.is_independent != after.is_independent:
        yield (
            _("Other people than in the stage before decide.")
            if after.is_independent
            else _("The same people may decide as in the stage before.")
        )
    yield from _groups(before.groups, after.groups, names)


def _groups(before: Sequence[Group], after: Sequence[Group], names: Mapping[int, str]) -> Iterator[str]:
    if len(before) != len(after):
        yield _changed(_("groups"), str(len(before)), str(len(after)))
    if [one.joint for one in before[1:]] != [one.joint for one in after[1:]]:
        yield _("The groups are joined in another way.")
    for one, other in zip(before, after, strict=False):
        if (one.quorum, one.number) != (other.quorum, other.number):
            yield _changed(_("yes needed"), quorum_word(one), quorum_word(other))
    gone, fresh = _members(before), _members(after)
    for member in fresh:
        if member not in gone:
            yield _("%(member)s is asked.", member=member_word(member, names))
    for member in gone:
        if member not in fresh:
            yield _("%(member)s is not asked any longer.", member=member_word(member, names))


def _members(groups: Sequence[Group]) -> list[Member]:
    return list(dict.fromkeys(member for group in groups for member in group.members))


def _condition(text: str) -> str:
    return condition_word(text) if text.strip() else _("always")


def _changed(what: str, before: str, after: str) -> str:
    return _("%(what)s from “%(before)s” to “%(after)s”.", what=what, before=before, after=after)
