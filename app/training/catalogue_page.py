"""Prepares the lists of skills and training items, and the page of one item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.accounts.roles import Role, title_of
from app.foundation.dates import written_day
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.models import BusinessProcess, Site
from app.training.entries import EntryKey
from app.training.items import items, number_of, requests_of
from app.training.models import CompetenceRequirement, Skill, TrainingItem
from app.training.quizzes import quiz_of
from app.training.reading_models import QuizSubject
from app.training.words import kind_words, level_words
from app.web.addresses import address
from app.web.parts import Chip, Fact, Link


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """Who needs a skill, in words, with the door to change it."""

    role: str
    place: str
    level: str
    is_control: bool
    url: str


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill with who needs it and what teaches it."""

    name: str
    description: str
    url: str
    needed: tuple[RequirementRow, ...]
    taught: tuple[Link, ...]
    add_url: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A training item as the list shows it."""

    number: str
    name: str
    url: str
    kind: str
    teaches: str
    valid: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything the page of a training item draws."""

    id: int
    number: str
    name: str
    chips: tuple[Chip, ...]
    facts: tuple[Fact, ...]
    material: str
    file: Link | None
    questions: int
    edit_url: str
    questions_url: str
    readings: tuple[Link, ...]
    can_be_read: bool


def entry_url(key: EntryKey, entry_id: int) -> str:
    """Return the address of the form of a row."""
    return address("entries.change_page", entry_key=key.value, entry_id=entry_id)


def skill_rows(session: Session) -> list[SkillRow]:
    """Return the skills in use by name, each with who needs it and what teaches it."""
    skills = session.scalars(select(Skill).where(Skill.is_active).order_by(Skill.name, Skill.id)).all()
    sites, processes = _names(session, Site), _names(session, BusinessProcess)
    needed: dict[int, list[RequirementRow]] = {}
    rows = session.scalars(
        select(CompetenceRequirement)
        .where(CompetenceRequirement.is_active)
        .order_by(CompetenceRequirement.role, CompetenceRequirement.id)
    )
    for row in rows:
        needed.setdefault(row.skill_id, []).append(_requirement(row, sites, processes))
    taught: dict[int, list[Link]] = {}
    for item in items(session):
        if item.skill_id is not None:
            label = f"{item.name} ({item.level})"
            taught.setdefault(item.skill_id, []).append(Link(label, item_url(item.id)))
    return [
        SkillRow(
            name=skill.name,
            description=skill.description,
            url=entry_url(EntryKey.SKILL, skill.id),
            needed=tuple(needed.get(skill.id, ())),
            taught=tuple(taught.get(skill.id, ())),
            add_url=address("entries.add_page", entry_key=EntryKey.REQUIREMENT.value, skill=skill.id),
        )
        for skill in skills
    ]


def item_rows(session: Session, *, with_gone: bool) -> list[ItemRow]:
    """Return the training items as the list shows them."""
    skills = _skills(session)
    return [
        ItemRow(
            number=number_of(item.id),
            name=item.name,
            url=item_url(item.id),
            kind=kind_words().get(item.kind, item.kind),
            teaches=_teaches(item, skills),
            valid=_validity(item),
            is_active=item.is_active,
        )
        for item in items(session, with_gone=with_gone)
    ]


def item_page(session: Session, item: TrainingItem) -> ItemPage:
    """Return the page of one training item."""
    quiz = quiz_of(session, QuizSubject.ITEM, str(item.id))
    stored = session.get(StoredFile, item.file_id) if item.file_id else None
    chips = [Chip(kind_words().get(item.kind, item.kind), "line")]
    if not item.is_active:
        chips.append(Chip(_("Out of use"), "warn"))
    return ItemPage(
        id=item.id,
        number=number_of(item.id),
        name=item.name,
        chips=tuple(chips),
        facts=_facts(session, item),
        material=item.material,
        file=Link(stored.name, address("training_items.file", item_id=item.id)) if stored else None,
        questions=len(quiz.questions) if quiz else 0,
        edit_url=entry_url(EntryKey.ITEM, item.id),
        questions_url=address("quizzes.of_item", item_id=item.id),
        readings=tuple(
            Link(written_day(one.requested_at), address("acknowledgements.audience", request_id=one.id))
            for one in requests_of(session, item.id)
        ),
        can_be_read=item.is_active and bool(item.material.strip() or stored),
    )


def item_url(item_id: int) -> str:
    """Return the address of an item's page."""
    return address("training_items.page", item_id=item_id)


def count_skills(session: Session) -> int:
    """Return how many skills are in use."""
    return session.scalar(select(func.count()).select_from(Skill).where(Skill.is_active)) or 0


def _requirement(
    row: CompetenceRequirement, sites: Mapping[int, str], processes: Mapping[int, str]
) -> RequirementRow:
    places = [sites.get(row.site_id or 0, ""), processes.get(row.process_id or 0, "")]
    return RequirementRow(
        role=title_of(Role(row.role)),
        place=", ".join(place for place in places if place) or _("everywhere"),
        level=f"{row.level} {level_words()[row.level]}",
        is_control=row.is_control,
        url=entry_url(EntryKey.REQUIREMENT, row.id),
    )


def _facts(session: Session, item: TrainingItem) -> tuple[Fact, ...]:
    trainer = names_of(session, [item.trainer_id]).get(item.trainer_id, "") if item.trainer_id else ""
    facts = [
        Fact(_("Teaches"), _teaches(item, _skills(session))),
        Fact(_("Valid"), _validity(item)),
        Fact(_("Trainer"), trainer or _("The trainers of the site")),
    ]
    if item.minutes:
        facts.append(Fact(_("Takes"), ngettext("%(num)s minute", "%(num)s minutes", item.minutes)))
    return tuple(facts)


def _teaches(item: TrainingItem, skills: Mapping[int, str]) -> str:
    if item.skill_id is None or item.level is None:
        return _("no skill of its own")
    facts = {"skill": skills.get(item.skill_id, ""), "level": item.level}
    return _("%(skill)s, level %(level)s", **facts)


def _validity(item: TrainingItem) -> str:
    if item.validity_months is None:
        return _("for good")
    return ngettext("%(num)s month", "%(num)s months", item.validity_months)


def _skills(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(Skill.id, Skill.name))}


def _names(session: Session, model: type[Site | BusinessProcess]) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(model.id, model.name))}
