"""What people of Norrland Pumps can do, who lacks proof, and a reading that goes round the floor."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from app.accounts.passwords import Passwords
from app.accounts.roles import Role
from app.accounts.signing_pins import set_pin
from app.demo.agenda import Story
from app.demo.stage import Stage
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.training.competence import QualificationOrder, qualify
from app.training.confirming import Given, confirm
from app.training.entries import LISTS, EntryKey
from app.training.items import AudienceOrder, ask_readers
from app.training.maintain import add_entry
from app.training.models import Skill
from app.training.quizzes import Answered, QuizOrder, keep_quiz
from app.training.reading_models import Acknowledgement, AcknowledgementRequest, QuizSubject
from app.training.talks import TalkOrder, Typed, add_listeners, record_talk
from app.training.talks import confirm as confirm_talk
from app.workflow.acts import perform

MANAGER = "ingrid.lund"
BEGAN = 700  # days before the present
LAPPING, TORQUE, CAUSES = "Lapping of seal faces", "Use of the torque wrench", "Finding causes"
# Skill, role, site, process, level; who works there without proof is a gap.
_NEEDS = (
    (LAPPING, Role.REPORTER, "GDA", "SEA", 3),
    (TORQUE, Role.REPORTER, "UME", "ASM", 2),
    (CAUSES, Role.CAPA_OWNER, "", "", 3),
)
# Who, skill, level, what proves it, valid how many days beyond the present (none: for good).
_PROOFS = (
    ("piotr.maj", LAPPING, 3, "Two weeks at machine L-07, test piece 12.", 25),
    ("lars.ek", CAUSES, 4, "Course of the trade association, 2024.", None),
    ("tomasz.wilk", CAUSES, 2, "Took part in three CAPAs.", None),
    ("aneta.zielinska", CAUSES, 3, "Led two CAPAs to a proven end.", 500),
)
_TEXT = (
    "The plate is measured at the start of each shift, not only when a face comes out wrong.\n\n"
    "A plate worn by more than 0.8 µm is dressed before the next part. Write the figure into the log."
)
_WRENCH = (
    "Set the torque on the scale, lock it, and pull until it clicks once.\n\n"
    "A second click adds torque. Put the wrench back at its lowest setting."
)
_WRENCH_QUESTION: dict[str, Any] = {
    "text": "How often may the wrench click at one bolt?",
    "options": [{"text": "Once", "is_right": True}, {"text": "Until nothing moves", "is_right": False}],
}
PIN = "204816"  # of two people on the floor, to try the shared terminal
_QUESTION: dict[str, Any] = {
    "text": "When is the plate measured?",
    "options": [
        {"text": "At the start of each shift", "is_right": True},
        {"text": "When a face comes out wrong", "is_right": False},
    ],
}


def training_stories(stage: Stage) -> tuple[Story, ...]:
    """Return the stories: the skills of the company, and the reading about the plate."""
    return _skills(stage), _reading(stage), _learning(stage), _talk(stage)


def _skills(stage: Stage) -> Story:
    yield BEGAN
    skills = {}
    for name, role, site, process, level in _NEEDS:
        skills[name] = _add(stage, EntryKey.SKILL, {"name": name})
        needed = {"role": role.value, "skill_id": skills[name], "level": level, "is_control": False}
        place = {
            "site_id": stage.company.codes.get((KindKey.SITE, site)),
            "process_id": stage.company.codes.get((KindKey.PROCESS, process)),
        }
        _add(stage, EntryKey.REQUIREMENT, needed | place)
    for who, skill, level, evidence, days in _PROOFS:
        today = clock.now().date()
        until = None if days is None else today + timedelta(days=BEGAN + days)
        person = stage.company.people[who]
        _prove(stage, QualificationOrder(person, skills[skill], level, evidence, today, until))


def _reading(stage: Stage) -> Story:
    yield 9
    site = stage.company.codes[KindKey.SITE, "GDA"]
    values = {"name": "Measuring the lapping plate", "kind": "read", "material": _TEXT, "minutes": 10}
    item = _add(stage, EntryKey.ITEM, values)

    def ask(uow: UnitOfWork) -> None:
        request = ask_readers(uow, item, AudienceOrder((Role.REPORTER, Role.ACTION_OWNER), site, 14))
        keep_quiz(uow, QuizSubject.READING, request.revision_key, QuizOrder((_QUESTION,)))

    perform(stage.company.people[MANAGER], ask)
    yield 4
    person = stage.company.people["piotr.maj"]
    db.session.rollback()
    mine = (
        select(Acknowledgement.id)
        .join(AcknowledgementRequest, AcknowledgementRequest.id == Acknowledgement.request_id)
        .where(Acknowledgement.person_id == person, AcknowledgementRequest.content_kind == "training_item")
    )
    reading = db.session.scalars(mine).one()
    given = Given(is_understood=True, answered=Answered(((0,),), "demo-plate"))
    perform(person, lambda uow: confirm(uow, person, reading, given))


def _learning(stage: Stage) -> Story:
    """Let somebody learn the wrench and stand before its questions; a colleague has not begun."""
    yield BEGAN - 1
    values = {"name": "The torque wrench", "kind": "ojt", "material": _WRENCH, "minutes": 90}
    skill = _skill_id(TORQUE)
    item = _add(stage, EntryKey.ITEM, values | {"skill_id": skill, "level": 2, "validity_months": 24})
    order = QuizOrder((_WRENCH_QUESTION,))
    perform(stage.company.people[MANAGER], lambda uow: keep_quiz(uow, QuizSubject.ITEM, str(item), order))
    yield 6
    for who in ("nils.dahl", "hanna.strand"):
        wanted = {
            "person_id": stage.person(who),
            "item_id": f"training_item:{item}",
            "reason": "The new benches have another wrench.",
            "due_on": stage.day(14),
        }
        training = stage.start(MANAGER, "training", wanted)
        if who == "nils.dahl":
            answers = {"learned_on": stage.day(), "learned_note": "An hour with Lars at bench 2."}
            stage.complete(who, training, "do_training", answers)


def _talk(stage: Stage) -> Story:
    """Explain the plate to the floor; two of three have confirmed it with their PIN."""
    yield 3
    people = stage.company.people
    listeners = [people[who] for who in ("piotr.maj", "tomasz.wilk", "aneta.zielinska")]
    passwords = Passwords()
    order = TalkOrder(
        title="The lapping plate is measured each shift",
        held_on=clock.now().date(),
        site_id=stage.company.codes[KindKey.SITE, "GDA"],
        trainer_id=people[MANAGER],
    )

    def hold(uow: UnitOfWork) -> int:
        talk = record_talk(uow, order)
        add_listeners(uow, talk.id, listeners)
        for one in listeners[:2]:
            set_pin(uow, one, passwords.hash(PIN))
        return talk.id

    talk_id = perform(people[MANAGER], hold)
    for one in listeners[:2]:
        typed = Typed(one, PIN, "10.0.0.17")
        perform(people[MANAGER], partial(confirm_talk, talk_id=talk_id, typed=typed, passwords=passwords))


def _skill_id(name: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(Skill.id).where(Skill.name == name)).one()


def _prove(stage: Stage, order: QualificationOrder) -> int:
    return perform(stage.company.people[MANAGER], lambda uow: qualify(uow, order))


def _add(stage: Stage, key: EntryKey, values: dict[str, Any]) -> int:
    return perform(stage.company.people[MANAGER], lambda uow: add_entry(uow, LISTS[key], values))
