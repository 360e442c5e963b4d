"""The doors: signing in and out, setting a password by link or printed code, making the first admin."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from app.accounts import credentials, links, setup, sign_in
from app.accounts.models import OneTimeLink
from app.accounts.passwords import check_password
from app.accounts.people import Details, fold, person
from app.accounts.sessions import end
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem, QmsError
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.web import login_fields as shown
from app.web.fields import FieldView
from app.web.flashes import tell_done
from app.web.forms import (
    FormInvalid,
    FormSchema,
    answer_with,
    asks_for,
    read_form,
    typed_answers,
    with_answers,
)
from app.web.guards import current_actor, permission, public
from app.web.redirects import next_address, redirect_303
from app.web.sessions import address_of_request, current_passwords, drop_secret, keep_secret

blueprint = Blueprint("session", __name__)


class SignInForm(FormSchema):
    """Who and the password; `next` is the page asked for before."""

    user_name = fields.Str(required=True)
    password = fields.Str(required=True)
    next = fields.Str()


class ChosenPassword(FormSchema):
    """A password made up by its owner, typed twice."""

    password = fields.Str(required=True)
    again = fields.Str(required=True)


class CodeForm(ChosenPassword):
    """The same, proven by a printed code."""

    user_name = fields.Str(required=True)
    code = fields.Str(required=True)


class FirstAdminForm(ChosenPassword):
    """The same, with the account to make."""

    user_name = fields.Str(required=True)
    name = fields.Str(required=True)
    mail = fields.Str()
    zone = fields.Str(required=True)


@blueprint.get("/sign-in", endpoint="sign_in")
@public
def sign_in_page() -> str | Response:
    """Show the sign-in form; a signed-in person goes on to the page asked for."""
    if g.get("actor") is not None:
        return redirect_303(next_address("/"))
    return _sign_in_form()


@blueprint.post("/sign-in", endpoint="enter")
@public
def enter() -> str | Response:
    """Sign a person in, or say the same to everybody else."""
    try:
        answers = read_form(SignInForm())
    except FormInvalid as refusal:
        return _sign_in_form(refusal)
    attempt = _attempt(answers["user_name"])
    with unit_of_work() as uow:
        may_try = sign_in.count_attempt(uow, attempt)
    if not may_try:
        return _sign_in_form(sign_in.TooManyTries())
    verified = sign_in.verify(db.session(), attempt, answers["password"], current_passwords())
    with unit_of_work(verified.person_id) as uow:
        secret = sign_in.open_session(uow, attempt, verified)
    if secret is None:
        return _sign_in_form(sign_in.failed())
    return keep_secret(redirect_303(next_address("/")), secret)


@blueprint.post("/sign-out")
@permission("me.edit")
@asks_for()
def sign_out() -> Response:
    """End the session; the cookie is worth nothing from now on."""
    actor = current_actor()
    with unit_of_work(actor.id) as uow:
        if actor.session_id is not None:
            end(uow, actor.id, actor.session_id)
    return drop_secret(redirect_303(url_for("session.sign_in")))


@blueprint.get("/forgotten")
@public
def forgotten() -> str:
    """Say how one gets a password again."""
    return render_template("login/forgotten.html")


@blueprint.get("/welcome/<secret>")
@public
def welcome(secret: str) -> str | Response:
    """Show the page of a one-time link: set a password, or make the first admin."""
    try:
        return _welcome_form(links.holder_of(db.session(), secret, clock.now()))
    except links.LinkSpent as refusal:
        return _spent_page(refusal)


@blueprint.post("/welcome/<secret>")
@public
def take_welcome(secret: str) -> str | Response:
    """Use the link up: keep the password and sign the person in."""
    try:
        link = links.holder_of(db.session(), secret, clock.now())
    except links.LinkSpent as refusal:
        return _spent_page(refusal)
    link_id = link.id
    try:
        if link.purpose == links.Purpose.FIRST_ADMIN:
            return _make_first_admin(link_id)
        return _set_password(link_id, link.person_id or 0, read_form(ChosenPassword()))
    except links.LinkSpent as refusal:
        return _spent_page(refusal)
    except Invalid as refusal:
        return _welcome_form(links.holder_of(db.session(), secret, clock.now()), refusal)


@blueprint.get("/code")
@public
def code() -> str | Response:
    """Show the form for a printed code."""
    return _code_form()


@blueprint.post("/code", endpoint="take_code")
@public
def take_code() -> str | Response:
    """Set a password by user name and printed code; tries are counted like sign-ins."""
    try:
        answers = read_form(CodeForm())
        attempt = _attempt(answers["user_name"])
        with unit_of_work() as uow:
            may_try = sign_in.count_attempt(uow, attempt)
        if not may_try:
            return _code_form(sign_in.TooManyTries())
        link = links.holder_of_code(db.session(), fold(answers["user_name"]), answers["code"], clock.now())
        return _set_password(link.id, link.person_id or 0, answers)
    except (Invalid, links.LinkSpent) as refusal:
        return _code_form(refusal)


def _set_password(link_id: int, person_id: int, answers: dict[str, Any]) -> Response:
    """Keep the chosen password and open a session. The slow hashing is done before the transaction."""
    details = person(db.session(), person_id).details
    _require_good(answers, details.user_name, details.name)
    stored = current_passwords().hash(answers["password"])
    with unit_of_work(person_id) as uow:
        credentials.set_password_by_link(uow, link_id, stored)
    return _sign_in_as(person_id, details.user_name)


def _make_first_admin(link_id: int) -> Response:
    answers = read_form(FirstAdminForm())
    details = Details(answers["user_name"], answers["name"], answers.get("mail"), answers["zone"])
    _require_good(answers, details.user_name, details.name)
    stored = current_passwords().hash(answers["password"])
    with unit_of_work() as uow:
        person_id = setup.create_first_admin(uow, link_id, details, stored)
    answer = _sign_in_as(person_id, details.user_name, home="/admin")
    tell_done(_("Keel is yours."), _("Begin with the sites, then invite the people who work there."))
    return answer  # told last: signing in empties the cookie the message travels in


def _sign_in_as(person_id: int, user_name: str, home: str = "/") -> Response:
    attempt = _attempt(user_name)
    with unit_of_work(person_id) as uow:
        secret = sign_in.open_session(uow, attempt, sign_in.Verified(person_id))
    return keep_secret(redirect_303(home), secret or "")


def _attempt(user_name: str) -> sign_in.Attempt:
    actor = g.get("actor")
    return sign_in.Attempt(
        user_name, address_of_request(), request.user_agent.string, actor.session_id if actor else None
    )


def _require_good(answers: dict[str, Any], user_name: str, name: str) -> None:
    problems = check_password(answers["password"], user_name=user_name, name=name)
    if answers["password"] != answers["again"]:
        problems.append(Problem("again", "same", _("This is not the same password.")))
    if problems:
        raise FormInvalid(_("The password was not accepted."), problems)


def _sign_in_form(refusal: QmsError | None = None) -> Response:
    return _door("login/sign_in.html", shown.sign_in_fields(), refusal, next=next_address(""))


def _code_form(refusal: QmsError | None = None) -> Response:
    return _door("login/code.html", shown.code_fields(), refusal)


def _welcome_form(link: OneTimeLink, refusal: QmsError | None = None) -> Response:
    if link.purpose == links.Purpose.FIRST_ADMIN:
        return _door("login/first_admin.html", shown.first_admin_fields(), refusal)
    who = person(db.session(), link.person_id or 0).details
    return _door("login/set_password.html", shown.password_fields(), refusal, who=who)


def _spent_page(refusal: links.LinkSpent) -> Response:
    return make_response(render_template("login/spent.html", sentence=refusal.sentence), 410)


def _door(template: str, views: tuple[FieldView, ...], refusal: QmsError | None, **more: object) -> Response:
    """Draw a form of the door with what was typed, and why it was refused."""
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    drawn = with_answers(views, typed_answers() if refusal else {}, problems)
    page = render_template(
        template, fields=drawn, refusal=refusal, problems=problems, labels=shown.labels(drawn), **more
    )
    return answer_with(page, refusal)
