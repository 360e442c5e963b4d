"""The presentation kit: layout, macros, assets, errors, headers, paging. It holds no page of a domain."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.web.environment import prepare_templates
from app.web.errors import answer_errors
from app.web.forgery import refuse_forgery
from app.web.gallery import gallery
from app.web.headers import send_security_headers
from app.web.kit import Kit
from app.web.navigation import FrameEndpoints, FrameFacts, NavigationItem, SiteChoice
from app.web.reader import speak_language

__all__ = ["FrameEndpoints", "FrameFacts", "Kit", "NavigationItem", "SiteChoice", "init_app"]


def init_app(app: Flask, kit: Kit | None = None) -> None:
    """Give `app` the presentation kit.

    Whatever puts the person into `g.actor` must be registered on `app` before, because the language of
    a request is the person's.
    """
    kit = kit or Kit()
    app.extensions["keel_web"] = kit
    app.register_blueprint(
        Blueprint(
            "web",
            __name__,
            template_folder="templates",
            static_folder="static/dist",
            static_url_path="/assets",
        )
    )
    settings = app.config.get("KEEL")
    is_loopback = (
        bool(getattr(settings, "is_loopback", False)) if kit.is_loopback is None else kit.is_loopback
    )
    send_security_headers(app, is_loopback=is_loopback)
    speak_language(app)
    refuse_forgery(app, is_loopback=is_loopback)
    prepare_templates(app)
    answer_errors(app)
    if kit.has_gallery or app.testing or app.debug:
        app.register_blueprint(gallery)
