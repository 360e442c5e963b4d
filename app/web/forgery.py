"""Refuses forged requests: a token in every form, the origin of every write, a cookie bound to the host."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _

csrf = CSRFProtect()
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignOrigin(Refused):
    """A page of another site tried to write here."""


def refuse_forgery(app: Flask, *, is_loopback: bool) -> None:
    """Check token and origin of every write, and bind the session cookie to this host."""
    app.config.update(
        SESSION_COOKIE_NAME="keel" if is_loopback else "__Host-keel",
        SESSION_COOKIE_SECURE=not is_loopback,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a task may lie open over lunch
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer; the origin check below is stricter and simpler
    )
    app.before_request(check_origin)
    csrf.init_app(app)


def check_origin() -> None:
    """Refuse a write that names another origin.

    A client that sends neither header is no browser, and the token still stands in its way.
    Errors: ForeignOrigin.
    """
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    is_own = origin is None or urlsplit(origin)[:2] == urlsplit(request.host_url)[:2]
    if not is_own or site not in {"same-origin", "none"}:
        raise ForeignOrigin(
            _("Another website tried to change something here in your name. Nothing was changed.")
        )
