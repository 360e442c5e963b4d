"""What reading and training are to the engine room: operations, guards, messages, listeners."""

from __future__ import annotations

from app.training import failed_readings
from app.training.acknowledgements import LISTENERS
from app.training.items import reading
from app.training.settings import COMPETENCE_SETTINGS, READING_SETTINGS
from app.workflow.lifecycle import Lifecycle

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

LIFECYCLES = (FAILED_READING_LIFECYCLE,)
