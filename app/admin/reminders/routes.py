"""The page of task policies: when tasks are due, when people are reminded, who hears of late ones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import policy as rights
from app.accounts.policy import Scope
from app.admin.people.fields import site_options
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import Site
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import FormSchema, answer_with, read_form, text_field, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.parts import Column
from app.web.redirects import redirect_303
from app.workflow.models import TaskPolicy
from app.workflow.policies import DEFAULT, PolicyOrder, keep_policy, order_of, policy_for

blueprint = Blueprint("admin_reminders", __name__, url_prefix="/admin/reminders")
PERMISSION = "admin.settings"


class PolicyForm(FormSchema):
    """A policy as an admin writes it."""

    key = fields.Str(required=True)
    default_due = fields.Str(required=True)
    reminders = fields.Str(load_default="")
    escalations = fields.Str(load_default="")


@blueprint.get("")
@permission(PERMISSION)
def page() -> Response:
    """Show the policies, and the one asked for to be changed."""
    return _page()


@blueprint.post("")
@permission(PERMISSION)
def keep() -> Response:
    """Keep a policy for all sites or for one."""
    actor, site_id = current_actor(), _site_asked_for()
    rights.require(actor, PERMISSION, Scope(site_id))
    try:
        order = PolicyOrder(**read_form(PolicyForm()))
        with unit_of_work(actor.id) as uow:
            keep_policy(uow, order, site_id)
    except Invalid as refusal:
        return _page(refusal)
    tell_done(_("The policy is kept."), _("Tasks that appear from here on follow it."))
    return redirect_303(url_for("admin_reminders.page", site=site_id, key=order.key))


def _page(refusal: Invalid | None = None) -> Response:
    site_id, session = _site_asked_for(), db.session()
    rights.require(current_actor(), PERMISSION, Scope(site_id))
    order = order_of(policy_for(session, request.args.get("key", DEFAULT), site_id))
    problems = refusal.problems if refusal else ()
    views = with_answers(_fields(order), typed_answers() if refusal else {}, problems)
    drawn = render_template(
        "admin/reminders.html",
        fields=views,
        sites=site_options(session),
        site_id=site_id,
        columns=_columns(),
        rows=_rows(session),
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    return answer_with(drawn, refusal)


def _fields(order: PolicyOrder) -> tuple[FieldView, ...]:
    return (
        text_field(
            "key",
            _("Name"),
            order.key,
            help=_("“default” holds for every task whose diagram names no other."),
            is_required=True,
        ),
        text_field(
            "default_due",
            _("Due after"),
            order.default_due,
            help=_("Working time of the site, such as P5D or PT8H, where the diagram does not say."),
            is_required=True,
        ),
        text_field(
            "reminders", _("Remind before"), order.reminders, help=_("Durations, parted by commas: P3D, P1D")
        ),
        FieldView(
            "escalations",
            "textarea",
            _("Tell about late ones"),
            order.escalations,
            help=_("One a line: a duration, then manager or a role. For example P7D quality_manager"),
        ),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("key", _("Name")),
        Column("site", _("Site")),
        Column("default_due", _("Due after")),
        Column("reminders", _("Remind before")),
        Column("escalations", _("Late ones")),
    )


def _rows(session: Session) -> list[dict[str, Any]]:
    kept = session.execute(
        select(TaskPolicy, Site.name)
        .outerjoin(Site, Site.id == TaskPolicy.site_id)
        .order_by(TaskPolicy.key, Site.name)
    )
    return [
        {
            "key": row.key,
            "site": name or _("All sites"),
            "default_due": row.default_due,
            "reminders": ", ".join(row.reminders),
            "escalations": ", ".join(f"{rung['after']} {rung['to']}" for rung in row.escalations),
        }
        for row, name in kept
    ]


def _site_asked_for() -> int | None:
    return request.args.get("site", type=int)
