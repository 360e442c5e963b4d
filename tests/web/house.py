"""A company with something of everything, on which every route is tried; built through the real services."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts import absences, invitations
from app.accounts.handover import Handover
from app.accounts.people import Details, disable
from app.accounts.roles import Role
from app.accounts.sessions import begin
from app.approvals.chain import Chain
from app.approvals.publications import ask_for_chain
from app.approvals.shipped import publish_shipped_chains
from app.approvals.versions import begin_draft, keep_draft
from app.foundation import clock as clock_module
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.files import receive_file
from app.foundation.outbox import MailState, OutboxMail, post_mail
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.lifecycles import wire
from app.organisation.calendars import add_special_day
from app.records import service
from app.records.comments import add_comment
from app.records.links import LinkKind, link_records
from app.records.models import Attachment, Notification
from app.records.watching import NoticeKind
from app.workflow import start_drafts, tasks
from app.workflow.bundles import read_bundle
from app.workflow.definitions import Definition, definitions, publish
from app.workflow.holds import hold
from app.workflow.lifecycle import registry
from app.workflow.models import Fault, ProcessInstance, Task, TaskState, Timer
from tests.conftest import TUESDAY
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_department, a_failure_mode, a_process
from tests.once import Facts
from tests.scenarios import audit_steps, finding_steps, improvement_steps, risk_steps, steps
from tests.scenarios.company import Company, a_company
from tests.scenarios.dsl import Scenario
from tests.scenarios.trend_steps import alerted
from tests.stand import Stand, Template, settled
from tests.web.house_documents import a_library
from tests.web.house_evidence import prove
from tests.web.house_map import describe
from tests.web.house_training import a_school, teach
from tests.web.retouch import Mark, retouch, retouched_bundle

BEGAN = TUESDAY - timedelta(days=21)


@dataclass
class House:
    """A home folder with the company.

    Shape: `ids` of the things addresses name, by a name for each; `entries` those of the lists of competence.
    """

    home: Path
    company: Company
    ids: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    invitation: str = ""
    compiled: dict[int, Definition] = field(default_factory=dict)

    @contextmanager
    def opened(self, stand: Stand) -> Iterator[Flask]:
        """Open an application on a copy of the house, with its context pushed."""
        with Template(self.home, self.compiled).opened(stand) as app:
            yield app


def a_house(migrated_home: Path, home: Path, mark: Mark | None = None) -> Facts:
    """Build the company in a copy of an empty home; `mark` retouches every word somebody may have typed.

    Returns what `house_of` takes.
    """
    shutil.copytree(migrated_home, home, dirs_exist_ok=True)
    wire()
    definitions.clear()
    with settled(home):
        clock_module.clock.freeze(BEGAN)
        house = House(home, _founded(mark))
        _tell_stories(house)
        clock_module.clock.freeze(TUESDAY)
        _take_on_more(house.company)
        _school(house, FileStore(home / FILES))
        _furnish(house, FileStore(home / FILES))
        if mark is not None:
            db.session.remove()
            with db.engine.begin() as connection:
                retouch(connection, mark)
    definitions.clear()
    return asdict(house) | {"home": str(home)}


def house_of(facts: Facts) -> House:
    """Return the house its maker described."""
    return House(
        **facts | {"home": Path(facts["home"]), "company": Company(**facts["company"]), "compiled": {}}
    )


def _founded(mark: Mark | None) -> Company:
    """Publish all diagrams and take on the people of the first site."""
    with unit_of_work() as uow:
        for lifecycle in registry.all():
            bundle = read_bundle(lifecycle.package, lifecycle.key)
            publish(uow, retouched_bundle(bundle, mark) if mark else bundle, "Shipped with Keel")
        publish_shipped_chains(uow)
        return a_company(uow)


def _tell_stories(house: House) -> None:
    """Records of every kind, most of them under way."""

    def story() -> Scenario:
        """Begin in the same company with a failure mode of its own, so that stories do not join."""
        with unit_of_work() as uow:
            return Scenario(replace(house.company, failure_mode=a_failure_mode(uow)))

    told = {
        "waiting": steps.waiting(story()),
        "severe": _severe(story()),
        "planned": steps.approve(steps.plan(steps.analyse(steps.open_capa(story())))),
        "corrected": steps.reverify(steps.authorise(steps.dispose(_with_product(story())))),
        "closed": steps.close_nonconformity(steps.confirmed(story())),
        "contained": steps.contain(steps.report(story())),
        "reported": steps.report(story(), title="Trim code missing"),
        "held": steps.report(story(), title="Coating too thin"),
        "action": story().as_("quality_manager").start("action", _action(house.company)),
    }
    subject = f"action:{told['action'].record_id}"
    wish = {"subject_id": subject, "new_due_on": "2026-05-20", "reason": "The reader arrives late."}
    told["extension"] = story().as_("action_owner").start("extension", wish)
    told["acceptance"] = risk_steps.justified(
        risk_steps.asked_to_accept(risk_steps.registered(story(), "2-4"))
    )
    told["improvement"] = improvement_steps.plan(
        improvement_steps.consider(improvement_steps.suggest(story()))
    )
    told["trend_alert"] = _alerted(story())
    told |= _audits(story())
    house.ids |= {name: one.record_id for name, one in told.items()}
    house.ids |= a_library(story())
    with unit_of_work() as uow:
        hold(uow, told["held"].instance_id, "The lab is closed this week.")


def _audits(story: Scenario) -> dict[str, Scenario]:
    """A programme that is being built, an audit under way with two questions, and a finding to answer."""
    audit_steps.auditors(story)
    programme = audit_steps.begin_programme(story.sibling())
    audit = audit_steps.soon_in_progress(story)
    audit_steps.write_line(audit, "Who released lot 2602?")
    finding = finding_steps.issue(finding_steps.note(story.sibling()))
    return {"programme": programme, "audit": audit, "finding": finding}


def _alerted(story: Scenario) -> Scenario:
    """A month of the process that stands out, to be explained."""
    process = story.company.process
    return story.turn_to(alerted(story, process_id=process).id)


def _severe(story: Scenario) -> Scenario:
    """A CAPA that touches a risk, which is asked to be assessed again."""
    risk = story.company.link("risk", steps.a_risk(story))
    return steps.open_capa(story, severity="4", occurrence="3", risks=[risk])


def _with_product(story: Scenario) -> Scenario:
    return steps.confirmed(story, severity="2", is_product_affected=True)


def _action(company: Company) -> dict[str, object]:
    return {
        "title": "Read the trim code by barcode",
        "description": "At both benches of the line.",
        "action_type": "corrective",
        "site_id": company.link("site", company.site),
        "process_id": company.link("process", company.process),
        "action_owner_id": company.people["action_owner"],
        "verifier_id": company.people["verifier"],
        "due_on": "2026-04-15",
    }


def _take_on_more(company: Company) -> None:
    """Take on an inspector with every role, a stranger of the other site, and somebody who is to leave."""
    with unit_of_work() as uow:
        everywhere: list[Any] = [(role.value, None) for role in Role]
        elsewhere: list[Any] = [(role.value, company.other_site) for role in Role if role is not Role.ADMIN]
        made = {
            "inspector": a_person(uow, "inspector", roles=everywhere, mail="inspector@keel.example"),
            "stranger": a_person(uow, "stranger", roles=elsewhere, site_id=company.other_site),
            "leaver": a_person(uow, "leaver", roles=[("verifier", company.site)]),
            "second": a_person(uow, "second.person", roles=[("process_approver", None)]),
        }
        company.people |= {who: person.id for who, person in made.items()}
        a_process(uow, "OWN", owner_id=company.people["leaver"])


def _school(house: House, store: FileStore) -> None:
    """What there is to read and to learn, and people who do."""
    with unit_of_work(house.company.people["inspector"]) as uow:
        house.entries, to_read = teach(uow, house.company, store)
    house.ids |= to_read
    house.ids |= a_school(Scenario(house.company), to_read["item"])


def _furnish(house: House, store: FileStore) -> None:
    """What stands around the records: comments, files, drafts, views, absences, a fault, mails, a leaver."""
    people, ids = house.company.people, house.ids
    inspector = actor_for(people["inspector"])
    plate = receive_file(store, BytesIO(b"Plate 4 is worn."), "wear of plate 4.txt", 1000)
    with unit_of_work(inspector.id) as uow:
        add_comment(uow, inspector, ids["planned"], "Does it cover size M12?", asked_id=inspector.id)
        stored = service.attach(uow, inspector, ids["planned"], plate)
        link_records(uow, ids["planned"], ids["reported"], LinkKind.RELATES_TO)
        service.watch(uow, ids["reported"], inspector.id)
        views = [service.save_view(uow, inspector.id, key, "Our line", "q=seal") for key in ("inbox", "capa")]
        uow.session.flush()
        ids |= {"file": stored.id, "view": views[0].id}
        ids["attachment"] = _attachment(uow, stored.id)
        ids |= _open_tasks(uow, ids)
        tasks.claim(uow, ids["task"], inspector)
        tasks.save_draft(uow, ids["task"], inspector, {"containment": "Half a thought about plate 4"})
        start_drafts.keep(uow, "nonconformity", inspector, {"title": "Half a report about plate 4"})
        ids |= _offices(uow, house)
        house.parts |= describe(uow, house.company)
        ids |= prove(uow, inspector.id, store, ids["planned"])
        _work_on_chains(uow)
    with unit_of_work(people["verifier"]) as uow:
        begin(uow, people["verifier"], browser="Firefox at the bench", address="127.0.0.1")
        days = {"starts_on": TUESDAY.date(), "ends_on": TUESDAY.date() + timedelta(days=3)}
        ids["notice"] = _tell(uow, inspector.id, ids["reported"])
        ids["absence"] = absences.plan_absence(uow, people["verifier"], people["second_owner"], **days)
    with unit_of_work(inspector.id) as uow:
        disable(uow, people["leaver"], Handover(), reason="Went to another company.")
        guest = Details("guest", "Guest of the lab", "guest@keel.example", "Europe/Warsaw")
        house.invitation = invitations.invite(uow, guest, "http://localhost").link.rpartition("/")[2]
        post_mail(uow, key="lost", recipient="lost@keel.example", subject="Overdue", body="Plate 4 waits.")
        mails = uow.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        mails[-1].state, mails[-1].last_error = MailState.DEAD.value, "The mailbox does not exist."
        ids |= {"mail": mails[0].id, "lost_mail": mails[-1].id}


def _tell(uow: UnitOfWork, person_id: int, record_id: int) -> int:
    """Tell somebody of each kind of thing that can happen at a record; return the last notification."""
    for kind in NoticeKind:
        told = {"person_id": person_id, "record_id": record_id, "actor_id": uow.actor_id}
        row = Notification(**told, kind=kind.value, detail="Look at plate 4", created_at=uow.now)
        uow.session.add(row)
        uow.session.flush()
    return row.id


def _work_on_chains(uow: UnitOfWork) -> None:
    """Leave a draft of one chain, and another that waits for its second person."""
    for key, name in (("capa_plan", "Quality of the line"), ("capa_closing", "Quality of the house")):
        draft = begin_draft(uow, key)
        chain = Chain.from_json(draft.content)
        renamed = chain.with_stage(0, 0, replace(chain.rules[0].stages[0], name=name))
        keep_draft(uow, draft.id, renamed, row_version=draft.row_version)
        if key == "capa_closing":
            ask_for_chain(uow, draft.id, "The house has one quality manager.")


def _attachment(uow: UnitOfWork, file_id: int) -> int:
    return uow.session.scalars(select(Attachment.id).where(Attachment.file_id == file_id)).one()


def _open_tasks(uow: UnitOfWork, ids: dict[str, int]) -> dict[str, int]:
    """Return the task of the record that was just reported, and a completed one."""
    rows = uow.session.scalars(select(Task).order_by(Task.id)).all()
    still = {row.record_id: row.id for row in rows if row.state == TaskState.OPEN.value}
    done = next(row.id for row in rows if row.state == TaskState.DONE.value)
    return {"task": still[ids["reported"]], "done": done}


def _offices(uow: UnitOfWork, house: House) -> dict[str, int]:
    """Add what only admins see: a department, a day off, a fault with its instance."""
    company = house.company
    instance = uow.session.scalars(
        select(ProcessInstance.id).where(ProcessInstance.record_id == house.ids["waiting"])
    ).one()
    timer = uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance)).first()
    fault = Fault(
        instance_id=instance,
        kind="timer",
        source_id=timer,
        element_id="wait_for_proof",
        cause="The setting is not a duration.",
        detail="P14X is no duration",
        happened_at=uow.now,
    )
    uow.session.add(fault)
    uow.session.flush()
    return {
        "fault": fault.id,
        "instance": instance,
        "department": a_department(uow, company.site),
        "special": add_special_day(uow, company.site, TUESDAY.date(), "Stocktaking", is_worked=False),
    }
