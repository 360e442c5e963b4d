"""The cookie of a signed-in browser, and the person it stands for in each request."""

from __future__ import annotations

from typing import cast

from flask import Flask, Request, current_app, g, request, session
from flask import Response as FlaskResponse
from flask_login import LoginManager
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.accounts.passwords import Passwords
from app.accounts.sessions import is_touch_due, load, touch
from app.foundation import clock
from app.foundation.db import db
from app.foundation.unit_of_work import StorageBusy, unit_of_work
from config import Config

# Static files need nobody, and health must answer without the database.
_WITHOUT_PERSON = frozenset({"web.static", "health.live", "health.ready"})
SECRET_LENGTH = 43  # of 32 random bytes; anything else is not worth a query


def carry_sessions(app: Flask) -> None:
    """Let `app` know who sends each request. Register before whatever needs the person."""
    config: Config = app.config["KEEL"]
    app.extensions["keel_passwords"] = Passwords(is_fast=config.fast_passwords)
    manager = LoginManager()
    manager.session_protection = None  # our sessions live in the database, not in Flask's cookie
    manager.request_loader(_actor_of_request)
    manager.init_app(app)
    app.before_request(_find_actor)
    app.after_request(_note_use)


def current_passwords() -> Passwords:
    """Return the password hasher of the running application."""
    return cast("Passwords", current_app.extensions["keel_passwords"])


def keep_secret(response: Response, secret: str) -> Response:
    """Put the session's secret into the browser's cookie, and begin with a fresh form token."""
    session.clear()
    response.set_cookie(
        _cookie_name(), secret, httponly=True, secure=not _is_loopback(), samesite="Lax", path="/"
    )
    return response


def drop_secret(response: Response) -> Response:
    """Take the cookie away, and with it the form token."""
    session.clear()
    response.delete_cookie(_cookie_name(), path="/", httponly=True, secure=not _is_loopback(), samesite="Lax")
    return response


def address_of_request() -> str:
    """Return the address the request came from; proxies are believed only where the settings say so."""
    return request.remote_addr or ""


def actor_of_request() -> Actor | None:
    """Return who sends the request, where nobody has looked yet."""
    return _actor_of_request(request)


def _find_actor() -> None:
    """Put the person into `g.actor`, for pages that ask for one."""
    if request.endpoint not in _WITHOUT_PERSON:
        g.actor = _actor_of_request(request)


def _actor_of_request(sent: Request) -> Actor | None:
    """Return who sends the request, loaded once; Flask-Login asks here too."""
    if "keel_actor" not in g:
        secret = sent.cookies.get(_cookie_name(), "")
        is_plausible = len(secret) == SECRET_LENGTH
        g.keel_actor = load(db.session(), secret, clock.now()) if is_plausible else None
    return cast("Actor | None", g.keel_actor)


def _note_use(response: FlaskResponse) -> FlaskResponse:
    actor: Actor | None = g.get("actor")
    if actor is None or actor.session_id is None or not is_touch_due(actor, clock.now()):
        return response
    try:
        with unit_of_work(actor.id) as uow:
            touch(uow, actor.session_id)
    except StorageBusy:
        return response  # noted with the next request
    return response


def _is_loopback() -> bool:
    config: Config = current_app.config["KEEL"]
    return config.is_loopback


def _cookie_name() -> str:
    return "keel-session" if _is_loopback() else "__Host-keel-session"
