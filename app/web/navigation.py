"""The frame round every page: what the rail, the palette and the bottom bar offer to this person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flask import current_app, g, request, url_for

from app.foundation.i18n import gettext as _

MAIN, SETUP = "main", "setup"
IMPROVE, ASSURE, CONTROL, PARTNERS, PEOPLE = "improve", "assure", "control", "partners", "people"
INSIGHT = "insight"
REGISTER = ".listing"
GROUPS = (MAIN, IMPROVE, ASSURE, CONTROL, PARTNERS, PEOPLE, INSIGHT, SETUP)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One page of the rail.

    Shape: `group` is one of `GROUPS`; `permission` None means everybody who is signed in;
    `is_on_phone` puts it into the bottom bar as well; `by_site` says that its address takes a site, as
    those of registers do.
    """

    key: str
    label: str
    endpoint: str
    icon: str = field(kw_only=True)  # by keyword: the build finds icons in use by `icon="…"`
    group: str = field(default=MAIN, kw_only=True)
    permission: str | None = field(default=None, kw_only=True)
    is_on_phone: bool = field(default=False, kw_only=True)
    by_site: bool = field(default=False, kw_only=True)

    @property
    def follows_site(self) -> bool:
        """Tell whether the page begins with the site the person looks at."""
        return self.by_site or self.endpoint.endswith(REGISTER)


@dataclass(frozen=True, slots=True)
class FrameEndpoints:
    """The pages behind the tools of the top bar; a tool without its page is not shown."""

    home: str = "home.page"
    search: str = "search.page"
    quick: str = "search.quick"
    notifications: str = "notifications.page"
    person: str = "me.page"
    sign_out: str = "session.sign_out"
    switch_site: str = "me.switch_site"


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """One site the person may look at; `key` empty means all sites."""

    key: str
    label: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class StartDoor:
    """Something the person may start, for the palette."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What the frame counts for the present person.

    Shape: `banner` is shown on every page until it is empty; `starts` is what the palette can start.
    """

    open_tasks: int = 0
    unread: int = 0
    sites: tuple[SiteChoice, ...] = ()
    banner: str = ""
    starts: tuple[StartDoor, ...] = ()

    @property
    def site_key(self) -> str:
        """Return the key of the site the person looks at, empty for all."""
        return next((site.key for site in self.sites if site.is_current), "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the rail as drawn."""

    key: str
    label: str
    url: str
    icon: str
    is_current: bool
    is_on_phone: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together; `icon` stands for them when they are folded."""

    key: str
    label: str
    icon: str
    entries: tuple[Entry, ...] = ()

    @property
    def is_current(self) -> bool:
        """Tell whether the present page is one of them."""
        return any(entry.is_current for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything the base layout draws round a page.

    Shape: `address` is the page's own, empty for an answer to a form.
    """

    main: tuple[Entry, ...]
    registers: tuple[Group, ...]
    insight: tuple[Entry, ...]
    setup: tuple[Entry, ...]
    tools: dict[str, str]
    facts: FrameFacts
    is_narrow: bool
    address: str = ""

    @property
    def site_label(self) -> str:
        """Return the site the person looks at, in words."""
        return next((site.label for site in self.facts.sites if site.is_current), _("All sites"))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return all pages in the order of the rail, for the palette."""
        grouped = tuple(entry for group in self.registers for entry in group.entries)
        return (*self.main, *grouped, *self.insight, *self.setup)


def frame_for_person(
    navigation: Sequence[NavigationItem],
    endpoints: FrameEndpoints,
    facts: FrameFacts,
    *,
    may: Callable[[str], bool],
) -> Frame:
    """Return the frame for the present request: only pages that exist and that the person may use."""
    usable = [item for item in navigation if _exists(item.endpoint) and _is_allowed(item, may)]
    current = _current_key(usable)

    def entries(group: str) -> tuple[Entry, ...]:
        return tuple(_entry(item, current, facts) for item in usable if item.group == group)

    registers = tuple(replace(group, entries=entries(group.key)) for group in _register_groups())
    return Frame(
        main=entries(MAIN),
        registers=tuple(group for group in registers if group.entries),
        insight=entries(INSIGHT),
        setup=entries(SETUP),
        tools=_tools(endpoints, may),
        facts=facts,
        is_narrow=request.cookies.get("keel-rail") == "narrow",
        address=_present_address(),
    )


def _register_groups() -> tuple[Group, ...]:
    return (
        Group(IMPROVE, _("Improve"), icon="adjustments-check"),
        Group(ASSURE, _("Assure"), icon="clipboard-check"),
        Group(CONTROL, _("Control"), icon="shield-check"),
        Group(PARTNERS, _("Partners"), icon="building-factory-2"),
        Group(PEOPLE, _("People"), icon="users"),
    )


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _is_allowed(item: NavigationItem, may: Callable[[str], bool]) -> bool:
    if g.get("actor") is None:
        return False
    return item.permission is None or may(item.permission)


def _current_key(items: Sequence[NavigationItem]) -> str:
    """Return the key of the page the person is on: exactly, or the first page of the same blueprint."""
    exact = (item.key for item in items if item.endpoint == request.endpoint)
    blueprint = request.blueprint
    near = (item.key for item in items if blueprint and item.endpoint.partition(".")[0] == blueprint)
    return next(exact, "") or next(near, "")


def _entry(item: NavigationItem, current: str, facts: FrameFacts) -> Entry:
    return Entry(
        key=item.key,
        label=_(item.label),
        url=url_for(item.endpoint, site=(facts.site_key if item.follows_site else "") or None),
        icon=item.icon,
        is_current=item.key == current,
        is_on_phone=item.is_on_phone,
        count=facts.open_tasks if item.key == "inbox" else 0,
    )


def _tools(endpoints: FrameEndpoints, may: Callable[[str], bool]) -> dict[str, str]:
    """Return the addresses of the tools that exist; a missing one is an empty string.

    Shape: a guest has neither search nor settings, and signs out like everybody.
    """
    named = {
        "home": endpoints.home,
        "search": endpoints.search,
        "quick": endpoints.quick,
        "notifications": endpoints.notifications,
        "person": endpoints.person,
        "sign_out": endpoints.sign_out,
        "switch_site": endpoints.switch_site,
    }
    refused = {tool for tool, key in _NEEDED.items() if g.get("actor") is not None and not may(key)}
    return {
        tool: url_for(endpoint) if _exists(endpoint) and tool not in refused else ""
        for tool, endpoint in named.items()
    }


_NEEDED = {
    "search": "search.read",
    "quick": "search.read",
    "notifications": "home.read",
    "person": "me.edit",
    "switch_site": "me.edit",
}


def _present_address() -> str:
    if request.method != "GET":
        return ""
    return request.full_path if request.query_string else request.path
