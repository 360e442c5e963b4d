"""Security headers of every response, the error pages and the static files included."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, g, request

from app.web.assets import manifest

View = TypeVar("View", bound=Callable[..., Any])

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with it browsers send `Origin: null` and the origin check would refuse every form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_YEAR = 365 * 24 * 60 * 60


def allow_inline_styles(view: View) -> View:
    """Let the pages of this view carry inline styles: the diagram editors set them from script."""

    @wraps(view)
    def relaxed(*arguments: Any, **named: Any) -> Any:
        g.inline_styles = True
        return view(*arguments, **named)

    return relaxed  # type: ignore[return-value]  # wraps keeps the view's own signature


def content_security_policy(*, has_inline_styles: bool) -> str:
    """Return the policy as one header line."""
    policy = dict(_POLICY)
    if has_inline_styles:
        policy["style-src"] += " 'unsafe-inline'"
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def send_security_headers(app: Flask, *, is_loopback: bool) -> None:
    """Put the headers on all responses of `app`; HSTS only where the server is reached over TLS."""

    def add_headers(response: Response) -> Response:
        # A view that serves a file of somebody sends a stricter policy of its own.
        response.headers.setdefault(
            "Content-Security-Policy",
            content_security_policy(has_inline_styles=bool(g.get("inline_styles"))),
        )
        for name, value in _FIXED.items():
            response.headers[name] = value
        if not is_loopback:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        _set_caching(response)
        return response

    app.after_request(add_headers)


def _set_caching(response: Response) -> None:
    """Keep hashed assets for ever and pages not at all; a view may have said something else."""
    name = (request.view_args or {}).get("filename")
    if request.endpoint == "web.static" and name in manifest().values():
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
