from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.workflow.bundles import Bundle, read_bundle
from app.workflow.definitions import current, publish, publish_shipped, stale_callers

pytestmark = pytest.mark.usefixtures("app")


def of_our_own(bundle: Bundle) -> Bundle:
    """A lifecycle somebody changed: another title on a form."""
    form = json.loads(bundle.forms["plan_actions"])
    form["title"] = "Plan, as we do it"
    return replace(bundle, forms={**bundle.forms, "plan_actions": json.dumps(form).encode()})


def test_shipped_lifecycles_follow_a_changed_part_and_changed_ones_stay() -> None:
    part = read_bundle("approvals", "approval")
    changed = replace(part, diagram=part.diagram.replace(b'name="Approval asked for"', b'name="Asked for"'))
    with unit_of_work() as uow:
        publish_shipped(uow)
        publish(uow, of_our_own(read_bundle("capa", "capa")), "our title")
    with unit_of_work() as uow:
        publish(uow, changed, "a shorter name")

    held = {key: current(db.session(), key).parts["approval"].bundle for key in ("audit", "capa")}
    assert held["audit"].diagram == changed.diagram
    assert held["capa"].diagram == part.diagram
    assert stale_callers(db.session()) == {"capa": ("approval",)}


def test_a_lifecycle_published_again_takes_the_part_in_force() -> None:
    part = read_bundle("approvals", "approval")
    changed = replace(part, diagram=part.diagram.replace(b'name="Approval asked for"', b'name="Asked for"'))
    with unit_of_work() as uow:
        publish(uow, part, "first")
        publish(uow, of_our_own(read_bundle("capa", "capa")), "our title")
        publish(uow, changed, "a shorter name")
        publish(uow, of_our_own(read_bundle("capa", "capa")), "once more")

    assert current(db.session(), "capa").parts["approval"].bundle.diagram == changed.diagram
    assert current(db.session(), "capa").number == 2
    assert "capa" not in stale_callers(db.session())
