"""Where a record's pages are. A record without a register of its own has the general page."""

from __future__ import annotations

from app.records.models import Record
from app.records.register import Register, registers
from app.web.addresses import address

GENERAL = "records.page"
_GENERAL_SIGN = {"icon": "file-text"}


def record_url(kind: str, record_id: int, **more: str) -> str:
    """Return the address of a record's page."""
    register = registers.of_kind(kind)
    return address(f"{kind}.page" if register else GENERAL, record_id=record_id, **more)


def register_url(register: Register) -> str:
    """Return the address of a register's list."""
    return address(f"{register.kind}.listing")


def icon_of(kind: str) -> str:
    """Return the sign of a kind of record."""
    register = registers.of_kind(kind)
    return register.icon if register else _GENERAL_SIGN["icon"]


def standing(record: Record) -> str:
    """Return where a record stands in the domain's words, with what it waits for where the domain says it."""
    register = registers.of_kind(record.kind)
    stands = register.stands(record) if register else ""
    return stands or status_word(record.kind, record.status)


def status_word(kind: str, status: str) -> str:
    """Return the word of the domain for a status."""
    register = registers.of_kind(kind)
    return register.status_word(status) if register else status.replace("_", " ").capitalize()
