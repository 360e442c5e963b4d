"""Who may reach which route. Each route declares its permission; one that does not stops the start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.exceptions import NotFound as HttpNotFound
from werkzeug.exceptions import Unauthorized

from app.accounts import policy
from app.accounts.actor import Actor
from app.accounts.permissions import PERMISSIONS
from app.accounts.roles import Role
from app.foundation.errors import Broken

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGN_IN = "session.sign_in"
HOME, ROOM = "home.page", "audit_room.page"  # a guest's home is the room
_MARK = "keel_permission"
LARGEST_ID = (
    2**31 - 1
)  # what the databases keep; a larger number would break a query instead of finding nothing
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Views that are not ours to decorate: Flask's file server, and the page of components shown in tests.
_OPEN_ENDPOINTS = frozenset({"web.static"})
_OPEN_BLUEPRINTS = frozenset({"gallery"})


class RouteWithoutPermission(Broken):
    """A route declares no permission, or one that nobody defined."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the permission table.

    Shape: `roles` in the order of the roles; empty for `public`, and for permissions that need no role.
    """

    endpoint: str
    methods: tuple[str, ...]
    rule: str
    permission: str
    roles: tuple[str, ...]
    needs_no_role: bool


def permission(key: str) -> Callable[[View], View]:
    """Declare that a route needs a permission.

    Having it anywhere passes the door; where it must be held is checked further in, where the site is known.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, key)
        return view

    return mark


def public(view: View) -> View:
    """Declare that a route is for everybody, signed in or not."""
    setattr(view, _MARK, PUBLIC)
    return view


def guard_routes(app: Flask) -> None:
    """Refuse each request whose sender lacks the route's permission. Register after `carry_sessions`."""
    app.before_request(_check_request)


def check_every_route_declares_a_permission(app: Flask) -> None:
    """Pass when each route has a known permission.

    Errors: RouteWithoutPermission naming all that do not.
    Source: reliability.md R31.
    """
    bad = sorted(
        endpoint
        for endpoint in app.view_functions
        if _permission_of(app, endpoint) not in {*PERMISSIONS, PUBLIC}
    )
    if bad:
        raise RouteWithoutPermission("These routes declare no known permission: " + ", ".join(bad))


def permission_table(app: Flask) -> list[Row]:
    """Return who may reach which route, by rule and method."""
    rows = []
    for rule in app.url_map.iter_rules():
        if _is_open(rule.endpoint) or rule.endpoint not in app.view_functions:
            continue
        key = _permission_of(app, rule.endpoint) or ""
        defined = PERMISSIONS.get(key)
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        held_by = defined.roles if defined and not defined.needs_no_role else frozenset()
        rows.append(
            Row(
                endpoint=rule.endpoint,
                methods=methods,
                rule=rule.rule,
                permission=key,
                roles=tuple(role.value for role in Role if role in held_by),
                needs_no_role=bool(defined and defined.needs_no_role),
            )
        )
    return sorted(rows, key=lambda row: (row.rule, row.methods))


def current_actor() -> Actor:
    """Return who sends the request, on a route that is not public."""
    return cast("Actor", g.actor)


def may(key: str) -> bool:
    """Tell whether the sender of the request has a permission anywhere, for what pages offer."""
    actor: Actor | None = g.get("actor")
    return actor is not None and policy.can(actor, key)


def _check_request() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # the router answers 404 or 405
    if any(isinstance(one, int) and one > LARGEST_ID for one in (request.view_args or {}).values()):
        raise HttpNotFound
    key = _permission_of(current_app, endpoint)
    if key == PUBLIC:
        return None
    if key is None:
        raise RouteWithoutPermission(f"The route {endpoint} declares no permission.")
    if g.get("actor") is None:
        return _ask_to_sign_in()
    if current_actor().is_guest and endpoint == HOME:
        return make_response(redirect(url_for(ROOM), code=303))
    policy.require(current_actor(), key)
    return None


def _ask_to_sign_in() -> Response:
    """Lead a person to the sign-in page and back; answer anything but a page view with 401."""
    is_page_view = request.method in _SAFE_METHODS and not request.path.startswith("/api/")
    if not is_page_view or "HX-Request" in request.headers:
        raise Unauthorized
    target = request.full_path if request.query_string else request.path
    return make_response(redirect(url_for(SIGN_IN, next=target), code=303))


def _permission_of(app: Flask, endpoint: str) -> str | None:
    if _is_open(endpoint):
        return PUBLIC
    return getattr(app.view_functions.get(endpoint), _MARK, None)


def _is_open(endpoint: str) -> bool:
    return endpoint in _OPEN_ENDPOINTS or endpoint.partition(".")[0] in _OPEN_BLUEPRINTS
