"""The steps of trainings that the plans of the demo's CAPAs ask for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.groups import members_of
from app.accounts.models import Person
from app.demo.stage import Stage
from app.foundation import clock
from app.foundation.db import db
from app.training.training_models import TrainingRequest, TrainingRequestPerson


@dataclass(frozen=True, slots=True)
class TrainingSteps:
    """The training that a record asked for in these words; whoever is asked does the next step."""

    stage: Stage
    record_id: int
    title: str

    def learn(self) -> None:
        """Let the person learn it."""
        self._do("do_training", {"learned_on": self.stage.day(), "learned_note": "Half a day at the bench."})

    def assess(self, note: str) -> None:
        """Let whoever may assess say that it is learned."""
        self._do("observe_skill", {"assessment": "passed", "assessment_note": note})

    def evaluate(self, verdict: str, note: str) -> None:
        """Let the manager say whether it shows at work."""
        more = {"follow_up": "nothing"} if verdict != "effective" else {}
        self._do("evaluate_training", {"evaluation": verdict, "evaluation_note": note, **more})

    def _do(self, step: str, answers: dict[str, str]) -> None:
        training_id = self._id()
        self.stage.complete(self._asked(training_id, step), training_id, step, answers)

    def _id(self) -> int:
        db.session.rollback()
        asked = (
            select(TrainingRequestPerson.training_id)
            .join(TrainingRequest, TrainingRequest.id == TrainingRequestPerson.request_id)
            .where(TrainingRequest.record_id == self.record_id, TrainingRequest.title == self.title)
        )
        found = db.session.scalars(asked.order_by(TrainingRequest.id.desc()).limit(1)).one()
        assert found is not None, "the training is on its way"
        return found

    def _asked(self, training_id: int, step: str) -> str:
        """Return the user name of whom the step is given or offered to."""
        task = self.stage.open_task(training_id, step)
        group = members_of(db.session(), task.candidate_group_id or 0, clock.now().date())
        person_id = task.assignee_id or next(iter(group))
        return db.session.get_one(Person, person_id).user_name
