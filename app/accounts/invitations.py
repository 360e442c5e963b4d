"""Invites people: by mail where they have an address, else by a printed code. The door is shown once."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.links import Purpose, issue
from app.accounts.models import Person
from app.accounts.people import Details, person_row, take_on
from app.accounts.signing_pins import reset_pin
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.unit_of_work import UnitOfWork


class AccountClosed(Refused):
    """Nobody gets into a closed account."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a person gets in: the address to open, or the code to print. Shown once, kept nowhere.

    Shape: `link` is empty for a code and `code` for a link; `is_mailed` says that the link is on its way too;
    `is_for_pin` says that the code sets a signing PIN, not a password.
    """

    person_id: int
    user_name: str
    link: str = ""
    code: str = ""
    is_mailed: bool = False
    is_for_pin: bool = False


def invite(uow: UnitOfWork, details: Details, base_url: str) -> Door:
    """Take a person on and return how they get in.

    Errors: PersonInvalid. Effects: person, link or code, a mail when there is an address, trail entries.
    """
    person_id = take_on(uow, details)
    return open_door(uow, person_id, base_url)


def open_door(uow: UnitOfWork, person_id: int, base_url: str) -> Door:
    """Return a fresh way in for somebody who has none, or has lost their password; earlier ones die.

    Errors: AccountClosed. Effects: as `invite`, without the person.
    """
    row = _open_account(uow, person_id)
    if row.mail is None:
        return Door(row.id, row.user_name, code=issue(uow, row.id, Purpose.CODE))
    purpose = Purpose.RESET if row.password_hash else Purpose.INVITATION
    secret = issue(uow, row.id, purpose)
    link = f"{base_url.rstrip('/')}/welcome/{secret}"
    _post(uow, row, purpose, link)
    return Door(row.id, row.user_name, link=link, is_mailed=True)


def print_code(uow: UnitOfWork, person_id: int) -> Door:
    """Return a code to print, also for somebody who has a mail address but does not reach it.

    Errors: AccountClosed.
    """
    row = _open_account(uow, person_id)
    return Door(row.id, row.user_name, code=issue(uow, row.id, Purpose.CODE))


def reset_signing_pin(uow: UnitOfWork, person_id: int) -> Door:
    """Take a person's signing PIN away and return the code with which they set another.

    Errors: AccountClosed. Effects: those of `reset_pin`.
    """
    row = _open_account(uow, person_id)
    return Door(row.id, row.user_name, code=reset_pin(uow, row.id), is_for_pin=True)


def _open_account(uow: UnitOfWork, person_id: int) -> Person:
    row = person_row(uow.session, person_id)
    if not row.is_active:
        raise AccountClosed(_("This account is closed. Open it again first."))
    return row


def _post(uow: UnitOfWork, row: Person, purpose: Purpose, link: str) -> None:
    is_reset = purpose is Purpose.RESET
    subject = _("Set another password for Keel") if is_reset else _("You are invited to Keel")
    body = _(
        "Hello %(name)s,\n\n"
        "open this address to choose your password. It works once, for three days:\n\n%(link)s\n\n"
        "Your user name is %(user_name)s.\n",
        name=row.name,
        link=link,
        user_name=row.user_name,
    )
    key = f"{purpose.value}:{row.id}:{uow.now.isoformat()}"
    post_mail(uow, key=key, recipient=row.mail or "", subject=subject, body=body)
