"""Tells those who answer for the system that the trail, or what it vouches for, was tampered with."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.groups import holders_anywhere
from app.accounts.models import Person
from app.accounts.roles import Role
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork
from app.records.watching import NoticeKind, tell_of_system

ANSWERABLE = (Role.ADMIN, Role.QUALITY_MANAGER)


def tell_answerable(uow: UnitOfWork, check_id: int, sentence: str, base_url: str) -> None:
    """Tell every admin and quality manager what a check found.

    Effects: a notification for each, and a mail for those with an address, once for the same check; the mail
    leaves the house and says no more than that they should look.
    """
    today = uow.now.date()
    asked = [holders_anywhere(uow.session, role, today) for role in ANSWERABLE]
    people = sorted({person_id for some in asked for person_id in some})
    tell_of_system(uow, NoticeKind.TAMPERING, people, sentence)
    mails = select(Person.id, Person.mail).where(Person.id.in_(people))
    for row in uow.session.execute(mails.order_by(Person.id)):
        if row.mail:
            post_mail(
                uow,
                key=f"trail_check:{check_id}:{row.id}",
                recipient=row.mail,
                subject=_("The trail of Keel was tampered with"),
                body=_("A check of the trail failed. See what it found: %(url)s", url=f"{base_url}/trail"),
            )
