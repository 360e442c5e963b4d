from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.web.headers import allow_inline_styles
from tests.web import small_app

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/components", "/nowhere", "/fail/unexpected", "/assets/nothing.js", "/fail/403"]
)
def test_every_response_carries_the_security_headers(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_and_error_pages_are_not_stored(visitor: FlaskClient) -> None:
    assert visitor.get("/components").headers["Cache-Control"] == "no-store"
    assert visitor.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_only_a_server_behind_tls_asks_for_tls() -> None:
    on_loopback = small_app.build().test_client().get("/components")
    in_the_world = small_app.build(is_loopback=False).test_client().get("/components")

    assert "Strict-Transport-Security" not in on_loopback.headers
    assert in_the_world.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_form_token_cookie_is_bound_to_the_host_behind_tls() -> None:
    app = small_app.build(is_loopback=False)

    cookie = app.test_client().get("/components").headers["Set-Cookie"]

    assert cookie.startswith("__Host-keel=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_only_a_view_that_asks_may_carry_inline_styles() -> None:
    app = small_app.build()
    app.add_url_rule("/editor", view_func=allow_inline_styles(lambda: "canvas"))

    editor = app.test_client().get("/editor").headers["Content-Security-Policy"]

    assert "style-src 'self' 'unsafe-inline';" in editor
    assert "script-src 'self';" in editor
