"""What an admin does with chains: begin one, change its draft, throw it away, ask for its publication."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import policy as rights
from app.accounts.policy import Scope
from app.admin.chains.editing import Focus, Typed, changed
from app.admin.chains.lists import kind_word
from app.admin.chains.routes import (
    EDIT,
    blueprint,
    builder_page,
    builder_url,
    focus_asked_for,
    publish_page,
    sample_asked_for,
)
from app.approvals.chain import Chain, Group, Rule, Stage
from app.approvals.models import ChainVersion
from app.approvals.publications import ask_for_chain
from app.approvals.versions import (
    ChainChangedMeanwhile,
    PolicyOrder,
    add_policy,
    begin_draft,
    discard_draft,
    draft_of,
    keep_draft,
    policy_of,
)
from app.foundation.db import db
from app.foundation.errors import Conflict, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.records.urls import record_url
from app.web.fields import FieldView, Option
from app.web.flashes import tell_done
from app.web.forms import (
    FormInvalid,
    FormSchema,
    answer_with,
    read_form,
    text_field,
    typed_answers,
    with_answers,
)
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.workflow.acts import perform
from app.workflow.lifecycle import registry

__all__ = ["blueprint"]  # of the pages and of the deeds: who asks for the deeds has both
# All that the form of a stage or a rule sends; anything else is refused, as everywhere.
_KNOWN = re.compile(
    r"csrf_token|_do|rule|stage|row_version|name|condition|only_if|mode|has_veto|on_no|due_number|due_unit|policy"
    r"|lets_deputies_act|is_independent|g[0-7]\.(?:name|joint|quorum|number|add)|s\.[a-z][a-z0-9_]*"
)


class BeginForm(FormSchema):
    """A chain as an admin begins it."""

    title = fields.Str(required=True)
    key = fields.Str(required=True)
    record_kind = fields.Str(required=True)
    author_field = fields.Str(load_default="")
    description = fields.Str(load_default="")


class ReasonForm(FormSchema):
    """Why a chain changes."""

    reason = fields.Str(load_default="")


@blueprint.get("/new")
@permission(EDIT)
def begin_page() -> AnyResponse:
    """Ask what a chain is for that a diagram will name."""
    return _begin_page()


@blueprint.post("/new")
@permission(EDIT)
def begin() -> AnyResponse:
    """Begin a chain with one stage that still asks nobody."""
    actor = current_actor()
    rights.require(actor, EDIT, Scope())
    try:
        typed = read_form(BeginForm())
        author = typed["author_field"].strip()
        order = PolicyOrder(
            typed["key"].strip(),
            typed["title"],
            _known_kind(typed["record_kind"]),
            typed["description"],
            (author,) if author else (),
        )
        first = Chain((Rule(_("Always"), stages=(Stage(_("Stage %(number)s", number=1), (Group(),)),)),))
        with unit_of_work(actor.id) as uow:
            add_policy(uow, order, first)
    except Invalid as refusal:
        return _begin_page(refusal)
    tell_done(_("The chain is begun."), _("Say who is asked, try it, then publish it."))
    return redirect_303(builder_url(order.key, Focus(0, 0), {}))


@blueprint.post("/<key>/edit")
@permission(EDIT)
def edit(key: str) -> AnyResponse:
    """Keep the stage or rule that is open, do one deed to the draft, and show what is open then."""
    actor, focus = current_actor(), focus_asked_for(request.form)
    rights.require(actor, EDIT, Scope())
    try:
        typed = _typed()
        with unit_of_work(actor.id) as uow:
            focus = _edited(uow, key, focus, typed)
    except (Invalid, Conflict) as refusal:
        return builder_page(key, focus, refusal=refusal)
    return redirect_303(builder_url(key, focus, sample_asked_for(request.form)))


@blueprint.post("/<key>/discard")
@permission(EDIT)
def discard(key: str) -> AnyResponse:
    """Throw the draft away; what is in force stays."""
    actor = current_actor()
    rights.require(actor, EDIT, Scope())
    read_form(FormSchema())
    draft = draft_of(db.session(), policy_of(db.session(), key).id)
    if draft is not None:
        with unit_of_work(actor.id) as uow:
            discard_draft(uow, draft.id)
        tell_done(_("The draft is gone."), _("What is in force has not changed."))
    return redirect_303(url_for("admin_chains.builder", key=key))


@blueprint.post("/<key>/publish")
@permission(EDIT)
def publish(key: str) -> AnyResponse:
    """Ask a second person to put the draft in force."""
    actor = current_actor()
    rights.require(actor, EDIT, Scope())
    draft = draft_of(db.session(), policy_of(db.session(), key).id)
    draft_id = draft.id if draft else 0
    try:
        reason = read_form(ReasonForm())["reason"]
        record_id = perform(actor.id, lambda uow: ask_for_chain(uow, draft_id, reason))
    except (Invalid, ChainChangedMeanwhile) as refusal:
        return publish_page(key, refusal)
    tell_done(
        _("A second person is asked."),
        _("It comes into force when they agree."),
        url=record_url("publication", record_id),
        label=_("See who is asked"),
    )
    return redirect_303(url_for("admin_chains.builder", key=key))


def _edited(uow: UnitOfWork, key: str, focus: Focus, typed: Typed) -> Focus:
    known = draft_of(uow.session, policy_of(uow.session, key).id)
    seen = int(request.form.get("row_version", "0") or 0)
    if known is not None and seen != known.row_version and not _is_own_echo(uow, known, seen):
        raise ChainChangedMeanwhile(
            _("Somebody changed this draft meanwhile. Look at it again; nothing was kept.")
        )
    draft = known or begin_draft(uow, key)
    chain, then = changed(Chain.from_json(draft.content), focus, typed)
    keep_draft(uow, draft.id, chain, row_version=draft.row_version)
    return then


def _is_own_echo(uow: UnitOfWork, draft: ChainVersion, seen: int) -> bool:
    """Tell whether a page only met itself: it kept what was typed in the moment a button was pressed."""
    return draft.edited_by_id == uow.actor_id and draft.row_version - seen == 1


def _typed() -> dict[str, list[str]]:
    """Return what the builder's form sent.

    Errors: FormInvalid for anything the form does not have.
    """
    typed = request.form.to_dict(flat=False)
    unknown = [one for one in typed if not _KNOWN.fullmatch(one)]
    unreadable = [one for one, values in typed.items() if any("\0" in value for value in values)]
    number = request.form.get("row_version", "0")
    if unknown or unreadable or not (number.isdecimal() and len(number) < 10):
        problems = [Problem(one, "unknown", _("This form has no field of this name.")) for one in unknown]
        raise FormInvalid(_("The form was not accepted."), problems)
    return typed


def _begin_page(refusal: Invalid | None = None) -> AnyResponse:
    rights.require(current_actor(), EDIT, Scope())
    problems = refusal.problems if refusal else ()
    views = with_answers(_begin_fields(), typed_answers() if refusal else {}, problems)
    drawn = render_template(
        "admin/chain_new.html",
        fields=views,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in views},
    )
    answer: Response = answer_with(drawn, refusal)
    return answer


def _begin_fields() -> tuple[FieldView, ...]:
    kinds = tuple(Option(kind, word) for kind, word in _kinds().items())
    return (
        text_field("title", _("Name"), is_required=True, help=_("What is approved, such as Plan of a CAPA.")),
        text_field(
            "key", _("Key"), is_required=True, help=_("The word by which a diagram names it: plan_approval.")
        ),
        FieldView("record_kind", "select", _("Kind of record"), is_required=True, options=kinds),
        text_field(
            "author_field",
            _("Field that names the author"),
            help=_("Authors never approve. For example capa_owner_id."),
        ),
        FieldView("description", "textarea", _("What it is for")),
    )


def _kinds() -> Mapping[str, str]:
    return {one.record_kind: kind_word(one.record_kind) for one in registry.all()}


def _known_kind(kind: str) -> str:
    if kind not in _kinds():
        sentence = _("There is no such kind of record.")
        raise FormInvalid(sentence, [Problem("record_kind", "unknown", sentence)])
    return kind
