"""A small application around the presentation kit: a signed-in person, a few pages, and ways to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from flask import Blueprint, Flask, abort, g
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app import web
from app.foundation.errors import Broken, Conflict, Invalid, NotFound, Problem, Refused
from app.web import FrameFacts, Kit, NavigationItem, SiteChoice
from app.web.flashes import tell_done, tell_undo
from app.web.redirects import next_address, redirect_303

HOSTILE = "<script>alert('x')</script>"
PAGES = ("home", "inbox", "start", "search", "notifications", "me")
NAVIGATION = (
    NavigationItem("home", "Home", "home.page", icon="home", is_on_phone=True),
    NavigationItem("inbox", "Inbox", "inbox.page", icon="inbox", is_on_phone=True),
    NavigationItem("start", "Start", "start.page", icon="circle-plus", is_on_phone=True),
    NavigationItem("nc", "Nonconformities", "gallery.register", icon="alert-hexagon", group="improve"),
    NavigationItem("capa", "Corrective actions", "gallery.record", icon="repeat", group="improve"),
    NavigationItem("audits", "Audits", "gallery.task", icon="clipboard-check", group="assure"),
    NavigationItem("parts", "Components", "gallery.page", icon="layout-grid", group="insight"),
    NavigationItem("admin", "Admin", "me.page", icon="settings", group="setup", permission="admin.use"),
    NavigationItem("later", "Not built yet", "later.page", icon="calendar"),
)


@dataclass(frozen=True)
class Reader:
    id: int = 1
    name: str = "Marta"
    initials: str = "Ma"
    zone: str = "Europe/Warsaw"
    locale: str = "en"
    theme: str = "system"


EVERYBODYS = frozenset({"search.read", "me.edit", "home.read"})


def build(
    reader: Reader | None = Reader(),  # frozen
    *,
    is_loopback: bool = True,
    may: Callable[[str], bool] = lambda permission: permission in EVERYBODYS,
    translations: Mapping[str, NullTranslations] | None = None,
) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(
        SECRET_KEY="for tests only", TESTING=True, PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=64 * 1024
    )

    @app.before_request
    def find_person() -> None:
        g.actor = reader

    kit = Kit(
        navigation=NAVIGATION,
        facts=lambda: FrameFacts(
            7, 3, (SiteChoice("", "All sites"), SiteChoice("gda", "Gdańsk", is_current=True))
        ),
        may=may,
        translations=translations or {},
        organisation="Norrland Pumps",
        zone="Europe/Warsaw",
        is_loopback=is_loopback,
    )
    web.init_app(app, kit)
    _add_pages(app)
    app.register_blueprint(_failures())
    return app


def _add_pages(app: Flask) -> None:
    for name in PAGES:
        blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
        blueprint.add_url_rule("/", endpoint="page", view_func=_plain)
        app.register_blueprint(blueprint)
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))  # asked for where a page names none
    app.add_url_rule("/deed", endpoint="session.sign_out", view_func=_deed, methods=["POST"])
    app.add_url_rule("/site", endpoint="me.switch_site", view_func=_deed, methods=["POST"])


def _plain() -> Response:
    """Answer with a form token and nothing else."""
    return Response(generate_csrf(), mimetype="text/plain")


def _deed() -> Response:
    tell_done("It is done.", "Ingrid has it.", url="/inbox/", label="Next task")
    tell_undo("3 tasks assigned", url="/deed", label="Undo")
    return redirect_303(next_address("/components"))


def _failures() -> Blueprint:
    failures = Blueprint("failures", __name__)
    errors = {
        "missing": NotFound("There is no such record."),
        "refused": Refused("Only Ingrid may do this."),
        "stale": Conflict("Jonas was first."),
        "broken": Broken("The chain does not verify."),
        "wrong": Invalid("Two answers are wrong.", [Problem("lot", "required", HOSTILE, "Type it.")]),
    }

    def fail(kind: str) -> str:
        if kind == "unexpected":
            return str(1 // 0)
        if kind.isdecimal():
            abort(int(kind))
        raise errors[kind]

    failures.add_url_rule("/fail/<kind>", endpoint="fail", view_func=fail)
    failures.add_url_rule("/api/v1/fail/<kind>", endpoint="api", view_func=fail)
    return failures
