"""The site a person looks at: a choice of this browser that lists begin with. It decides no right."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.accounts.policy import ALL, visible_sites
from app.foundation.i18n import gettext as _
from app.organisation.models import Site
from app.web.kit import current_kit
from app.web.navigation import NavigationItem, SiteChoice
from app.web.redirects import is_own_address
from config import Config

COOKIE = "keel-site"
SITE = "site"
_YEAR = 365 * 24 * 60 * 60
_OF_ANOTHER_LIST = frozenset({SITE, "after", "task"})


def site_choices(session: Session, actor: Actor) -> tuple[SiteChoice, ...]:
    """Return the sites the person may look at, and all of them together first; nothing to choose from one."""
    sites = visible_sites(actor)
    statement = select(Site.id, Site.name).where(Site.is_active).order_by(Site.name)
    if sites is not ALL:
        statement = statement.where(Site.id.in_(sites))
    rows = session.execute(statement).all()
    if len(rows) < 2:
        return ()
    kept = request.cookies.get(COOKIE, "")
    chosen = kept if kept in {str(row.id) for row in rows} else ""
    every = SiteChoice("", _("All sites"), is_current=not chosen)
    return (every, *(SiteChoice(str(row.id), row.name, str(row.id) == chosen) for row in rows))


def keep_site(response: Response, key: str) -> Response:
    """Remember the choice in this browser; an empty key means all sites."""
    config: Config = current_app.config["KEEL"]
    is_safe = not config.is_loopback
    if key:
        response.set_cookie(
            COOKIE, key, max_age=_YEAR, httponly=True, secure=is_safe, samesite="Lax", path="/"
        )
    else:
        response.delete_cookie(COOKIE, httponly=True, secure=is_safe, samesite="Lax", path="/")
    return response


def address_at_site(target: str, key: str) -> str:
    """Return one of our addresses for another site, if it is a list by site; home if it is none of ours."""
    if not is_own_address(target):
        return "/"
    parts = urlsplit(target)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name not in _OF_ANOTHER_LIST]
    if key and parts.path in {url_for(item.endpoint) for item in _lists()}:
        pairs.append((SITE, key))
    return parts.path + (f"?{urlencode(pairs)}" if pairs else "")


def _lists() -> list[NavigationItem]:
    known = current_app.view_functions
    return [item for item in current_kit().navigation if item.follows_site and item.endpoint in known]
