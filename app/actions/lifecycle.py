"""The lifecycle of an action, and the small one of a request for more time."""

from __future__ import annotations

from app.actions import operations, service
from app.actions.briefing import briefing
from app.actions.measures import MEASURES, WORDS
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

ACTION = Lifecycle(
    key="action",
    package="actions",
    title="Action",
    clause="10.2.1 c",
    record_kind="action",
    ports=service.ACTION_PORTS,
    operations=operations.ACTION_OPERATIONS,
    required_duties=("implement", "verify"),
    proven_outcome="verified",
    separations=(Separation("verify", "implement"), Separation("verify", "action_owner")),
    messages=(service.REQUESTED,),
    start=StartEntry(
        title="Plan an action",
        description="Something has to be done by somebody by a day.",
        minutes=2,
        icon="checklist",
        group="improve",
        permission="actions.create",
    ),
    open_points=service.open_points,
    briefing=briefing,
    measures=MEASURES,
    measure_words=WORDS,
)

EXTENSION = Lifecycle(
    key="extension",
    package="actions",
    title="More time",
    clause="10.2.1",
    record_kind="extension",
    ports=service.EXTENSION_PORTS,
    operations=operations.EXTENSION_OPERATIONS,
    start=StartEntry(
        title="Ask for more time",
        description="You cannot make the day, and know why.",
        minutes=1,
        icon="calendar-time",
        group="improve",
        permission="start.read",
    ),
)
