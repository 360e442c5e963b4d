"""What the house has to read and learn: a skill, who needs it, an item with its file, an audience."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.file_store import FileStore
from app.foundation.files import receive_file
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.training.competence import QualificationOrder, qualify
from app.training.entries import LISTS, EntryKey
from app.training.items import AudienceOrder, ask_readers, attach_file
from app.training.lapses import tell_lapse
from app.training.maintain import add_entry
from app.training.models import Qualification, TrainingItem
from app.training.quizzes import QuizOrder, keep_quiz
from app.training.reading_models import Acknowledgement, QuizSubject
from app.training.talks import TalkOrder, add_listeners, record_talk
from app.training.training_models import LapsedSkill
from tests.scenarios.company import Company
from tests.scenarios.dsl import Scenario

QUESTIONS = (
    {
        "text": "How flat must a face be?",
        "options": [{"text": "0.9 microns", "is_right": True}, {"text": "As flat as it gets"}],
    },
    {
        "text": "What is checked each shift?",
        "options": [
            {"text": "The plate of the machine", "is_right": True},
            {"text": "The grain of the paste", "is_right": True},
            {"text": "The weather outside"},
        ],
    },
)


def teach(uow: UnitOfWork, company: Company, store: FileStore) -> tuple[dict[str, int], dict[str, int]]:
    """Write it all; return the entries by key, and the ids that addresses name."""
    skill = add_entry(
        uow, LISTS[EntryKey.SKILL], {"name": "Lapping of faces", "description": "Flat to a micron."}
    )
    needed = {"role": Role.ACTION_OWNER.value, "skill_id": skill, "level": 3, "is_control": True}
    requirement = add_entry(uow, LISTS[EntryKey.REQUIREMENT], {**needed, "process_id": company.process})
    item = add_entry(
        uow,
        LISTS[EntryKey.ITEM],
        {
            "name": "Lapping from scratch",
            "kind": "read",
            "material": "Clean the plate first.\n\nThen lap in circles.",
            "skill_id": skill,
            "level": 3,
            "minutes": 45,
            "validity_months": 24,
            "trainer_id": company.people["verifier"],
        },
    )
    received = receive_file(store, BytesIO(b"How to lap, in pictures."), "lapping in pictures.txt", 10_000)
    stored = attach_file(uow, item, received)
    request = ask_readers(uow, item, AudienceOrder((Role.TRAINER,), company.site, 14))
    keep_quiz(uow, QuizSubject.READING, request.revision_key, QuizOrder(QUESTIONS))
    people, today = company.people, uow.now.date()
    mine = select(Acknowledgement.id).where(Acknowledgement.person_id == company.people["inspector"])
    ids = {
        "reading_file": stored.id,
        "item": item,
        "request": request.id,
        "acknowledgement": uow.session.scalars(mine).one(),
        "proof": qualify(uow, QualificationOrder(people["verifier"], skill, 3, "Watched for a day.", today)),
    }
    return {"skill": skill, "requirement": requirement, "item": item}, ids


def a_school(story: Scenario, item: int) -> dict[str, int]:
    """People who learn: one before the questions, one whom a trainer watches; and a proof that ended."""
    company = story.company
    with unit_of_work() as uow:
        keep_quiz(uow, QuizSubject.ITEM, str(item), QuizOrder(QUESTIONS))
        shown = {"name": "Lapping at the machine", "kind": "ojt", "trainer_id": company.people["verifier"]}
        bench = add_entry(uow, LISTS[EntryKey.ITEM], shown)
        skill = uow.session.get_one(TrainingItem, item).skill_id
        assert skill is not None, "the item teaches a skill"
        past = uow.now.date() - timedelta(days=1)
        order = QualificationOrder(company.people["action_owner"], skill, 3, "Examined.", past, past)
        proof = uow.session.get_one(Qualification, qualify(uow, order))
        tell_lapse(uow, proof, 3)
        talk = record_talk(
            uow,
            TalkOrder(
                title="How we lap since May",
                held_on=uow.now.date(),
                site_id=company.site,
                trainer_id=company.people["verifier"],
                item_id=bench,
            ),
        ).id
        add_listeners(uow, talk, [company.people["action_owner"], company.people["inspector"]])
    exam = _learned(story.sibling(), "inspector", item)
    watched = _learned(story.sibling(), "action_owner", bench)
    lapse = story.records(LapsedSkill)[0].id
    return {"training": exam, "watched": watched, "lapse": lapse, "talk": talk}


def _learned(story: Scenario, who: str, item: int) -> int:
    """Somebody is asked to learn an item and says that they have."""
    person = story.company.people[who]
    wanted = {"person_id": str(person), "item_id": f"training_item:{item}", "reason": "The line needs it."}
    story.as_("quality_manager").start("training", wanted)
    today = clock.now().date().isoformat()
    story.as_(who).complete("do_training", {"learned_on": today, "learned_note": "Ten plates."})
    return story.record_id
