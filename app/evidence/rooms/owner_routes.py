"""The pages of whoever opens audit rooms: the list, the form, one room, closing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template
from marshmallow import fields, validate
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import invitations
from app.accounts.invitations import Door
from app.accounts.people import Details
from app.evidence.clauses import edition_of
from app.evidence.rooms import owner_page, visit
from app.evidence.rooms.rooms import OPEN, RoomOrder, close_room, open_room, room_of, rooms_for
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.records.register import registers
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, asks_for, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.parts import Fact
from app.web.reader import current_reader
from app.web.redirects import redirect_303
from config import Config

blueprint = Blueprint(
    "audit_rooms",
    __name__,
    url_prefix="/audit-rooms",
    template_folder="../templates",  # shared with the rest of the evidence
)
_TEXT = validate.Length(max=200)


class RoomForm(FormSchema):
    """What the form brings besides the boxes of its limits."""

    title = fields.Str(required=True, validate=_TEXT)
    name = fields.Str(required=True, validate=_TEXT)
    organisation = fields.Str(load_default="", validate=_TEXT)
    user_name = fields.Str(required=True, validate=_TEXT)
    mail = fields.Str(load_default=None)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    edition = fields.Str(required=True)
    records_first = fields.Date(load_default=None)
    records_last = fields.Date(load_default=None)


@blueprint.get("")
@permission(OPEN)
def listing() -> str:
    """Show the rooms the person looks after."""
    session = db.session()
    rows = owner_page.room_rows(session, rooms_for(session, current_actor()), clock.now().date())
    return render_template("evidence/rooms.html", columns=owner_page.room_columns(), rows=rows)


@blueprint.get("/new")
@permission(OPEN)
def form() -> AnyResponse:
    """Ask what the room shows, to whom, and until when."""
    return _form()


@blueprint.post("/new")
@permission(OPEN)
def begin() -> AnyResponse:
    """Open a room and show how its guest gets in."""
    actor = current_actor()
    try:
        order = _order(read_form(_schema()), actor.zone)
        with unit_of_work(actor.id) as uow:
            room, door = open_room(uow, actor, order, _public_url())
    except Invalid as refusal:
        return _form(refusal)
    return answer_with(_drawn(room.id, door), None)


@blueprint.get("/<int:room_id>")
@permission(OPEN)
def page(room_id: int) -> str:
    """Show one room with what was looked at."""
    return _drawn(room_id)


@blueprint.post("/<int:room_id>/door")
@permission(OPEN)
@asks_for()
def door(room_id: int) -> str:
    """Make a fresh way in for the guest."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        room = room_of(uow.session, actor, room_id)
        made = invitations.open_door(uow, room.guest_id, _public_url())
    return _drawn(room_id, made)


@blueprint.post("/<int:room_id>/close")
@permission(OPEN)
@asks_for()
def close(room_id: int) -> AnyResponse:
    """Close a room at once."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        close_room(uow, room_of(uow.session, actor, room_id))
    tell_done(_("The room is closed."), _("Its guest is signed out."))
    return redirect_303(address("audit_rooms.page", room_id=room_id))


def _drawn(room_id: int, made: Door | None = None) -> str:
    session, today = db.session(), clock.now().date()
    room = room_of(session, current_actor(), room_id)
    counts = visit.kinds_in(session, room)
    return render_template(
        "evidence/room_owner.html",
        room=room,
        guest=owner_page.guest_words(session, room),
        chip=owner_page.state_of(room, today),
        is_open=room.closed_at is None and room.last >= today,
        door=made,
        facts=visit.room_facts(session, room, current_reader()),
        counts=[Fact(visit.kind_word(kind), str(count)) for kind, count in counts.items()],
        columns=owner_page.look_columns(),
        looks=owner_page.look_rows(session, room),
    )


def _form(refusal: Invalid | None = None) -> Response:
    typed = typed_answers() if refusal else {}
    problems = refusal.problems if refusal else ()
    views = owner_page.room_fields(clock.now().date())
    edition = edition_of(typed.get("edition", "2015"))
    drawn = render_template(
        "evidence/room_form.html",
        fields=with_answers(views, typed, problems),
        limits=owner_page.limit_fields(db.session(), current_actor(), edition, typed),
        labels={view.key: view.label for view in views} | {"sites": _("Sites")},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(drawn, refusal)


def _schema() -> FormSchema:
    """Return the schema with a box for everything a room can be limited to."""
    groups = owner_page.limit_fields(db.session(), current_actor(), edition_of("2015"), {})
    boxes: dict[str, fields.Field[Any]] = {
        view.key: fields.Bool() for _name, views in groups for view in views
    }
    made: FormSchema = RoomForm.from_dict(boxes)()  # type: ignore[assignment]  # it is a subclass of RoomForm
    return made


def _order(answers: dict[str, Any], zone: str) -> RoomOrder:
    def ticked(prefix: str) -> list[str]:
        return [
            key.removeprefix(prefix) for key, value in answers.items() if key.startswith(prefix) and value
        ]

    known = {one.kind for one in registers.all()}
    return RoomOrder(
        title=answers["title"],
        guest=Details(answers["user_name"], answers["name"], answers["mail"], zone),
        organisation=answers["organisation"],
        edition=edition_of(answers["edition"]).key,
        first=answers["first"],
        last=answers["last"],
        site_ids=tuple(int(one) for one in ticked(owner_page.SITE)),
        process_ids=tuple(int(one) for one in ticked(owner_page.PROCESS)),
        clauses=tuple(ticked(owner_page.CLAUSE)),
        kinds=tuple(one for one in ticked(owner_page.KIND) if one in known),
        records_first=answers["records_first"],
        records_last=answers["records_last"],
    )


def _public_url() -> str:
    config: Config = current_app.config["KEEL"]
    return config.public_url
