"""What the house has to read and learn: a skill, who needs it, an item with its file, an audience."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from app.accounts.roles import Role
from app.foundation.file_store import FileStore
from app.foundation.files import receive_file
from app.foundation.unit_of_work import UnitOfWork
from app.training.competence import QualificationOrder, qualify
from app.training.entries import LISTS, EntryKey
from app.training.items import AudienceOrder, ask_readers, attach_file
from app.training.maintain import add_entry
from app.training.quizzes import QuizOrder, keep_quiz
from app.training.reading_models import Acknowledgement, QuizSubject
from tests.scenarios.company import Company

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
