"""The pages of administration. Packages with pages of their own add them through the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from app.foundation.i18n import gettext as _
from app.organisation.kinds import KINDS, title_of


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A tile of the overview.

    Shape: `values` are the parts of the address; a page is shown to those with its permission only.
    """

    label: str
    text: str
    endpoint: str
    permission: str
    icon: str
    values: tuple[tuple[str, str], ...] = ()


def own_pages() -> tuple[AdminPage, ...]:
    """Return the pages of this package, in the reader's language."""
    return (
        AdminPage(
            _("People"),
            _("Invite people, give roles, say goodbye to leavers."),
            "admin_people.register",
            "admin.people",
            icon="users",
        ),
        AdminPage(
            _("Roles"),
            _("What each role may do, and who has it."),
            "admin_people.roles",
            "admin.people",
            icon="shield-check",
        ),
        *_master_data(),
        AdminPage(
            _("Settings"),
            _("Values for all sites, and for one."),
            "admin_settings.page",
            "admin.settings",
            icon="adjustments",
        ),
        AdminPage(
            _("Outbox"),
            _("Mails that wait, and links to hand over by hand."),
            "admin_settings.outbox",
            "admin.outbox",
            icon="mail",
        ),
    )


def _master_data() -> tuple[AdminPage, ...]:
    texts = {
        "site": _("Places with their zone and working hours."),
        "department": _("The parts of each site."),
        "process": _("What the organisation does, and who answers for it."),
        "product_family": _("Products that share design and failures."),
        "failure_mode": _("Ways in which things go wrong; recurrence is counted by them."),
        "cause_category": _("Kinds of causes on the fishbone."),
    }
    return tuple(
        AdminPage(
            title_of(key),
            texts[key],
            "admin_organisation.register",
            "admin.organisation",
            icon="map-pin" if key == "site" else "list-details",
            values=(("kind_key", key.value),),
        )
        for key in KINDS
    )
