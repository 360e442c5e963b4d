"""A small company on a database of its own, with the two lifecycles that are measured."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from app.accounts.sessions import begin
from app.cli.server import bare_server
from app.cli.startup import bring_up_to_date
from app.foundation.installation import Purpose
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.inbox import sample
from app.lifecycles import publish_shipped
from app.records.facts import ports_for
from app.records.models import Record
from app.trail.service import open_chain
from app.workflow import instances
from app.workflow.bundles import Bundle, read_bundle
from app.workflow.definitions import insert_version
from app.workflow.lifecycle import Lifecycle, registry
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site
from tests.workflow.diagrams import REWORK

CLIENTS = 4
ROUNDS = 5


class Loop(Record):
    """A record that is reworked again and again."""

    __mapper_args__ = {"polymorphic_identity": "bench_loop"}


LOOP = Lifecycle(
    key="sample",
    package="sample",
    title="Rework",
    clause="8.7",
    record_kind="bench_loop",
    ports=ports_for(Loop, "LOOP"),
)
LIFECYCLES = (sample.LIFECYCLE, LOOP)
REPAIR = {
    "type": "default",
    "schemaVersion": 19,
    "components": [{"type": "checkbox", "key": "again", "label": "Again", "id": "f_again"}],
}


@dataclass(frozen=True)
class Company:
    """Cookies of people who are signed in, and instances that can be reworked for ever, one a round."""

    cookies: tuple[str, ...]
    loops: tuple[int, ...]


def found(environment: dict[str, str]) -> Company:
    """Make the database below KEEL_HOME and everything in it."""
    with bare_server(environment):
        bring_up_to_date()
        with unit_of_work() as uow:
            open_chain(uow, Purpose.TEST)
            publish_shipped(uow)
        registry.use([*registry.all(), *LIFECYCLES], parts=registry.parts())
        with unit_of_work() as uow:
            _publish(uow)
        with unit_of_work() as uow:
            site = a_site(uow)
            cookies = tuple(_clerk(uow, number, site) for number in range(CLIENTS))
        with unit_of_work() as uow:
            facts = {"title": "Rework", "site_id": site}
            loops = tuple(instances.start(uow, "sample", facts).id for _round in range(ROUNDS))
        return Company(cookies, loops)


def _publish(uow: UnitOfWork) -> None:
    two_steps = read_bundle("sample", "two_step_approval")
    # The floor signs nothing; hashing a password would drown everything else.
    unsigned = two_steps.diagram.replace(b' qms:signature="approval"', b"")
    assert unsigned != two_steps.diagram
    insert_version(uow, replace(two_steps, diagram=unsigned), sample.LIFECYCLE, "to be measured")
    forms = {"repair": json.dumps(REPAIR).encode()}
    insert_version(uow, Bundle("sample", REWORK, {}, forms), LOOP, "to be measured")


def _clerk(uow: UnitOfWork, number: int, site: int) -> str:
    roles = [(role, site) for role in ("reporter", "reviewer", "approver", "quality_manager")]
    person = a_person(uow, f"clerk{number}", roles=roles, site_id=site)
    return begin(uow, person.id, browser="a benchmark", address="127.0.0.1")
