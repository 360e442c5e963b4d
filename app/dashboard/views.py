"""Which cards each dashboard shows, in their order: data, no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.accounts.roles import Role
from app.foundation.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class View:
    """A dashboard.

    Shape: `figures` are indicators as small cards, `charts` names of `cards.CHARTS`; `roles` are those for
    whom it is the first one.
    """

    key: str
    title: Callable[[], str]
    figures: tuple[str, ...]
    charts: tuple[str, ...]
    roles: frozenset[Role]


VIEWS: tuple[View, ...] = (
    View(
        "quality",
        lambda: _("Quality"),
        ("capa_on_time", "capa_effective_at_once", "actions_overdue"),
        ("trend", "failures", "ages", "audits", "heat"),
        frozenset({Role.QUALITY_MANAGER, Role.QUALITY_COORDINATOR, Role.AUDITOR, Role.LEAD_AUDITOR}),
    ),
    View(
        "site",
        lambda: _("Site"),
        ("contained_in_time", "actions_on_time", "findings_overdue"),
        ("trend", "failures", "ages", "audits", "sites"),
        frozenset({Role.SITE_MANAGER}),
    ),
    View(
        "top",
        lambda: _("Leadership"),
        ("above_appetite", "capa_effective_at_once", "nonconformities_grave"),
        ("exposure", "sites", "trend", "audits", "heat"),
        frozenset({Role.TOP_MANAGEMENT}),
    ),
    View(
        "process",
        lambda: _("Process"),
        ("nonconformities", "nonconformities_recurrent", "findings_on_time", "exposure"),
        ("failures", "ages", "heat", "trend"),
        frozenset({Role.PROCESS_OWNER}),
    ),
)
BY_KEY: Mapping[str, View] = {one.key: one for one in VIEWS}


def first_view(roles: frozenset[Role]) -> View:
    """Return the dashboard a person sees first."""
    return next((one for one in VIEWS if one.roles & roles), VIEWS[0])
