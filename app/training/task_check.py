"""Answers the engine room whether somebody can prove the skills that the role of a task needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from app.foundation.i18n import gettext as _
from app.foundation.settings import value_of
from app.training.competence import held_by
from app.training.requirements import requirements
from app.training.rules import place_of
from app.training.settings import LAPSED_SKILL

OFF, BLOCK = "off", "block"


def check(
    session: Session,
    role: str,
    site_id: int | None,
    process_of: Callable[[], int | None],
    person_id: int,
    on: date,
) -> tuple[str, bool] | None:
    """Return what a person cannot prove for work in a role, and whether the site refuses it then.

    Shape: None when nothing is asked, everything is there, or the site wants to hear nothing.
    Source: lifecycles, 7.2; the setting `training.lapsed_skill`.
    """
    needs = [one for one in requirements.of_role(session, role) if one.site_id in {None, site_id}]
    if any(one.process_id is not None for one in needs):
        process_id = process_of()
        needs = [one for one in needs if one.reaches(site_id, process_id)]
    if not needs:
        return None
    held = held_by(session, (person_id,))
    lacking = [
        one.skill
        for one in needs
        if place_of(one.level, held.get((person_id, one.skill_id), ()), on, 0).standing.is_gap
    ]
    mode = value_of(session, LAPSED_SKILL, site_id) if lacking else OFF
    if mode == OFF:
        return None
    facts = {"skills": ", ".join(dict.fromkeys(lacking))}
    if mode == BLOCK:
        return _("This task needs a skill without valid proof: %(skills)s. Renew it first.", **facts), True
    return _("This task needs a skill without valid proof: %(skills)s.", **facts), False
