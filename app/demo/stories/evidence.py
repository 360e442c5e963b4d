"""The certification body comes: a sample of the trail is looked at, and a room is opened for its auditor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from app.accounts.credentials import change_password
from app.accounts.people import Details
from app.accounts.sessions import actor_of
from app.demo.agenda import Story
from app.demo.nonconformity_steps import QUALITY_MANAGER
from app.demo.stage import Stage
from app.evidence.reviews.models import TrailReview
from app.evidence.rooms.models import AuditRoom
from app.evidence.rooms.rooms import RoomOrder, look, open_room
from app.evidence.rooms.visit import record_of_room, records_page, told_to
from app.foundation import clock
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KindKey
from app.web.addresses import outside_requests
from app.web.reader import Reader
from app.workflow.acts import perform

AUDITOR = "helena.brandt"
OPEN_DAYS = 28
DOUBTED = 3  # the place in the sample of the entry that somebody asks about


def evidence_stories(stage: Stage, password_hash: str, base_url: str) -> Sequence[Story]:
    """Return the stories: the review of the trail that the calendar asks for, and the room.

    Shape: the guest of the room has the password of everybody.
    """
    return _trail_review(stage), _room(stage, password_hash, base_url)


def _trail_review(stage: Stage) -> Story:
    """Tell of the yearly look at a sample of the trail; one entry is asked about."""
    yield 352
    review_id = stage.latest(TrailReview)
    sample = [
        {**row, "finding": "right", "note": ""}
        if place != DOUBTED
        else {**row, "finding": "asked", "note": "Asked who did it why; the answer was given the same day."}
        for place, row in enumerate(stage.record(review_id).sample)
    ]
    conclusion = "Roles were given by the admin on the word of the managers. Nothing is missing."
    stage.complete(QUALITY_MANAGER, review_id, "look_at_sample", {"sample": sample, "conclusion": conclusion})
    yield 350
    stage.approve_by_all(review_id, "sign_off")


def _room(stage: Stage, password_hash: str, base_url: str) -> Story:
    """Tell of the auditor of the certification body, who reads ahead of the visit."""
    yield 9
    room = _opened(stage, password_hash, base_url)
    yield 7
    _looked_around(room)


def _opened(stage: Stage, password_hash: str, base_url: str) -> int:
    manager, codes, today = stage.actor(QUALITY_MANAGER), stage.company.codes, stage.today()
    order = RoomOrder(
        title=_("Certification audit %(year)s", year=today.year),
        guest=Details(AUDITOR, "Helena Brandt", zone="Europe/Berlin"),
        organisation="Nordcert",
        edition="2015",
        first=today,
        last=today + timedelta(days=OPEN_DAYS),
        site_ids=(codes[KindKey.SITE, "UME"], codes[KindKey.SITE, "GDA"]),
        records_first=stage.date_of(365),
        records_last=today + timedelta(days=OPEN_DAYS),
    )

    def work(uow: UnitOfWork) -> int:
        room, _door = open_room(uow, manager, order, base_url)
        change_password(uow, room.guest_id, password_hash)
        return room.id

    return perform(manager.id, work)


def _looked_around(room_id: int) -> None:
    """Read the entrance and what the room shows of clause 10.2.1, and open the first CAPA of it."""
    room = db.session.get_one(AuditRoom, room_id)
    guest = actor_of(db.session(), room.guest_id, clock.now())
    assert guest is not None, "the room is open"
    rows, _following = records_page(db.session(), room, kind="capa", clause="10.2.1", before=None)
    told = told_to(room, guest, Reader(guest.locale, guest.zone), clock.now())
    with outside_requests():
        shown = record_of_room(db.session(), room, rows[0].id, told)
    for page, about in (("entrance", ""), ("records", "capa 10.2.1"), ("record", shown.number)):
        perform(guest.id, partial(_note, room_id, page, about))


def _note(room_id: int, page: str, about: str, uow: UnitOfWork) -> None:
    look(uow, uow.session.get_one(AuditRoom, room_id), page, about)
