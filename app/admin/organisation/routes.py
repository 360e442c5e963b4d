"""Pages of master data: one list, one form and one import for every kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import people, policy
from app.accounts.policy import Scope
from app.admin.organisation import fields as shown
from app.admin.organisation import forms, presenter
from app.foundation.db import db
from app.foundation.errors import Invalid, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation import imports, service
from app.organisation.kinds import KINDS, Entry, Kind, KindKey, title_of
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_organisation", __name__, url_prefix="/admin/master")
PERMISSION = "admin.organisation"


@blueprint.get("/<kind_key>")
@permission(PERMISSION)
def register(kind_key: str) -> str:
    """Show the rows of a kind."""
    kind, with_retired = _kind(kind_key), "retired" in request.args
    return render_template(
        "admin/master.html",
        kind=kind,
        title=title_of(kind.key),
        columns=presenter.register_columns(kind),
        rows=presenter.register_rows(db.session(), kind, with_retired=with_retired),
        with_retired=with_retired,
    )


@blueprint.get("/<kind_key>/new")
@permission(PERMISSION)
def add_page(kind_key: str) -> Response:
    """Show the form of a fresh row."""
    return _form_page(_kind(kind_key))


@blueprint.post("/<kind_key>/new")
@permission(PERMISSION)
def add(kind_key: str) -> Response:
    """Keep a fresh row."""
    kind, actor = _kind(kind_key), current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        new = Entry(**read_form(forms.entry_form(kind, is_new=True)))
        with unit_of_work(actor.id) as uow:
            service.add(uow, kind, new)
    except Invalid as refusal:
        return _form_page(kind, refusal=refusal)
    return _back(kind, _("%(name)s is added.", name=new.name))


@blueprint.get("/<kind_key>/<int:entry_id>")
@permission(PERMISSION)
def entry(kind_key: str, entry_id: int) -> Response:
    """Show the form of a row."""
    kind = _kind(kind_key)
    return _form_page(kind, service.entry(db.session(), kind, entry_id))


@blueprint.post("/<kind_key>/<int:entry_id>")
@permission(PERMISSION)
def change(kind_key: str, entry_id: int) -> Response:
    """Change a row."""
    kind, actor = _kind(kind_key), current_actor()
    policy.require(actor, PERMISSION, Scope())
    try:
        answers = read_form(forms.entry_form(kind, is_new=False))
        row_version = answers.pop("row_version")
        with unit_of_work(actor.id) as uow:
            service.change(uow, kind, entry_id, Entry(**answers), row_version=row_version)
    except Invalid as refusal:
        return _form_page(kind, service.entry(db.session(), kind, entry_id), refusal)
    return _back(kind, _("%(name)s is kept.", name=answers["name"]))


@blueprint.post("/<kind_key>/<int:entry_id>/retire")
@permission(PERMISSION)
@asks_for()
def retire(kind_key: str, entry_id: int) -> Response:
    """Take a row out of use."""
    kind, actor = _kind(kind_key), current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        service.retire(uow, kind, entry_id)
    return _back(kind, _("The entry is retired."), _("Records that name it keep it."))


@blueprint.post("/<kind_key>/<int:entry_id>/restore")
@permission(PERMISSION)
@asks_for()
def restore(kind_key: str, entry_id: int) -> Response:
    """Bring a retired row back into use."""
    kind, actor = _kind(kind_key), current_actor()
    policy.require(actor, PERMISSION, Scope())
    with unit_of_work(actor.id) as uow:
        service.restore(uow, kind, entry_id)
    return _back(kind, _("The entry is in use again."))


@blueprint.get("/<kind_key>/import")
@permission(PERMISSION)
def import_page(kind_key: str) -> str:
    """Show where to paste or choose a file."""
    return _import_page(_kind(kind_key))


@blueprint.post("/<kind_key>/import")
@permission(PERMISSION)
def preview_import(kind_key: str) -> Response:
    """Say what importing the file would do; nothing is changed."""
    kind = _kind(kind_key)
    policy.require(current_actor(), PERMISSION, Scope())
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    content = content or request.form.get("content", "").encode()
    session = db.session()
    plan = imports.plan_import(session, kind, content, people.ids_by_user_name(session))
    text = content.decode("utf-8-sig", errors="replace")
    return make_response(_import_page(kind, plan, text), 422 if plan.problems else 200)


@blueprint.post("/<kind_key>/import/apply")
@permission(PERMISSION)
def apply_import(kind_key: str) -> Response:
    """Import what was previewed, all rows or none."""
    kind, actor = _kind(kind_key), current_actor()
    policy.require(actor, PERMISSION, Scope())
    answers = read_form(forms.ImportForm())
    content = answers["content"].encode()
    try:
        with unit_of_work(actor.id) as uow:
            known = people.ids_by_user_name(uow.session)
            plan = imports.apply_import(uow, kind, content, known)
    except imports.ImportRefused:
        session = db.session()
        plan = imports.plan_import(session, kind, content, people.ids_by_user_name(session))
        return make_response(_import_page(kind, plan, answers["content"]), 422)
    added, changed = plan.count(imports.Verb.ADD), plan.count(imports.Verb.CHANGE)
    words = _("%(added)s added, %(changed)s changed.", added=added, changed=changed)
    return _back(kind, _("The file is imported."), words)


def _kind(key: str) -> Kind:
    if key not in set(KindKey):
        abort(404)
    return KINDS[KindKey(key)]


def _form_page(kind: Kind, kept: service.Kept | None = None, refusal: QmsError | None = None) -> Response:
    views = shown.entry_fields(db.session(), kind, kept.entry if kept else None)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    page = render_template(
        "admin/entry.html",
        kind=kind,
        kept=kept,
        title=title_of(kind.key),
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    return answer_with(page, refusal)


def _import_page(kind: Kind, plan: imports.Plan | None = None, content: str = "") -> str:
    more: dict[str, Any] = {}
    if plan is not None:
        more = {"columns": presenter.plan_columns(), "rows": presenter.plan_rows(plan)}
    return render_template(
        "admin/import.html",
        kind=kind,
        title=title_of(kind.key),
        headings=imports.headings_of(kind),
        plan=plan,
        content=content,
        **more,
    )


def _back(kind: Kind, headline: str, text: str = "") -> Response:
    tell_done(headline, text)
    return redirect_303(url_for("admin_organisation.register", kind_key=kind.key.value))
