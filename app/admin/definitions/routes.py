"""The page of definitions: which version is in force, what it is made of, how many records run on which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.foundation.db import db
from app.web.guards import permission
from app.workflow.models import DefinitionVersion, InstanceState, ProcessInstance

blueprint = Blueprint("admin_definitions", __name__, url_prefix="/admin/definitions")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as the page shows it."""

    key: str
    title: str
    number: int
    note: str
    short_hash: str
    published_at: datetime
    published_by: str
    is_current: bool
    running: int


@blueprint.get("")
@permission("definitions.read")
def page() -> str:
    """Show all versions, the one in force of each lifecycle first."""
    return render_template("admin/definitions.html", versions=_versions(db.session()))


def _versions(session: Session) -> list[VersionLine]:
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
        .order_by(DefinitionVersion.key, DefinitionVersion.number.desc())
    )
    return [
        VersionLine(
            key=version.key,
            title=version.title,
            number=version.number,
            note=version.note,
            short_hash=version.bundle_sha256[:12],
            published_at=version.published_at,
            published_by=name or "Keel",
            is_current=version.is_current,
            running=count or 0,
        )
        for version, name, count in rows
    ]
