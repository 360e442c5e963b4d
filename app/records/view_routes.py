"""Saved views: a list's filters under a name. One's own are kept, renamed and removed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.records import service
from app.records.models import SavedView
from app.records.register import registers
from app.records.urls import register_url
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, asks_for, read_form
from app.web.guards import current_actor, permission
from app.web.redirects import next_address, redirect_303

INBOX = "inbox"
blueprint = Blueprint("views", __name__, url_prefix="/views", template_folder="templates")


class ViewForm(FormSchema):
    """A list's filters under a name."""

    name = fields.Str(required=True)
    list = fields.Str(required=True)
    query = fields.Str()


class NameForm(FormSchema):
    """Another name."""

    name = fields.Str(required=True)


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view as its page shows it; `typed` is the name that was refused."""

    id: int
    name: str
    place: str
    url: str
    typed: str = ""


@blueprint.get("")
@permission("home.read")
def page() -> Response:
    """Show one's own views, to be renamed or removed."""
    return _page()


@blueprint.post("")
@permission("home.read")
def save() -> Response:
    """Keep a list's filters under a name."""
    answers, actor = read_form(ViewForm()), current_actor()
    with unit_of_work(actor.id) as uow:
        service.save_view(uow, actor.id, answers["list"], answers["name"], answers.get("query", ""))
    tell_done(_("The view “%(name)s” is kept.", name=answers["name"]))
    return redirect_303(next_address("/"))


@blueprint.post("/<int:view_id>/rename")
@permission("home.read")
def rename(view_id: int) -> Response:
    """Give a view another name."""
    actor, typed = current_actor(), request.form.get("name", "")
    try:
        name = read_form(NameForm())["name"]
        with unit_of_work(actor.id) as uow:
            service.rename_view(uow, actor.id, view_id, name)
    except Invalid as refusal:
        return _page(view_id, typed, refusal)
    tell_done(_("The view is now called “%(name)s”.", name=name))
    return redirect_303(url_for("views.page"))


@blueprint.post("/<int:view_id>/remove")
@permission("home.read")
@asks_for()
def forget(view_id: int) -> Response:
    """Drop one of one's own views; the page has asked once."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        service.forget_view(uow, actor.id, view_id)
    tell_done(_("The view is removed. The records it showed stay."))
    return redirect_303(next_address(url_for("views.page")))


def _page(refused_id: int = 0, typed: str = "", refusal: Invalid | None = None) -> Response:
    own = service.all_views_of(db.session(), current_actor().id)
    drawn = render_template(
        "records/views.html", lines=_lines(own, refused_id, typed), refusal=refusal, refused_id=refused_id
    )
    return answer_with(drawn, refusal)


def _lines(own: Sequence[SavedView], refused_id: int, typed: str) -> list[ViewLine]:
    return [
        ViewLine(
            view.id,
            view.name,
            _place(view.list_key)[0],
            f"{_place(view.list_key)[1]}?{view.query}",
            typed if view.id == refused_id else view.name,
        )
        for view in own
    ]


def _place(list_key: str) -> tuple[str, str]:
    """Return the words and the address of the list a view is of; one that is gone leads home."""
    register = registers.of_kind(list_key)
    if register is not None:
        return register.title(), register_url(register)
    return (_("Inbox"), address("inbox.page")) if list_key == INBOX else (_("A list that is gone"), "/")
