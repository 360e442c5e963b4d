"""A two-step approval for tests, demos and benchmarks. No production server wires it."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.i18n import gettext as _
from app.records.facts import ports_for
from app.records.models import Record
from app.records.register import Register
from app.records.usual import usual_columns, usual_filters, usual_sorts
from app.workflow.lifecycle import Lifecycle, StartEntry


class TwoStep(Record):
    """A document somebody wants approved; it needs no table of its own."""

    __mapper_args__ = {"polymorphic_identity": "two_step"}


PORTS = ports_for(TwoStep, "TST")

LIFECYCLE = Lifecycle(
    key="two_step_approval",
    package="sample",
    title="Two-step approval",
    clause="7.5.2",
    record_kind="two_step",
    ports=PORTS,
    start=StartEntry(
        title="Get a document approved",
        description="Two people look at it, one after the other.",
        minutes=1,
        icon="file-check",
        group="change",
        permission="start.read",
    ),
)


def _statuses() -> Mapping[str, str]:
    return {"open": _("Open"), "closed": _("Closed")}


REGISTER = Register(
    kind="two_step",
    model=TwoStep,
    path="/approvals",
    title=lambda: _("Approvals"),
    singular=lambda: _("Approval"),
    icon="file-check",
    group=lambda: _("Control"),
    columns=usual_columns(lambda status: _statuses().get(status, status)),
    filters=usual_filters(_statuses),
    sorts=usual_sorts(),
    statuses=_statuses,
    start_key="two_step_approval",
    start_label=lambda: _("Get one approved"),
)
