"""Plain values of the pages of master data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts.people import names_of
from app.foundation.i18n import gettext as _
from app.organisation.imports import Plan, Verb
from app.organisation.kinds import (
    KINDS,
    Branch,
    Kind,
    KindKey,
    ProcessKind,
    branch_title,
    label_of,
    process_kind_title,
)
from app.organisation.service import Kept, entries
from app.web.parts import Chip, Column

Shown = Callable[[object], object]


def register_columns(kind: Kind) -> tuple[Column, ...]:
    """Return the columns of a kind's list."""
    own = (Column(name, label_of(name), on_phone=name != "subdivision") for name in kind.columns)
    return (
        Column("name", label_of("name"), "title"),
        Column("code", label_of("code"), "muted"),
        *own,
        Column("status", _("In use"), "chip"),
    )


def register_rows(session: Session, kind: Kind, *, with_retired: bool) -> list[dict[str, object]]:
    """Return the rows of a kind's list."""
    kept = entries(session, kind, with_retired=with_retired)
    shown = _ways_to_show(session, kind, kept)
    return [_row(kind, one, shown) for one in kept]


def plan_columns() -> tuple[Column, ...]:
    """Return the columns of an import's preview."""
    return (
        Column("code", _("Code")),
        Column("name", _("Name")),
        Column("line", _("Row"), "number"),
        Column("deed", _("What happens"), "chip"),
    )


def plan_rows(plan: Plan) -> list[dict[str, object]]:
    """Return the rows of an import's preview."""
    deeds = {
        Verb.ADD: Chip(_("Added"), "ok"),
        Verb.CHANGE: Chip(_("Changed"), "warn"),
        Verb.LEAVE: Chip(_("As it is")),
    }
    return [
        {"line": row.line, "code": row.entry.code, "name": row.entry.name, "deed": deeds[row.verb]}
        for row in plan.rows
    ]


def _row(kind: Kind, one: Kept, shown: Mapping[str, Shown]) -> dict[str, object]:
    own = {name: shown.get(name, _plain)(getattr(one.entry, name)) for name in kind.columns}
    return own | {
        "_id": one.id,
        "_url": url_for("admin_organisation.entry", kind_key=kind.key.value, entry_id=one.id),
        "name": one.entry.name,
        "code": one.entry.code,
        "status": Chip(_("In use"), "ok") if one.is_active else Chip(_("Retired")),
    }


def _ways_to_show(session: Session, kind: Kind, kept: list[Kept]) -> Mapping[str, Shown]:
    """Return how ids and keys become words, with one query for all rows."""
    sites: dict[object, str] = {}
    if "site_id" in kind.columns:
        every_site = entries(session, KINDS[KindKey.SITE], with_retired=True)
        sites = {one.id: one.entry.name for one in every_site}
    owners: dict[object, str] = {}
    if "owner_id" in kind.columns:
        owner_ids = [one.entry.owner_id for one in kept if one.entry.owner_id is not None]
        owners = dict(names_of(session, owner_ids).items())
    branches: dict[object, str] = {branch.value: branch_title(branch) for branch in Branch}
    kinds: dict[object, str] = {one.value: process_kind_title(one) for one in ProcessKind}
    return {
        "site_id": sites.get,
        "owner_id": owners.get,
        "branch": branches.get,
        "process_kind": kinds.get,
    }


def _plain(value: object) -> object:
    return value
