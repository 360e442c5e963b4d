"""Pages of the day: home, inbox, search. Pages of one task and start forms have modules of their own."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from app.accounts.actor import Actor
from app.accounts.people import people, people_named
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.inbox import service
from app.inbox.filters import Filters, Tab, filters_from, tab_from
from app.inbox.home_page import home_page
from app.inbox.instances import blueprint as instances
from app.inbox.list_page import ListWish, inbox_page
from app.inbox.queries import Key, capped_count, principals_for
from app.inbox.signing_routes import blueprint as signing
from app.inbox.start_page import start_tiles
from app.inbox.start_routes import blueprint as start
from app.inbox.task_routes import blueprint as inbox
from app.notifications.service import unread_count
from app.records.search import find_records
from app.records.texts import snippets_of
from app.records.urls import icon_of, record_url, status_word
from app.training.confirming import count_open
from app.web.addresses import address
from app.web.banner import purpose_banner
from app.web.flashes import tell_done, tell_refused
from app.web.guards import current_actor, permission
from app.web.navigation import FrameFacts, NavigationItem, StartDoor
from app.web.paging import cursor_asked_for, encode_cursor
from app.web.parts import Chip, Link, Linked
from app.web.reader import current_reader
from app.web.redirects import redirect_303
from app.web.site_choice import site_choices

MOST_AT_ONCE = 50
MOST_FOUND = 6

home = Blueprint("home", __name__)
search = Blueprint("search", __name__)

BLUEPRINTS = (home, inbox, signing, start, search, instances)
NAVIGATION = (
    NavigationItem("home", "Home", "home.page", icon="home", is_on_phone=True, permission="home.read"),
    NavigationItem(
        "inbox", "Inbox", "inbox.page", icon="inbox", is_on_phone=True, by_site=True, permission="inbox.read"
    ),
    NavigationItem(
        "start", "Start", "start.page", icon="circle-plus", is_on_phone=True, permission="start.read"
    ),
    NavigationItem(
        "search", "Search", "search.page", icon="search", is_on_phone=True, permission="search.read"
    ),
)


def frame_facts() -> FrameFacts:
    """Return what the frame tells the present person: their open tasks and readings, and the banner."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        return FrameFacts(banner=purpose_banner())
    mine = principals_for(actor, Tab.MINE)
    open_tasks = capped_count(db.session(), mine, Filters(), now=clock.now())
    return FrameFacts(
        open_tasks=open_tasks + count_open(db.session(), actor.id),
        unread=unread_count(db.session(), actor),
        sites=site_choices(db.session(), actor),
        banner=purpose_banner(),
        starts=tuple(StartDoor(tile.title, tile.url, tile.icon) for tile in start_tiles(actor)),
    )


@home.get("/", endpoint="page")
@permission("home.read")
def home_of_person() -> str:
    """Show the day: what is next, what waits for others, what can be started, what changed."""
    shown = home_page(db.session(), current_actor(), current_reader(), now=clock.now())
    return render_template("inbox/home.html", page=shown)


@inbox.get("/inbox", endpoint="page")
@permission("inbox.read")
def inbox_list() -> str:
    """Show the tasks of a tab with the filters of the address."""
    tab, filters = tab_from(request.args), filters_from(request.args)
    wish = ListWish(tab, filters, _cursor(tab), _selected())
    shown = inbox_page(db.session(), current_actor(), current_reader(), wish, now=clock.now())
    after = ""
    if shown.next_key is not None:
        after = encode_cursor((shown.next_key[0].isoformat(), shown.next_key[1]), order=f"inbox:{tab}")
    others = people(db.session()) if shown.can_reassign else []
    return render_template("inbox/inbox.html", page=shown, after=after, others=others)


@inbox.post("/inbox/bulk")
@permission("tasks.work")
def bulk() -> Response:
    """Claim, give back or hand on the ticked tasks; each succeeds or fails on its own."""
    actor = current_actor()
    ids = [int(one) for one in request.form.getlist("_task") if one.isdecimal()][:MOST_AT_ONCE]
    outcomes = _bulk_outcomes(actor, ids)
    done = [one for one in outcomes if not one.refusal]
    if done:
        tell_done(ngettext("%(num)s task is done with.", "%(num)s tasks are done with.", len(done)))
    for one in outcomes:
        if one.refusal:
            tell_refused(_("Not possible:"), one.refusal)
    if not ids:
        tell_refused(_("No task was ticked."), _("Tick the tasks first, then choose what to do."))
    return redirect_303(address("inbox.page", **request.args.to_dict()))


@search.get("/search", endpoint="page")
@permission("search.read")
def search_records() -> str:
    """Show the records that match; only those the person may see."""
    text = " ".join(request.args.get("q", "").split())[:100]
    hits = find_records(db.session(), current_actor(), text)
    snippets = snippets_of(db.session(), [hit.id for hit in hits], text)
    found = [
        Linked(
            icon=icon_of(hit.kind),
            number=hit.number,
            url=record_url(hit.kind, hit.id),
            title=hit.title,
            chip=Chip(status_word(hit.kind, hit.status), "ok" if hit.is_closed else ""),
            snippet=snippets.get(hit.id, ()),
        )
        for hit in hits
    ]
    return render_template("inbox/search.html", found=found, text=text)


@search.get("/search/quick", endpoint="quick")
@permission("search.read")
def search_quickly() -> str:
    """Answer the palette: records by number or words, and people whose tasks may be looked at."""
    text = " ".join(request.args.get("q", "").split())[:100]
    actor = current_actor()
    hits = find_records(db.session(), actor, text, limit=MOST_FOUND) if text else ()
    found = [
        Linked(icon=icon_of(hit.kind), number=hit.number, url=record_url(hit.kind, hit.id), title=hit.title)
        for hit in hits
    ]
    known = people_named(db.session(), text) if text and service.oversees_tasks(actor) else ()
    doors = [
        Link(name, address("inbox.page", tab=Tab.ALL.value, who=str(person_id))) for person_id, name in known
    ]
    return render_template("inbox/quick.html", found=found, doors=doors)


def _cursor(tab: Tab) -> Key | None:
    found = cursor_asked_for(order=f"inbox:{tab}")
    return None if found is None else (datetime.fromisoformat(str(found[0])), int(cast("int", found[1])))


def _selected() -> int | None:
    asked = request.args.get("task", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _bulk_outcomes(actor: Actor, ids: list[int]) -> list[service.RowOutcome]:
    deed, person = request.form.get("deed", ""), request.form.get("person", "")
    if deed == "claim":
        return service.claim_many(actor, ids)
    if deed == "release":
        return service.release_many(actor, ids)
    if deed == "reassign":
        person_id = int(person) if person.isdecimal() and len(person) < 10 else 0
        return service.reassign_many(actor, ids, person_id, request.form.get("reason", "")[:500])
    raise Invalid(_("Choose what to do with the tasks."), [Problem("deed", "unknown", _("Choose again."))])
