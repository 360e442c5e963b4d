"""The questions and writings of a hand-over, on both databases."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.accounts.people import disable
from app.admin.handover.holdings import HeldKind, Leaving, held_by, people_to_hand_over
from app.admin.handover.service import hand_over
from app.factory import HANDOVER
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.managers import set_manager
from app.risks.models import Risk
from app.trail import Subject
from app.workflow.handover import reroute_lost
from app.workflow.lifecycle import registry
from tests.factories.accounts import a_person, actor_for
from tests.factories.organisation import a_process, a_site


def test_everything_is_found_and_handed_over(any_app: Flask) -> None:
    assert any_app.testing
    with unit_of_work() as uow:
        site = a_site(uow)
        admin = a_person(uow, "adam.admin", roles=[("admin", None)])
        leaver = a_person(uow, "lea.leaver", roles=[("risk_owner", site), ("verifier", None)])
        successor = a_person(uow, "sue.successor")
        process = a_process(uow, owner_id=leaver.id)
        set_manager(uow, Subject("person", successor.id, "sue"), leaver.id, uow.now.date())
        facts = {"title": "Seal leaks", "site_id": site, "process_id": process, "risk_owner_id": leaver.id}
        registry.get("risk").ports.open_record(uow, facts)
    with unit_of_work(admin.id) as uow:
        disable(uow, leaver.id, HANDOVER, reason="left")
    today = clock.now().date()
    held = held_by(Leaving(db.session(), leaver.id, today, actor_for(admin)))
    waiting = people_to_hand_over(db.session(), today)
    db.session.rollback()

    with unit_of_work(admin.id) as uow:
        hand_over(uow, leaver.id, dict.fromkeys(held, successor.id), "left")

    db.session.rollback()
    assert waiting == [leaver.id]
    assert set(held) == {HeldKind.RECORDS, HeldKind.ROLES, HeldKind.PROCESSES, HeldKind.LED}
    assert db.session.scalars(select(Risk.risk_owner_id)).all() == [successor.id]
    assert people_to_hand_over(db.session(), today) == []
    assert reroute_lost() == 0
