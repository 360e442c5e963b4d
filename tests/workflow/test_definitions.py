from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.lifecycles import LIFECYCLES, wire
from app.workflow import gate
from app.workflow.bundles import Bundle, BundleDamaged, NoSuchDiagram, pack, read_bundle, unpack
from app.workflow.definitions import (
    SHIPPED,
    DefinitionInvalid,
    NotPublished,
    current,
    publish,
    publish_shipped,
)
from app.workflow.lifecycle import Lifecycle, registry
from app.workflow.models import DefinitionVersion

ACTION = "action"
CALLED = {"approval", "draft_review"}  # parts of other definitions, with no start of their own


def shipped(key: str = ACTION) -> Bundle:
    return read_bundle(registry.get(key).package, key)


@pytest.fixture
def _wired(app: Flask) -> None:
    assert app.testing
    wire()


def with_title(bundle: Bundle, title: str) -> Bundle:
    form = json.loads(bundle.forms["carry_out"])
    form["title"] = title
    return replace(bundle, forms={**bundle.forms, "carry_out": json.dumps(form).encode()})


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.key)
def test_every_shipped_lifecycle_passes_the_gate(lifecycle: Lifecycle) -> None:
    wire()

    assert [
        str(problem) for problem in gate.check(read_bundle(lifecycle.package, lifecycle.key), lifecycle)
    ] == []


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.key)
def test_every_declared_operation_is_used(lifecycle: Lifecycle) -> None:
    diagram = read_bundle(lifecycle.package, lifecycle.key).diagram.decode()

    assert [one.name for one in lifecycle.operations if f'qms:operation="{one.name}"' not in diagram] == []


def test_the_hash_names_the_content_whatever_the_order_of_files() -> None:
    wire()
    bundle = shipped()
    shuffled = replace(bundle, forms=dict(reversed(bundle.forms.items())))

    assert shuffled.sha256 == bundle.sha256
    assert with_title(bundle, "Other").sha256 != bundle.sha256


def test_a_stored_bundle_comes_back_whole_or_not_at_all() -> None:
    wire()
    bundle = shipped()

    assert unpack(pack(bundle), bundle.sha256) == bundle
    with pytest.raises(BundleDamaged, match="hash differs"):
        unpack(pack(with_title(bundle, "Other")), bundle.sha256)


def test_a_missing_diagram_is_named() -> None:
    with pytest.raises(NoSuchDiagram, match=r"actions/nothing\.bpmn"):
        read_bundle("actions", "nothing")


@pytest.mark.usefixtures("_wired")
def test_the_originals_are_published_at_first_start_and_never_over_what_is_there() -> None:
    with unit_of_work() as uow:
        first = {version.key for version in publish_shipped(uow)}
    with unit_of_work() as uow:
        again = publish_shipped(uow)

    assert first == {lifecycle.key for lifecycle in LIFECYCLES} | CALLED
    assert again == []


@pytest.mark.usefixtures("_wired")
@pytest.mark.parametrize(("note", "numbers"), [(SHIPPED, [1, 2]), ("our own words", [1])])
def test_a_newer_original_replaces_a_shipped_version_but_none_of_peoples_own(
    note: str, numbers: list[int]
) -> None:
    with unit_of_work() as uow:
        publish(uow, with_title(shipped(), "Older"), note)

    with unit_of_work() as uow:
        publish_shipped(uow)

    query = select(DefinitionVersion.number).where(DefinitionVersion.key == ACTION)
    assert db.session.scalars(query.order_by(DefinitionVersion.number)).all() == numbers


@pytest.mark.usefixtures("_wired")
def test_a_changed_form_is_the_next_version() -> None:
    with unit_of_work() as uow:
        publish(uow, shipped(), "first")
        publish(uow, with_title(shipped(), "Do it"), "better words")

    rows = db.session.execute(
        select(DefinitionVersion.number, DefinitionVersion.is_current).order_by(DefinitionVersion.number)
    ).all()
    assert [tuple(row) for row in rows] == [(1, False), (2, True)]
    assert current(db.session(), ACTION).forms["carry_out"].title == "Do it"


@pytest.mark.usefixtures("_wired")
def test_the_same_bundle_again_changes_nothing() -> None:
    with unit_of_work() as uow:
        first = publish(uow, shipped(), "first")
        again = publish(uow, shipped(), "again")

    assert again.id == first.id


@pytest.mark.usefixtures("_wired")
def test_a_broken_bundle_is_refused_with_all_problems_and_the_version_in_force_stays() -> None:
    with unit_of_work() as uow:
        publish(uow, shipped(), "good")
    broken = replace(
        shipped(),
        diagram=shipped().diagram.replace(b"actions.record_done", b"actions.fly"),
        forms={**shipped().forms, "verify_action": b"{not json", "nobody": shipped().forms["carry_out"]},
    )

    with pytest.raises(DefinitionInvalid) as refused, unit_of_work() as uow:
        publish(uow, broken, "bad")

    places = {problem.where for problem in refused.value.problems}
    assert {"record_done", "verify_action.json"} <= places
    assert current(db.session(), ACTION).number == 1


@pytest.mark.usefixtures("_wired")
def test_what_was_never_published_says_so() -> None:
    with pytest.raises(NotPublished, match="has not been published"):
        current(db.session(), ACTION)
