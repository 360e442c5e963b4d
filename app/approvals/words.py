"""How a chain reads: members, quorums, stages and conditions as people say them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.accounts.roles import Role, title_of
from app.approvals.chain import Chain, Group, Joint, Member, MemberKind, Mode, OnNo, Quorum, Stage
from app.approvals.fields import field_word
from app.foundation.durations import Duration
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext

SHORT_GROUP = 3
_SIGNS = re.compile(r'"[^"]*"|>=|<=|!=|=|>|<|\b(?:record|settings)\.[a-z0-9_]+|[^"<>=!]')


def names_in(session: Session, *chains: Chain) -> Mapping[int, str]:
    """Return the names of the people whom chains name, by id."""
    ids = {
        int(one.value)
        for chain in chains
        for one in chain.members
        if one.kind is MemberKind.PERSON and one.value.isdecimal()
    }
    return names_of(session, sorted(ids))


def member_word(member: Member, names: Mapping[int, str]) -> str:
    """Return a member in words."""
    value = member.value
    if member.kind is MemberKind.PERSON:
        return names.get(int(value) if value.isdecimal() else 0) or _("Somebody unknown")
    if member.kind is MemberKind.ROLE:
        return _role_word(value)
    if member.kind is MemberKind.MANAGER:
        return _("Manager of: %(person)s", person=field_word(value))
    if member.kind is MemberKind.ROLE_NAMED:
        return _("Role in the record: %(field)s", field=field_word(value))
    return _("Person in the record: %(field)s", field=field_word(value))


def _role_word(value: str) -> str:
    if value not in set(Role):
        return value
    if value == Role.PROCESS_OWNER:
        return _("Owner of the process in the record")
    return _("%(role)s at the site", role=title_of(Role(value)))


def quorum_word(group: Group) -> str:
    """Return how many of a group must say yes, in words."""
    return {
        Quorum.ALL: _("everyone"),
        Quorum.ANY: _("anyone"),
        Quorum.COUNT: _("at least %(number)s", number=group.number),
        Quorum.PERCENT: _("at least %(number)s %%", number=group.number),
    }[group.quorum]


def stage_sentence(stage: Stage, names: Mapping[int, str]) -> str:
    """Return how a stage is decided: who must say yes, in which order, and where a no leads."""
    parts = []
    for place, group in enumerate(stage.groups):
        title = group.name or _title_of_group(group, names, is_alone=len(stage.groups) == 1)
        word = f"{title}: {quorum_word(group)}" if title else quorum_word(group)
        joint = _("or") if group.joint is Joint.OR else _("and")
        parts.append(word if place == 0 else f"{joint} {word}")
    needed = " ".join(parts)
    order = _("one after the other") if stage.mode is Mode.SEQUENTIAL else ""
    head = ", ".join(part for part in (needed, order) if part)
    return f"{head[:1].upper()}{head[1:]}. {no_sentence(stage)}"


def _title_of_group(group: Group, names: Mapping[int, str], *, is_alone: bool) -> str:
    """Return the members of a group that has no name; nothing for the only one, whose card shows them."""
    if is_alone or len(group.members) > SHORT_GROUP:
        return ""
    return ", ".join(member_word(one, names) for one in group.members)


def no_sentence(stage: Stage) -> str:
    """Return what a no does in a stage."""
    where = {
        OnNo.AUTHOR: _("back to the author"),
        OnNo.PREVIOUS: _("back to the stage before"),
        OnNo.END: _("to the end for good"),
    }[stage.on_no]
    if stage.has_veto:
        return _("One no sends it %(where)s.", where=where)
    return _("It goes %(where)s when too many say no.", where=where)


def due_word(text: str) -> str:
    """Return a span of working time in words."""
    try:
        span = Duration.parse(text)
    except Invalid:
        return text
    if span.days and not span.months and not span.seconds:
        return ngettext("%(num)s working day", "%(num)s working days", span.days)
    if span.seconds and not span.months and not span.days and span.seconds % 3600 == 0:
        return ngettext("%(num)s working hour", "%(num)s working hours", span.seconds // 3600)
    return str(span)


def condition_word(text: str) -> str:
    """Return a condition as people read it; what stands in quotes stays as it is."""
    signs = {
        ">=": _("is at least"),
        "<=": _("is at most"),
        "!=": _("is not"),
        "=": _("is"),
        ">": _("is over"),
        "<": _("is under"),
    }
    found = []
    for part in _SIGNS.findall(text):
        if part in signs:
            found.append(f" {signs[part]} ")
        elif part.startswith(("record.", "settings.")):
            found.append(_(part.partition(".")[2].removesuffix("_id").replace("_", " ")))
        else:
            found.append(part.strip('"') if part.startswith('"') else part)
    return " ".join("".join(found).split())
