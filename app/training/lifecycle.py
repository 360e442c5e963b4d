"""What reading and training are to the engine room: operations, guards, messages, listeners."""

from __future__ import annotations

from app.training import failed_readings, lapses, training_operations, training_requests, trainings
from app.training.acknowledgements import LISTENERS
from app.training.assessors import check_answered, check_assessor, check_waiver
from app.training.items import nameable_items, nameable_skills, reading
from app.training.measures import LAPSE_MEASURES, LAPSE_WORDS, TRAINING_MEASURES, TRAINING_WORDS
from app.training.settings import COMPETENCE_SETTINGS, READING_SETTINGS
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

FAILED_READING_LIFECYCLE = Lifecycle(
    key="failed_reading",
    package="training",
    title="Reading not understood",
    clause="7.3",
    record_kind=failed_readings.KIND,
    ports=failed_readings.PORTS,
    operations=failed_readings.OPERATIONS,
    messages=(failed_readings.RULE,),
    listeners=LISTENERS,
    reading=reading,
    settings=(*READING_SETTINGS, *COMPETENCE_SETTINGS),
)

TRAINING_LIFECYCLE = Lifecycle(
    key="training",
    package="training",
    title="Training",
    clause="7.2",
    record_kind=trainings.KIND,
    ports=trainings.PORTS,
    operations=training_operations.OPERATIONS,
    required_duties=("implement", "check_effectiveness"),
    proven_outcome="effective",
    separations=(Separation("verify", "implement"), Separation("check_effectiveness", "implement")),
    guards={
        "answer_questions": check_answered,
        "observe_skill": check_assessor,
        "decide_waiver": check_waiver,
    },
    messages=(trainings.RULE,),
    listeners=training_requests.LISTENERS,
    start=StartEntry(
        title="Have somebody trained",
        description="Somebody has to learn something for their work.",
        minutes=2,
        icon="school",
        group="people",
        permission="training.assign",
    ),
    open_points=training_requests.open_points,
    measures=TRAINING_MEASURES,
    measure_words=TRAINING_WORDS,
    nameables={"training_item": nameable_items, "skill": nameable_skills},
    needs_proof=False,
)

LAPSED_SKILL_LIFECYCLE = Lifecycle(
    key="lapsed_skill",
    package="training",
    title="Proof of a skill expired",
    clause="7.2",
    record_kind="lapsed_skill",
    ports=lapses.PORTS,
    operations=lapses.OPERATIONS,
    guards=lapses.GUARDS,
    messages=(lapses.RULE,),
    measures=LAPSE_MEASURES,
    measure_words=LAPSE_WORDS,
    needs_proof=False,
)

LIFECYCLES = (FAILED_READING_LIFECYCLE, TRAINING_LIFECYCLE, LAPSED_SKILL_LIFECYCLE)
