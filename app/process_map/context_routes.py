"""Pages of the context, the scope, and the roles somebody must hold."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.policy import Scope
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.process_map.context_page import context_page, roles_page, scope_page
from app.process_map.fields import scope_schema, scope_views
from app.process_map.processes import MAINTAIN, may_maintain
from app.process_map.roles import take_usual
from app.process_map.scope import ScopeText, exclusions_from, exclusions_text, keep_scope, scope_on
from app.web.addresses import address
from app.web.flashes import tell_done
from app.web.forms import answer_with, asks_for, read_form, typed_answers, with_answers
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

READ = "processes.read"
blueprint = Blueprint("context", __name__, url_prefix="/processes", template_folder="templates")


@blueprint.get("/context")
@permission(READ)
def page() -> str:
    """Show issues, interested parties, and where the yearly review stands."""
    actor = current_actor()
    shown = context_page(db.session(), actor, clock.now().date())
    return render_template("process_map/context.html", page=shown, may_maintain=may_maintain(actor))


@blueprint.get("/scope")
@permission(READ)
def scope() -> str:
    """Show the scope in force and its versions."""
    shown = scope_page(db.session(), clock.now().date())
    is_maintainer = may_maintain(current_actor())
    return render_template("process_map/scope.html", page=shown, may_maintain=is_maintainer)


@blueprint.get("/scope/print")
@permission(READ)
def scope_paper() -> str:
    """Show the scope in force for printing."""
    shown = scope_page(db.session(), clock.now().date())
    return render_template("process_map/scope_print.html", page=shown, printed_at=clock.now())


@blueprint.get("/scope/new")
@permission(MAINTAIN)
def scope_form() -> Response:
    """Ask for the next version, beginning with what is in force."""
    policy.require(current_actor(), MAINTAIN, Scope())
    return _scope_form()


@blueprint.post("/scope/new")
@permission(MAINTAIN)
def keep_scope_version() -> Response:
    """Keep the next version of the scope."""
    policy.require(current_actor(), MAINTAIN, Scope())
    try:
        answers = read_form(scope_schema(db.session()))
        chosen = tuple(int(key.removeprefix("site")) for key, value in answers.items() if value is True)
        text = ScopeText(
            answers["starts_on"],
            answers["statement"],
            answers["products"],
            chosen,
            exclusions_from(answers["exclusions"]),
        )
        with unit_of_work(current_actor().id) as uow:
            keep_scope(uow, text)
    except Invalid as refusal:
        return _scope_form(refusal)
    tell_done(_("The scope is kept."), _("Earlier versions stay as they are."))
    return redirect_303(address("context.scope"))


@blueprint.get("/roles")
@permission(READ)
def roles() -> str:
    """Show which roles somebody must hold, and where nobody does."""
    actor = current_actor()
    shown = roles_page(db.session(), actor, clock.now().date())
    return render_template("process_map/roles.html", page=shown, may_maintain=may_maintain(actor))


@blueprint.post("/roles/usual")
@permission(MAINTAIN)
@asks_for()
def take_usual_roles() -> Response:
    """Require the roles that most systems need."""
    policy.require(current_actor(), MAINTAIN, Scope())
    with unit_of_work(current_actor().id) as uow:
        take_usual(uow)
    tell_done(_("The usual roles are required."), _("Change the list as your organisation needs it."))
    return redirect_303(address("context.roles"))


def _scope_form(refusal: Invalid | None = None) -> Response:
    session, today = db.session(), clock.now().date()
    known = scope_on(session, today)
    texts = {"starts_on": today.isoformat()}
    if known is not None:
        texts |= {
            "statement": known.statement,
            "products": known.products,
            "exclusions": exclusions_text(known.exclusions),
        }
    problems = refusal.problems if refusal else ()
    views = scope_views(session, texts, known.site_ids if known else ())
    page = render_template(
        "process_map/scope_form.html",
        fields=with_answers(views, typed_answers() if refusal else {}, problems),
        labels={view.key: view.label for view in views},
        refusal=refusal,
        problems=problems,
    )
    return answer_with(page, refusal)
