"""What home says to those who answer for the system: tampering, damage, vacant roles, a late review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.actor import Actor
from app.evidence.trail_checks import failed_check
from app.foundation.file_checks import damaged_count
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.process_map.context import review_standing
from app.process_map.processes import MAINTAIN
from app.process_map.roles import vacancies
from app.web.addresses import address
from app.web.parts import Link


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence to know before reading on, with its door. Shape: `is_alarm` is said before all else."""

    text: str
    door: Link
    is_alarm: bool = False


def notices_for(session: Session, actor: Actor, today: date) -> tuple[Notice, ...]:
    """Return what quality people and admins should know today; nothing for anybody else."""
    return (*_tampering(session, actor), *_damage(session, actor), *_gaps(session, actor, today))


def _tampering(session: Session, actor: Actor) -> Iterator[Notice]:
    check = failed_check(session) if policy.can(actor, "trail.read") else None
    if check is not None:
        text = _("The trail was tampered with. %(sentence)s", sentence=check.sentence)
        yield Notice(text, Link(_("Open the trail"), address("trail.page")), is_alarm=True)


def _damage(session: Session, actor: Actor) -> Iterator[Notice]:
    count = damaged_count(session) if policy.can(actor, "admin.faults") else 0
    if count:
        text = ngettext("%(num)s stored file is damaged.", "%(num)s stored files are damaged.", count)
        yield Notice(text, Link(_("See which"), address("admin_faults.page")))


def _gaps(session: Session, actor: Actor, today: date) -> tuple[Notice, ...]:
    if not policy.can(actor, MAINTAIN):
        return ()
    found = []
    vacant = len(vacancies(session, today))
    if vacant:
        text = ngettext("%(num)s role is vacant.", "%(num)s roles are vacant.", vacant)
        found.append(Notice(text, Link(_("See which"), address("context.roles"))))
    if review_standing(session, today).is_overdue:
        text = _("The yearly review of context and interested parties is overdue.")
        found.append(Notice(text, Link(_("See where it stands"), address("context.page"))))
    return tuple(found)
