"""The steps of a CAPA and its actions with the answers people of the demo company give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.capa.models import Capa
from app.demo.action_steps import ActionSteps
from app.demo.nonconformity_steps import OWNERS, QUALITY_MANAGER, TOP_MANAGEMENT, VERIFIERS
from app.demo.stage import Stage
from app.demo.training_steps import TrainingSteps
from app.organisation.kinds import KindKey

DOCUMENT, TRAINING = "doc_change", "training"


@dataclass(frozen=True, slots=True)
class Cause:
    """What the owner finds. Shape: `why` is the chain of answers, `category` the code of a cause."""

    why: Sequence[str]
    sentence: str
    category: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One action of a plan: what, by whom, in how many days, and what it delivers."""

    text: str
    owner: str
    days: int
    delivers: str = "process"
    kind: str = "corrective"


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions and the one criterion by which their effect is judged."""

    actions: Sequence[Planned]
    metric: str
    baseline: str
    target: str
    method: str = "trend"
    worse: str = "Takes a few minutes longer. Looked at with the team."

    @property
    def plain(self) -> Sequence[Planned]:
        """Return the rows that become actions; the others become changes of documents."""
        return [one for one in self.actions if one.delivers != DOCUMENT]


@dataclass
class CapaSteps:
    """The steps of one CAPA at a site. Shape: `owner` is a user name and changes with the cycle."""

    stage: Stage
    site: str
    owner: str
    record_id: int = 0
    _cost: Mapping[str, str] = field(default_factory=lambda: {"plan_cost": "2400"})

    def taken_up(self) -> None:
        """Go on with the CAPA that the latest request opened."""
        self.record_id = self.stage.latest(Capa)

    def take_up_from(self, source_id: int) -> None:
        """Go on with the CAPA that another record asked for."""
        self.record_id = self.stage.linked(source_id, Capa)
        names = {number: name for name, number in self.stage.company.people.items()}
        self.owner = names.get(self.stage.record(self.record_id).capa_owner_id, self.owner)

    def analyse(self, cause: Cause) -> None:
        """Let the owner find the cause with the five whys."""
        answers = {
            "method": "five_why",
            "why_chain": [{"answer": answer} for answer in cause.why],
            "root_cause": cause.sentence,
            "cause_categories": [self.stage.company.link(KindKey.CAUSE_CATEGORY, cause.category)],
            "is_cause_validated": True,
            "cause_evidence": self.stage.upload(self.owner, "cause-confirmed.txt", cause.sentence),
            "read_across": cause.elsewhere,
            "no_similar_reason": "The other sites work differently.",
        }
        self._do(self.owner, "analyse_cause", answers)

    def plan(self, plan: Plan) -> None:
        """Let the owner plan actions and the criterion of their effect."""
        rows = [
            {
                "type": one.kind,
                "text": one.text,
                "owner_id": self.stage.person(one.owner),
                "due_on": self.stage.day(one.days),
                "deliverable": one.delivers,
            }
            for one in plan.actions
        ]
        criterion = {"metric": plan.metric, "baseline": plan.baseline, "op": "at_most", "target": plan.target}
        answers = {
            "planned_actions": rows,
            "criteria": [{**criterion, "margin": "10"}],
            "effectiveness_method": plan.method,
            "population": 200,
            "window_days": 180,
            "adverse_effects": plan.worse,
            **self._cost,
        }
        self._do(self.owner, "plan_actions", answers)

    def approve_by_all(self) -> None:
        """Let everybody whom the chain asks accept the plan."""
        self.stage.approve_by_all(self.record_id, "approve_plan")

    def approve(self) -> None:
        """Let the quality manager accept the plan."""
        self.stage.approve(QUALITY_MANAGER, self.record_id, "approve_plan")

    def approve_at_the_top(self) -> None:
        """Let top management accept the plan of a severe one."""
        self.stage.approve(TOP_MANAGEMENT, self.record_id, "approve_plan")

    def carry_out(self, one: Planned, text: str) -> None:
        """Let the owner of an action do it; a training is learned."""
        if one.delivers == TRAINING:
            self.training(one).learn()
        else:
            ActionSteps(self.stage, self.record_id).carry_out(one.owner, one.text, text)

    def verify_action(self, one: Planned, note: str) -> None:
        """Let the verifier accept an action; a training is assessed."""
        if one.delivers == TRAINING:
            self.training(one).assess(note)
        else:
            ActionSteps(self.stage, self.record_id).verify(VERIFIERS[self.site], one.text, note)

    def training(self, one: Planned) -> TrainingSteps:
        """Return the steps of a training that the plan asked for."""
        return TrainingSteps(self.stage, self.record_id, one.text)

    def ask_for_time(self, one: Planned, days: int, reason: str) -> int:
        """Let the owner of an action ask for more days from today; return the id of the extension."""
        subject = f"action:{ActionSteps(self.stage, self.record_id).id_of(one.text)}"
        answers = {"subject_id": subject, "new_due_on": self.stage.day(days), "reason": reason}
        return self.stage.start(one.owner, "extension", answers)

    def grant_time(self, extension_id: int) -> None:
        """Let the quality manager grant more time."""
        self.stage.complete(QUALITY_MANAGER, extension_id, "decide_extension", {"verdict": "granted"})

    def verify(self, note: str) -> None:
        """Let the verifier judge the plan as a whole."""
        answers = {
            "completeness": "complete",
            "implementation_note": note,
            "adverse_effects_seen": "None seen.",
        }
        self._do(VERIFIERS[self.site], "verify_implementation", answers)

    def check(self, actual: str, note: str) -> None:
        """Let the verifier measure the criterion; recurrences are counted by Keel."""
        verifier, record = VERIFIERS[self.site], self.stage.record(self.record_id)
        results = [{**one, "actual": actual, "evidence": "Test records"} for one in record.criteria_results]
        answers = {
            "recurrences": record.recurrences,
            "criteria_results": [
                {key: value for key, value in row.items() if key != "margin"} for row in results
            ],
            "samples_checked": 20,
            "new_problems": "no",
            "near_miss_wish": "extend",
            "effectiveness_note": note,
            "effectiveness_evidence": self.stage.upload(verifier, "measurements.txt", note),
        }
        self._do(verifier, "check_effectiveness", answers)

    def review_failure(self, owner: str, why: str) -> None:
        """Let top management give the next cycle to another owner."""
        answers = {
            "failure_review": why,
            "capa_owner_id": self.stage.person(owner),
            "team": [{"person_id": self.stage.person(owner)}],
            "resources": "Two days a week until the plan is approved.",
        }
        self._do(TOP_MANAGEMENT, "review_failure", answers)
        self.owner = owner

    def review_risks(self) -> None:
        """Let the risk owner ask for the linked risks to be assessed again."""
        risks = [f"{one['kind']}:{one['id']}" for one in self.stage.record(self.record_id).risks]
        self._do(OWNERS[self.site], "review_risks", {"risks": risks, "risk_update": "update"})

    def close(self, lessons: str) -> None:
        """Let the quality manager close it as effective."""
        answers = {"lessons": lessons, "knowledge_tags": "wear, limits"}
        self.stage.approve_by_all(self.record_id, "close_capa", answers)

    def draft(self, element_id: str, answers: Mapping[str, Any]) -> None:
        """Let the owner type something and leave it."""
        self.stage.draft(self.owner, self.record_id, element_id, answers)

    def _do(self, who: str, element_id: str, answers: Mapping[str, Any]) -> None:
        self.stage.complete(who, self.record_id, element_id, answers)
