from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.approvals.models import Publication
from app.approvals.publications import ask_for_definition
from app.approvals.versions import ChainInvalid
from app.cli.definitions import _person
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.bundles import Bundle, read_bundle
from app.workflow.definitions import DefinitionInvalid, current
from app.workflow.models import DefinitionVersion, Task
from tests.factories.accounts import Somebody, a_person, actor_for
from tests.workflow.lifecycle_of_samples import Desk


@pytest.fixture
def app(shipped_app: Flask) -> Flask:
    """An application in which the shipped diagrams and chains are in force."""
    return shipped_app


@pytest.fixture
def second(app: Flask) -> Somebody:
    """Who may agree; Ada asks."""
    assert app.testing
    with unit_of_work() as uow:
        a_person(uow, "ada", roles=[("process_approver", None)])
        return a_person(uow, "second", roles=[("process_approver", None)])


def changed() -> Bundle:
    bundle = read_bundle("actions", "extension")
    return replace(
        bundle, diagram=bundle.diagram.replace(b"</bpmn:documentation>", b" Again.</bpmn:documentation>", 1)
    )


def ask(bundle: Bundle, reason: str = "Clearer words.") -> None:
    ada = _person("ada")
    with unit_of_work(ada) as uow:
        ask_for_definition(uow, bundle, reason)


def test_a_definition_comes_into_force_when_a_second_person_agrees(second: Somebody) -> None:
    ask(changed())
    assert current(db.session(), "extension").number == 1

    task = db.session.scalars(select(Task).where(Task.assignee_id == second.id)).one()
    Desk(actor_for(second)).attempt(task.id, task.row_version, verdict="approve")

    db.session.rollback()
    version = db.session.scalars(
        select(DefinitionVersion).where(DefinitionVersion.key == "extension", DefinitionVersion.is_current)
    ).one()
    assert (version.number, version.published_by_id, version.note) == (2, second.id, "Clearer words.")
    assert db.session.query(Publication).one().version_id == version.id


def test_a_broken_bundle_and_one_without_reason_are_not_even_asked_about(second: Somebody) -> None:
    assert second.id
    with pytest.raises(DefinitionInvalid):
        ask(replace(changed(), forms={}))
    with pytest.raises(ChainInvalid, match="Say why"):
        ask(changed(), " ")
