"""Pages of settings and of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, abort, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.admin.people.fields import site_options
from app.admin.settings.service import in_words, keep_settings
from app.foundation import outbox as mailing
from app.foundation.db import db
from app.foundation.errors import QmsError
from app.foundation.i18n import gettext as _
from app.foundation.outbox import MailState
from app.foundation.settings import AnySetting, SettingInvalid, values_of
from app.foundation.unit_of_work import unit_of_work
from app.trail import Subject, record
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, text_field, typed_answers, with_answers
from app.web.guards import LARGEST_ID, current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_settings", __name__, url_prefix="/admin")
EXTENSION = "keel_settings"  # every declared setting by key, from the composition root


@blueprint.get("/settings")
@permission("admin.settings")
def page() -> Response:
    """Show the settings, for all sites or for one."""
    return _page(_site_asked_for())


@blueprint.post("/settings")
@permission("admin.settings")
def keep() -> Response:
    """Keep the settings that differ, for all sites or for one."""
    actor, site_id = current_actor(), _site_asked_for()
    policy.require(actor, "admin.settings", Scope(site_id))
    try:
        with unit_of_work(actor.id) as uow:
            changed = keep_settings(uow, _known(), typed_answers(), site_id)
    except SettingInvalid as refusal:
        return _page(site_id, refusal)
    tell_done(_("%(count)s settings changed.", count=changed))
    return redirect_303(url_for("admin_settings.page", site=site_id))


@blueprint.get("/outbox")
@permission("admin.outbox")
def outbox() -> str:
    """Show mails that wait or could not be sent, so that links can be handed over by hand."""
    policy.require(current_actor(), "admin.outbox", Scope())
    session = db.session()
    return render_template(
        "admin/outbox.html",
        waiting=mailing.mails(session, MailState.WAITING),
        dead=mailing.mails(session, MailState.DEAD),
        has_server=current_app.config["KEEL"].smtp_url is not None,
    )


@blueprint.post("/outbox/<int:mail_id>/copied")
@permission("admin.outbox")
@asks_for()
def mark_copied(mail_id: int) -> Response:
    """Close a mail that was handed over by hand."""
    actor = current_actor()
    policy.require(actor, "admin.outbox", Scope())
    with unit_of_work(actor.id) as uow:
        mailing.mark_copied(uow, mail_id)
        record(uow, verb="mail.handed_over", subject=Subject("mail", mail_id, f"mail {mail_id}"))
    return _outbox_again(_("The mail is closed."))


@blueprint.post("/outbox/<int:mail_id>/retry")
@permission("admin.outbox")
@asks_for()
def retry(mail_id: int) -> Response:
    """Let a mail that could not be sent be tried again."""
    actor = current_actor()
    policy.require(actor, "admin.outbox", Scope())
    with unit_of_work(actor.id) as uow:
        mailing.retry(uow, mail_id)
        record(uow, verb="mail.retried", subject=Subject("mail", mail_id, f"mail {mail_id}"))
    return _outbox_again(_("The mail is tried again."))


def _page(site_id: int | None, refusal: QmsError | None = None) -> Response:
    policy.require(current_actor(), "admin.settings", Scope(site_id))
    known = _known()
    values = values_of(db.session(), known.values(), site_id)
    views = tuple(_field(known[key], values[key]) for key in sorted(known))
    problems = refusal.problems if isinstance(refusal, SettingInvalid) else ()
    drawn = render_template(
        "admin/settings.html",
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        sites=site_options(db.session()),
        site_id=site_id,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    return answer_with(drawn, refusal)


def _field(setting: AnySetting, value: object) -> FieldView:
    label, words = _(setting.description), in_words(value)
    default = _("%(key)s, as shipped %(default)s", key=setting.key, default=in_words(setting.default))
    if setting.kind is bool:
        options = (Option("true", _("Yes")), Option("false", _("No")))
        return FieldView(setting.key, "radio", label, words, help=default, options=options)
    return text_field(setting.key, label, words, help=default, limits={"autocomplete": "off"})


def _known() -> Mapping[str, AnySetting]:
    return cast("Mapping[str, AnySetting]", current_app.extensions.get(EXTENSION, {}))


def _site_asked_for() -> int | None:
    asked_for = request.args.get("site", type=int)
    if asked_for is not None and not 0 < asked_for <= LARGEST_ID:
        abort(404)
    return asked_for


def _outbox_again(headline: str) -> Response:
    tell_done(headline)
    return redirect_303(url_for("admin_settings.outbox"))
