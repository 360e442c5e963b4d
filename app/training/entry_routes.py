"""Pages of skills and training items, and the forms of everything that is maintained about competence."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, Problem, QmsError
from app.foundation.files import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.foundation.unit_of_work import unit_of_work
from app.records.routes import receive_upload, send_stored
from app.records.service import FileUnseen
from app.training.catalogue_page import item_page, item_rows, item_url, skill_rows
from app.training.entries import LISTS, EntryKey, EntryList, role_titles
from app.training.entry_fields import entry_schema, entry_values, entry_views, site_options
from app.training.items import AudienceOrder, NothingToRead, ask_readers, attach_file, item_of
from app.training.maintain import add_entry, change_entry, end_entry, entry_row, values_of
from app.training.models import Maintained
from app.training.settings import DUE_DAYS
from app.web.addresses import address
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done, tell_refused
from app.web.forms import FormSchema, answer_with, asks_for, id_answer, read_form, typed_answers, with_answers
from app.web.guards import LARGEST_ID, current_actor, permission
from app.web.redirects import redirect_303

READ, MAINTAIN, ASSIGN = "training.read", "training.maintain", "training.assign"
skills = Blueprint("skills", __name__, url_prefix="/training/skills", template_folder="templates")
items = Blueprint("training_items", __name__, url_prefix="/training/items", template_folder="templates")
entries = Blueprint("entries", __name__, url_prefix="/training/entries", template_folder="templates")
BLUEPRINTS = (skills, items, entries)


class AudienceForm(FormSchema):
    """Who is to read an item: one role or everybody, one site or all."""

    role = fields.Str(load_default="", validate=validate.OneOf(["", *Role]))
    site_id = id_answer(load_default=None)
    due_days = fields.Int(required=True)


@skills.get("")
@permission(READ)
def page() -> str:
    """Show skills, who needs them, and what teaches them."""
    return render_template("training/skills.html", rows=skill_rows(db.session()), may_maintain=_may(MAINTAIN))


@items.get("")
@permission(READ)
def listing() -> str:
    """Show what there is to learn."""
    rows = item_rows(db.session(), with_gone="gone" in request.args)
    return render_template("training/items.html", rows=rows, may_maintain=_may(MAINTAIN))


@items.get("/<int:item_id>", endpoint="page")
@permission(READ)
def one_item(item_id: int) -> Response:
    """Show one training item."""
    return _item(item_id)


@items.get("/<int:item_id>/file")
@permission(READ)
def file(item_id: int) -> Response:
    """Send the file of an item."""
    session = db.session()
    stored = session.get(StoredFile, item_of(session, item_id).file_id or 0)
    if stored is None:
        raise FileUnseen(_("There is no such file."))
    return send_stored(stored)


@items.post("/<int:item_id>/file")
@permission(MAINTAIN)
@asks_for()
def add_file(item_id: int) -> Response:
    """Keep the file that goes with an item."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        tell_refused(_("No file was chosen."))
        return redirect_303(item_url(item_of(db.session(), item_id).id))
    try:
        received = receive_upload(upload, current_actor())
        with unit_of_work(current_actor().id) as uow:
            attach_file(uow, item_id, received)
    except Invalid as refusal:
        tell_refused(_("The file was not kept."), refusal.sentence)
    else:
        tell_done(_("The file is kept."))
    return redirect_303(item_url(item_id))


@items.post("/<int:item_id>/readers")
@permission(ASSIGN)
def ask(item_id: int) -> Response:
    """Ask an audience to read an item and acknowledge it."""
    try:
        answers = read_form(AudienceForm())
        site_id = answers["site_id"]
        _require_site(site_id)
        roles = (Role(answers["role"]),) if answers["role"] else ()
        with unit_of_work(current_actor().id) as uow:
            request_ = ask_readers(uow, item_id, AudienceOrder(roles, site_id, answers["due_days"]))
    except Invalid as refusal:
        return _item(item_id, refusal)
    tell_done(_("They are asked."), _("Everybody finds it at home and in the inbox."))
    return redirect_303(address("acknowledgements.audience", request_id=request_.id))


@entries.get("/<entry_key>/new")
@permission(MAINTAIN)
def add_page(entry_key: str) -> Response:
    """Show the form of a fresh row."""
    asked = request.args.get("skill", "")
    is_id = asked.isdecimal() and int(asked) <= LARGEST_ID
    return _form(_list(entry_key), given={"skill_id": int(asked)} if is_id else {})


@entries.post("/<entry_key>/new")
@permission(MAINTAIN)
def add(entry_key: str) -> Response:
    """Keep a fresh row."""
    list_ = _list(entry_key)
    try:
        values = entry_values(list_, read_form(entry_schema(list_)))
        with unit_of_work(current_actor().id) as uow:
            id_ = add_entry(uow, list_, values)
    except Invalid as refusal:
        return _form(list_, refusal=refusal)
    tell_done(_("It is kept."))
    return redirect_303(_home_of(list_, id_))


@entries.get("/<entry_key>/<int:entry_id>")
@permission(MAINTAIN)
def change_page(entry_key: str, entry_id: int) -> Response:
    """Show the form of a row."""
    list_ = _list(entry_key)
    return _form(list_, row=entry_row(db.session(), list_, entry_id))


@entries.post("/<entry_key>/<int:entry_id>")
@permission(MAINTAIN)
def change(entry_key: str, entry_id: int) -> Response:
    """Change a row."""
    list_ = _list(entry_key)
    row = entry_row(db.session(), list_, entry_id)
    try:
        answers = read_form(entry_schema(list_))
        version = answers["row_version"]
        with unit_of_work(current_actor().id) as uow:
            change_entry(uow, list_, entry_id, entry_values(list_, answers), row_version=version)
    except (Invalid, Conflict) as refusal:
        return _form(list_, row=row, refusal=refusal)
    tell_done(_("It is kept."))
    return redirect_303(_home_of(list_, entry_id))


@entries.post("/<entry_key>/<int:entry_id>/end")
@permission(MAINTAIN)
@asks_for()
def end(entry_key: str, entry_id: int) -> Response:
    """Take a row out of use."""
    list_ = _list(entry_key)
    with unit_of_work(current_actor().id) as uow:
        end_entry(uow, list_, entry_id)
    tell_done(_("It is taken out of use."), _("What was built on it stays."))
    return redirect_303(_home_of(list_, entry_id))


def _list(entry_key: str) -> EntryList:
    if entry_key not in set(EntryKey):
        abort(404)
    return LISTS[EntryKey(entry_key)]


def _home_of(list_: EntryList, entry_id: int) -> str:
    return item_url(entry_id) if list_.key is EntryKey.ITEM else address("skills.page")


def _may(name: str) -> bool:
    return policy.can(current_actor(), name)


def _item(item_id: int, refusal: Invalid | None = None) -> Response:
    session = db.session()
    shown = item_page(session, item_of(session, item_id))
    problems = refusal.problems if refusal else ()
    views = with_answers(_audience_fields(), typed_answers() if refusal else {}, problems)
    page_ = render_template(
        "training/item.html",
        page=shown,
        fields=views,
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
        may_maintain=_may(MAINTAIN),
        may_assign=_may(ASSIGN),
    )
    return answer_with(page_, refusal)


def _require_site(site_id: int | None) -> None:
    """Pass for a site one answers for; all sites are only for those who answer for all."""
    if site_id is None and policy.sites_for(current_actor(), ASSIGN) is not policy.ALL:
        problem = Problem("site_id", "required", _("Choose a site you answer for."))
        raise NothingToRead(_("Nobody was asked."), [problem])
    policy.require(current_actor(), ASSIGN, Scope(site_id=site_id))


def _audience_fields() -> tuple[FieldView, ...]:
    session = db.session()
    days = value_of(session, DUE_DAYS)
    sites = policy.sites_for(current_actor(), ASSIGN)
    is_everywhere = sites is policy.ALL
    named = tuple(one for one in site_options(session) if sites is policy.ALL or int(one.value) in sites)
    roles = tuple(Option(key, word) for key, word in role_titles().items() if key != Role.ADMIN)
    return (
        FieldView("role", "select", _("Role"), options=roles, help=_("Left empty: everybody.")),
        FieldView(
            "site_id",
            "select",
            _("Site"),
            options=named,
            help=_("Left empty: all sites.") if is_everywhere else "",
            is_required=not is_everywhere,
        ),
        FieldView("due_days", "number", _("Calendar days to read it"), str(days), is_required=True),
    )


def _form(
    list_: EntryList,
    *,
    row: Maintained | None = None,
    given: dict[str, Any] | None = None,
    refusal: QmsError | None = None,
) -> Response:
    session = db.session()
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    views = entry_views(session, list_, values_of(list_, row) if row else given or {})
    is_item = row is not None and list_.key is EntryKey.ITEM
    page_ = render_template(
        "training/entry.html",
        title=list_.title(),
        sub=list_.sub(),
        home=_home_of(list_, row.id) if is_item and row else _list_home(list_),
        row=row,
        end_url=address("entries.end", entry_key=list_.key.value, entry_id=row.id) if row else "",
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page_, refusal)


def _list_home(list_: EntryList) -> str:
    return address("training_items.listing" if list_.key is EntryKey.ITEM else "skills.page")
