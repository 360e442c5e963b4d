"""What the simulator answers, in words: stages with people and days, who is left out, away or missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.accounts.people import names_of
from app.approvals.chain import Joint, Member, MemberKind, Mode
from app.approvals.resolution import FilledGroup, LeftOut
from app.approvals.simulation import Deputy, Simulation, TriedStage, differs
from app.approvals.words import condition_word, member_word
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.web.dates import exact_in_words
from app.web.parts import Person
from app.web.reader import Reader

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Somebody who would be asked, and why it is them."""

    person: Person
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something an admin should know about a stage."""

    text: str
    icon: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage of the answer."""

    number: int
    name: str
    needed: str
    until: str
    people: tuple[AskedPerson, ...]
    more: int
    because: str
    notes: tuple[Note, ...]
    gap: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer of the simulator. Shape: with a `refusal` there is nothing else."""

    refusal: str
    rule: str = ""
    stages: tuple[ShownStage, ...] = ()
    skipped: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    ends: str = ""
    effort: str = ""
    against: str = ""


def shown(
    session: Session,
    tried: Simulation,
    reader: Reader,
    *,
    against: Simulation | None = None,
    against_number: int = 0,
) -> Shown:
    """Return what a trial says; `against` is the same trial on the version in force."""
    compared = _comparison(tried, against, against_number) if against is not None else ""
    if tried.resolution is None or tried.ends_at is None:
        return Shown(tried.refusal, against=compared)
    resolution = tried.resolution
    names = names_of(session, sorted(_everybody(tried)))
    stages = tuple(_stage(number, one, names, reader) for number, one in enumerate(tried.stages, 1))
    return Shown(
        refusal="",
        rule=resolution.rule.name if resolution.rule.condition else "",
        stages=stages,
        skipped=tuple(
            _(
                "“%(stage)s” is not asked. It is asked if %(condition)s.",
                stage=resolution.rule.stages[place].name,
                condition=condition_word(resolution.rule.stages[place].only_if),
            )
            for place in resolution.skipped
        ),
        gaps=tuple(one for one in tried.gaps if one not in {stage.gap for stage in stages}),
        ends=_day(tried.ends_at, reader),
        effort=_effort(tried),
        against=compared,
    )


def _stage(number: int, one: TriedStage, names: Mapping[int, str], reader: Reader) -> ShownStage:
    stage = one.filled.stage
    found = {
        asked.person_id: AskedPerson(_person(names, asked.person_id), _why(asked.why))
        for group in one.filled.groups
        for asked in group.people
    }
    people = list(found.values())
    notes = [*_left_out(one.filled.groups, names), *_away(one.away, names, reader)]
    if stage.mode is Mode.SEQUENTIAL:
        notes.append(Note(_("They are asked one after the other."), icon="arrows-sort"))
    return ShownStage(
        number=number,
        name=stage.name,
        needed=" ".join(_needed(group, place) for place, group in enumerate(one.filled.groups)),
        until=_day(one.due_at, reader),
        people=tuple(people[:MOST_SHOWN]),
        more=max(len(people) - MOST_SHOWN, 0),
        because=_("Because %(condition)s", condition=condition_word(stage.only_if)) if stage.only_if else "",
        notes=tuple(notes),
        gap=one.gap,
    )


def _needed(group: FilledGroup, place: int) -> str:
    count = _("%(needed)s of %(count)s", needed=group.needed, count=len(group.people))
    text = f"{group.group.name} {count}".strip()
    if place == 0:
        return text
    return f"{_('or') if group.group.joint is Joint.OR else _('and')} {text}"


def _left_out(groups: Iterable[FilledGroup], names: Mapping[int, str]) -> list[Note]:
    found: dict[tuple[int, str], Note] = {}
    for group in groups:
        for one in group.left_out:
            found[one.person_id, one.because] = _left_out_word(one, names)
    return list(found.values())


def _left_out_word(one: LeftOut, names: Mapping[int, str]) -> Note:
    name = names.get(one.person_id, "")
    if one.because == "author":
        return Note(_("%(name)s wrote it, so they do not approve it.", name=name), icon="user-off")
    if one.because == "voted_before":
        return Note(_("%(name)s decided in the stage before.", name=name), icon="user-off")
    return Note(_("%(name)s counts once, in another group.", name=name), icon="users")


def _away(away: Iterable[Deputy], names: Mapping[int, str], reader: Reader) -> list[Note]:
    found = []
    for one in away:
        name, until = names.get(one.person_id, ""), exact_in_words(one.until, reader=reader)
        head = _("%(name)s is away until %(day)s:", name=name, day=until)
        if one.substitute_id is None:
            tail = _("nobody may act for them.")
        elif one.is_asked:
            tail = _("%(other)s stands in, but votes already.", other=names.get(one.substitute_id, ""))
        else:
            tail = _("%(other)s acts for them.", other=names.get(one.substitute_id, ""))
        found.append(Note(f"{head} {tail}", icon="plane"))
    return found


def _why(key: str) -> str:
    member = Member.parse(key)
    if member is None or member.kind is MemberKind.PERSON:
        return ""
    return member_word(member, {})


def _effort(tried: Simulation) -> str:
    days = ngettext("%(num)s working day", "%(num)s working days", tried.working_days)
    votes = ngettext("%(num)s signature", "%(num)s signatures", tried.votes)
    return f"{days}, {votes}"


def _comparison(tried: Simulation, against: Simulation, number: int) -> str:
    if not differs(tried, against):
        return _("The same as in version %(number)s, which is in force.", number=number)
    if tried.refusal or against.refusal:
        return _("Version %(number)s, which is in force, answers otherwise.", number=number)
    parts = [
        text
        for text in (
            _more(tried.votes - against.votes, "signature"),
            _more(tried.working_days - against.working_days, "day"),
        )
        if text
    ]
    if not parts:
        parts = [_("other people or stages")]
    return _("Against version %(number)s: %(what)s.", number=number, what=", ".join(parts))


def _more(count: int, what: str) -> str:
    if count == 0:
        return ""
    if what == "signature":
        if count > 0:
            return ngettext("%(num)s signature more", "%(num)s signatures more", count)
        return ngettext("%(num)s signature less", "%(num)s signatures less", -count)
    if count > 0:
        return ngettext("%(num)s working day longer", "%(num)s working days longer", count)
    return ngettext("%(num)s working day shorter", "%(num)s working days shorter", -count)


def _everybody(tried: Simulation) -> set[int]:
    found: set[int] = set()
    for stage in tried.stages:
        found |= set(stage.filled.people)
        found |= {one.person_id for group in stage.filled.groups for one in group.left_out}
        found |= {one.substitute_id for one in stage.away if one.substitute_id is not None}
    return found


def _person(names: Mapping[int, str], person_id: int) -> Person:
    name = names.get(person_id, "")
    return Person(name, initials_of(name))


def _day(moment: datetime, reader: Reader) -> str:
    return exact_in_words(moment.astimezone(reader.zone_info).date(), reader=reader)
