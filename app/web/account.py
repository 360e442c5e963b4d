"""One's own account: language, zone, theme, absence and substitute, password, and the browsers signed in."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from app.accounts import absences, credentials, links, people, sign_in, signing_pins
from app.accounts.passwords import check_password
from app.accounts.sessions import begin, end, open_sessions
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, NotFound, Problem, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.web import account_fields as shown
from app.web.browsers import browser_in_words
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import (
    FormInvalid,
    FormSchema,
    answer_with,
    asks_for,
    id_answer,
    read_form,
    typed_answers,
    with_answers,
)
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303
from app.web.sessions import address_of_request, current_passwords, keep_secret
from app.web.site_choice import address_at_site, keep_site, site_choices

blueprint = Blueprint("me", __name__, url_prefix="/me")


class NoSuchSite(NotFound):
    """The site is not one the person may look at."""


class TasteForm(FormSchema):
    """How a person wants to read Keel."""

    zone = fields.Str(required=True)
    locale = fields.Str(required=True)
    theme = fields.Str(required=True)


class SiteForm(FormSchema):
    """The site to look at, none for all, and the page it was asked for on."""

    site = fields.Str()
    next = fields.Str()


class AbsenceForm(FormSchema):
    """Days away and who stands in."""

    substitute_id = id_answer(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class PinForm(FormSchema):
    """Proof of who one is, and the PIN typed twice."""

    proof = fields.Str(required=True)
    pin = fields.Str(required=True)
    pin_again = fields.Str(required=True)


class PasswordForm(FormSchema):
    """The password so far, and its successor typed twice."""

    present = fields.Str(required=True)
    password = fields.Str(required=True)
    again = fields.Str(required=True)


@blueprint.get("")
@permission("me.edit")
def page() -> Response:
    """Show the account of the person signed in."""
    return _page()


@blueprint.post("/site")
@permission("home.read")
def switch_site() -> Response:
    """Look at one site, or at all again: lists begin with it from here on, in this browser."""
    answers = read_form(SiteForm())
    key = answers.get("site", "")
    if key not in {one.key for one in site_choices(db.session(), current_actor())}:
        raise NoSuchSite(_("There is no such site, or it is not yours to see."))
    return keep_site(redirect_303(address_at_site(answers.get("next", "/"), key)), key)


@blueprint.post("")
@permission("me.edit")
def keep_taste() -> Response:
    """Keep language, zone and theme."""
    actor = current_actor()
    try:
        answers = read_form(TasteForm())
        with unit_of_work(actor.id) as uow:
            people.change_taste(uow, actor.id, people.Taste(**answers))
    except Invalid as refusal:
        return _page("taste", refusal)
    tell_done(_("Kept."), _("Keel follows your choice from this page on."))
    return redirect_303(url_for("me.page"))


@blueprint.post("/absences")
@permission("me.edit")
def plan_absence() -> Response:
    """Plan days away."""
    actor = current_actor()
    try:
        answers = read_form(AbsenceForm())
        with unit_of_work(actor.id) as uow:
            absences.plan_absence(uow, actor.id, **answers)
    except Invalid as refusal:
        return _page("absence", refusal)
    tell_done(_("Your absence is planned."), _("Your substitute sees your tasks on those days."))
    return redirect_303(url_for("me.page"))


@blueprint.post("/absences/<int:absence_id>/cancel")
@permission("me.edit")
@asks_for()
def cancel_absence(absence_id: int) -> Response:
    """Take an absence back."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        absences.cancel_absence(uow, actor.id, absence_id)
    tell_done(_("The absence is cancelled."))
    return redirect_303(url_for("me.page"))


@blueprint.post("/password")
@permission("me.edit")
def change_password() -> Response:
    """Change the password after proving the present one; every other browser is signed out."""
    actor = current_actor()
    attempt = sign_in.Attempt(actor.user_name, address_of_request(), request.user_agent.string)
    try:
        answers = read_form(PasswordForm())
        with unit_of_work() as uow:
            may_try = sign_in.count_attempt(uow, attempt)
        if not may_try:
            return _page("password", sign_in.TooManyTries())
        _require_own(actor.id, answers["present"])
        _require_good(answers["password"], answers["again"])
    except Invalid as refusal:
        return _page("password", refusal)
    stored = current_passwords().hash(answers["password"])
    with unit_of_work(actor.id) as uow:
        credentials.change_password(uow, actor.id, stored)
        sign_in.forgive(uow, attempt)
        secret = begin(uow, actor.id, browser=attempt.browser, address=attempt.address)
    answer = keep_secret(redirect_303(url_for("me.page")), secret)
    tell_done(_("Your password is changed."), _("All other browsers are signed out."))
    return answer


@blueprint.post("/pin")
@permission("me.edit")
def set_pin() -> Response:
    """Set or change the PIN one signs with, after proving it is oneself."""
    actor = current_actor()
    attempt = sign_in.Attempt(actor.user_name, address_of_request())
    try:
        answers = read_form(PinForm())
        with unit_of_work() as uow:
            may_try = sign_in.count_attempt(uow, attempt)
        if not may_try:
            return _page("pin", sign_in.TooManyTries())
        code_id = links.pin_code_of(db.session(), actor.id, answers["proof"], clock.now())
        if code_id is None:
            _require_own(actor.id, answers["proof"], "proof")
        _require_good_pin(answers["pin"], answers["pin_again"])
    except Invalid as refusal:
        return _page("pin", refusal)
    stored = current_passwords().hash(answers["pin"])
    with unit_of_work(actor.id) as uow:
        signing_pins.set_pin(uow, actor.id, stored, code_id=code_id)
        sign_in.forgive(uow, attempt)
    tell_done(_("Your PIN is set."), _("Sign with it wherever your signature is asked for."))
    return redirect_303(url_for("me.page"))


@blueprint.post("/sessions/<int:session_id>/end")
@permission("me.edit")
@asks_for()
def end_session(session_id: int) -> Response:
    """Sign one of one's browsers out."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        end(uow, actor.id, session_id)
    tell_done(_("That browser is signed out."))
    return redirect_303(url_for("me.page"))


def _require_own(person_id: int, password: str, field: str = "present") -> None:
    known = credentials.credentials_of_person(db.session(), person_id)
    db.session.rollback()  # give the connection back while hashing
    if sign_in.verify_credentials(known, password, current_passwords()).person_id is None:
        sentences = {
            "present": (_("This is not your present password."), _("The password was not changed.")),
            "proof": (_("This is neither your password nor a code for you."), _("The PIN was not set.")),
        }
        wrong, headline = sentences[field]
        raise FormInvalid(headline, [Problem(field, "wrong", wrong)])


def _require_good(password: str, again: str) -> None:
    actor = current_actor()
    problems = check_password(password, user_name=actor.user_name, name=actor.name)
    if password != again:
        problems.append(Problem("again", "same", _("This is not the same password.")))
    if problems:
        raise FormInvalid(_("The password was not changed."), problems)


def _require_good_pin(pin: str, again: str) -> None:
    problems = signing_pins.check_pin(pin)
    if pin != again:
        problems.append(Problem("pin_again", "same", _("This is not the same PIN.")))
    if problems:
        raise FormInvalid(_("The PIN was not set."), problems)


@blueprint.app_template_filter("browser")
def _browser(user_agent: str) -> str:
    return browser_in_words(user_agent)


def _page(part: str = "", refusal: QmsError | None = None) -> Response:
    """Draw the account; the part that was refused keeps what was typed."""
    session, actor = db.session(), current_actor()
    today = clock.now().astimezone(actor.zone_info).date()
    parts: dict[str, tuple[FieldView, ...]] = {
        "taste": shown.taste_fields(actor),
        "absence": shown.absence_fields(people.people(session), actor),
        "password": shown.password_change_fields(),
        "pin": shown.pin_fields(),
    }
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    if refusal is not None:
        parts[part] = with_answers(parts[part], typed_answers(), problems)
    drawn = render_template(
        "login/account.html",
        parts=parts,
        refused=part,
        refusal=refusal,
        problems=problems,
        labels={view.key: view.label for view in parts.get(part, ())},
        account=people.person(session, actor.id).details,
        absences=absences.absences_of(session, actor.id, today),
        sessions=open_sessions(session, actor, clock.now()),
        pin=signing_pins.state_of(session, actor.id),
        roles=shown.role_lines(session, actor.id, today),
    )
    return answer_with(drawn, refusal)
