from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.workflow import instances, messages
from app.workflow.acts import perform
from app.workflow.delivery import deliver_due
from app.workflow.faults import open_faults
from app.workflow.lifecycle import MessageRule, Operation, OperationCall
from app.workflow.models import Message, ProcessInstance
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import bpmn, chain, end, service, start
from tests.workflow.lifecycle_of_samples import Sample, lifecycle_with, open_tasks, publish

pytestmark = pytest.mark.usefixtures("app")

HEAD = '<message id="m_answered" name="sample.answered"/>'
CATCH = (
    '<intermediateCatchEvent id="answered" qms:correlation="record.number">'
    '<messageEventDefinition messageRef="m_answered"/></intermediateCatchEvent>'
)
WAITS = bpmn(
    start(),
    CATCH,
    '<userTask id="look" name="Look" qms:role="quality_manager"/>',
    end(),
    chain("begun", "answered", "look", "closed"),
    head=HEAD,
)
ASKS = bpmn(
    start(),
    service("ask", "sample.ask"),
    '<userTask id="look" name="Look" qms:role="quality_manager"/>',
    end(),
    chain("begun", "ask", "look", "closed"),
)


@pytest.fixture
def site() -> int:
    with unit_of_work() as uow:
        site_id = a_site(uow)
        a_person(uow, roles=[("quality_manager", site_id)], site_id=site_id)
    return site_id


def begin(site: int) -> ProcessInstance:
    def work(uow: UnitOfWork) -> ProcessInstance:
        return instances.start(uow, "sample", {"title": "Sample", "site_id": site})

    return perform(None, work)


def answer(number: str, source: str = "test:1") -> None:
    def work(uow: UnitOfWork) -> None:
        messages.send(uow, "sample.answered", number, source=source, payload={})

    perform(None, work)


def test_a_message_reaches_the_instance_that_waits_for_its_number(site: int) -> None:
    lifecycle_with()
    publish(WAITS, ["look"])
    begin(site)
    begin(site)

    answer("SMP-2026-0002")

    assert [task.record_number for task in open_tasks()] == ["SMP-2026-0002"]


def test_a_message_that_comes_too_early_waits_for_its_receiver(site: int) -> None:
    lifecycle_with()
    publish(WAITS, ["look"])
    answer("SMP-2026-0001")
    assert db.session.scalars(select(Message.state)).all() == ["waiting"]

    begin(site)

    assert [task.element_id for task in open_tasks()] == ["look"]


def test_the_same_message_sent_twice_is_one_message(site: int) -> None:
    lifecycle_with()
    publish(WAITS, ["look"])
    begin(site)

    answer("SMP-2026-0001")
    answer("SMP-2026-0001")

    assert len(open_tasks()) == 1
    assert open_faults(db.session) == []


def ask(call: OperationCall) -> Mapping[str, Any] | None:
    view = call.uow.session.get_one(Sample, call.record_id)
    if view.title == "Sample":
        messages.send(
            call.uow,
            "sample.asked",
            "key",
            source=f"sample:{call.instance_id}",
            payload={"title": "Asked", "site_id": view.site_id},
        )
    return None


def find_open(uow: UnitOfWork, _key: str, _payload: Mapping[str, Any]) -> int | None:
    return uow.session.scalar(select(Sample.id).where(Sample.title == "Asked"))


def attach(uow: UnitOfWork, record_id: int, _payload: Mapping[str, Any]) -> None:
    row = uow.session.get_one(Sample, record_id)
    row.extra = {"triggers": row.extra.get("triggers", 1) + 1}


def facts(_uow: UnitOfWork, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return payload


def test_a_request_opens_a_record_once_and_further_ones_join_it(site: int) -> None:
    rule = MessageRule("sample.asked", find_open, attach, facts)
    lifecycle_with("sample", Operation("sample.ask", ask), messages=(rule,))
    publish(ASKS, ["look"])

    begin(site)
    begin(site)

    asked = db.session.scalars(select(Sample).where(Sample.title == "Asked")).one()
    assert asked.extra == {"triggers": 2}
    assert len(db.session.scalars(select(ProcessInstance)).all()) == 3


def test_a_message_stored_before_a_crash_is_taken_up_by_the_next_tick(site: int) -> None:
    rule = MessageRule("sample.asked", find_open, attach, facts)
    lifecycle_with("sample", Operation("sample.ask", ask), messages=(rule,))
    publish(ASKS, ["look"])
    with unit_of_work() as uow:  # as if the process died right after the commit
        instances.start(uow, "sample", {"title": "Sample", "site_id": site})

    assert deliver_due() == 1

    assert sorted(task.record_title for task in open_tasks()) == ["Asked", "Sample"]
