"""The one list of the pages of administration, as the overview shows them."""

from __future__ import annotations

from dataclasses import dataclass

from app.foundation.i18n import gettext as _
from app.organisation.kinds import KindKey, title_of


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


def admin_pages() -> tuple[AdminPage, ...]:
    """Return all pages of administration, in the reader's language."""
    return (*_people(), *_master_data(), *_rules(), *_operation())


def _people() -> tuple[AdminPage, ...]:
    return (
        AdminPage(
            _("People"),
            _("Invite people, give roles, say goodbye to leavers."),
            "admin_people.register",
            "admin.people",
            icon="users",
        ),
        AdminPage(
            _("Hand-overs"),
            _("What people who left still hold, and who takes it over."),
            "admin_handover.open_ones",
            "admin.people",
            icon="arrows-exchange",
        ),
        AdminPage(
            _("Roles"),
            _("What each role may do, and who has it."),
            "admin_people.roles",
            "admin.people",
            icon="shield-check",
        ),
    )


def _rules() -> tuple[AdminPage, ...]:
    return (
        AdminPage(
            _("Settings"),
            _("Values for all sites, and for one."),
            "admin_settings.page",
            "admin.settings",
            icon="adjustments",
        ),
        AdminPage(
            _("Reminders"),
            _("When tasks are due, and who hears of late ones."),
            "admin_reminders.page",
            "admin.settings",
            icon="bell",
        ),
        AdminPage(
            _("Exposure"),
            _("What events weigh on risks, and how they fade."),
            "admin_exposure.page",
            "admin.settings",
            icon="scale",
        ),
        AdminPage(
            _("Approval chains"),
            _("Who approves what: stages, people, and who acts for whom."),
            "admin_chains.listing",
            "chains.read",
            icon="git-merge",
        ),
    )


def _operation() -> tuple[AdminPage, ...]:
    return (
        AdminPage(
            _("Bring in documents"),
            _("A library you have: a table and the files, checked first."),
            "admin_libraries.page",
            "imports.run",
            icon="file-import",
        ),
        AdminPage(
            _("Definitions"),
            _("Which version of each lifecycle is in force, and since when."),
            "admin_definitions.page",
            "definitions.read",
            icon="versions",
        ),
        AdminPage(
            _("Faults"),
            _("Steps that could not be finished, with their cause."),
            "admin_faults.page",
            "admin.faults",
            icon="bug",
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
    return (
        _list_of(KindKey.SITE, _("Places with their zone and working hours."), icon="map-pin"),
        _list_of(KindKey.DEPARTMENT, _("The parts of each site."), icon="sitemap"),
        _list_of(KindKey.PROCESS, _("What the organisation does, and who answers for it."), icon="git-merge"),
        _list_of(KindKey.PRODUCT_FAMILY, _("Products that share design and failures."), icon="package"),
        _list_of(
            KindKey.FAILURE_MODE,
            _("Ways in which things go wrong; recurrence is counted by them."),
            icon="alert-triangle",
        ),
        _list_of(KindKey.CAUSE_CATEGORY, _("Kinds of causes on the fishbone."), icon="list-details"),
    )


def _list_of(key: KindKey, text: str, *, icon: str) -> AdminPage:
    values = (("kind_key", key.value),)
    return AdminPage(title_of(key), text, "admin_organisation.register", "admin.organisation", icon, values)
