"""The page of definitions: which version is in force, what it is made of, how many records run on which."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.web.addresses import address
from app.web.guards import may, permission
from app.web.parts import Chip, Column, Link
from app.workflow.models import DefinitionVersion, InstanceState, ProcessInstance

FIGURES = "indicators.read"
blueprint = Blueprint("admin_definitions", __name__, url_prefix="/admin/definitions")


@blueprint.get("")
@permission("definitions.read")
def page() -> str:
    """Show all versions, the one in force of each lifecycle first."""
    return render_template("admin/definitions.html", columns=_columns(), versions=_versions(db.session()))


def _columns() -> tuple[Column, ...]:
    return (
        Column("title", _("Lifecycle"), "link" if may(FIGURES) else "text"),
        Column("number", _("Version"), "number"),
        Column("state", _("State"), "chip"),
        Column("running", _("Running"), "number"),
        Column("published_at", _("Published"), "past"),
        Column("published_by", _("By")),
        Column("note", _("Why")),
        Column("hash", _("Hash"), "muted"),
    )


def _versions(session: Session) -> list[dict[str, Any]]:
    running = (
        select(ProcessInstance.definition_version_id, func.count().label("running"))
        .where(ProcessInstance.state.in_([InstanceState.OPEN.value, InstanceState.HELD.value]))
        .group_by(ProcessInstance.definition_version_id)
        .subquery()
    )
    rows = session.execute(
        select(DefinitionVersion, Person.name, running.c.running)
        .outerjoin(Person, Person.id == DefinitionVersion.published_by_id)
        .outerjoin(running, running.c.definition_version_id == DefinitionVersion.id)
        .order_by(DefinitionVersion.title, DefinitionVersion.number.desc())
    )
    return [_line(version, name, count) for version, name, count in rows]


def _line(version: DefinitionVersion, name: str | None, running: int | None) -> dict[str, Any]:
    url = address("insight.page", definition_key=version.key, version=version.number)
    return {
        "title": Link(_(version.title), url) if may(FIGURES) else _(version.title),
        "number": version.number,
        "state": Chip(_("In force"), "ok") if version.is_current else Chip(_("Former"), "line"),
        "running": running or 0,
        "published_at": version.published_at,
        "published_by": name or "Keel",
        "note": version.note,
        "hash": version.bundle_sha256[:12],
    }
