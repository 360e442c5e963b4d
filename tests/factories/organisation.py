"""Rows of the organisation for tests; each call gives another code."""

from __future__ import annotations

from itertools import count

from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KINDS, Entry, KindKey
from app.organisation.service import add

_numbers = count(1)


def a_site(uow: UnitOfWork, code: str = "", *, zone: str = "Europe/Warsaw", country: str = "PL") -> int:
    """A site that works Monday to Friday, 8 to 16 o'clock."""
    code = code or f"S{next(_numbers)}"
    return add(uow, KINDS[KindKey.SITE], Entry(code, f"Site {code}", zone=zone, country=country))


def a_department(uow: UnitOfWork, site_id: int, code: str = "") -> int:
    code = code or f"D{next(_numbers)}"
    return add(uow, KINDS[KindKey.DEPARTMENT], Entry(code, f"Department {code}", site_id=site_id))


def a_process(uow: UnitOfWork, code: str = "", *, name: str = "", owner_id: int | None = None) -> int:
    code = code or f"P{next(_numbers)}"
    return add(uow, KINDS[KindKey.PROCESS], Entry(code, name or f"Process {code}", owner_id=owner_id))


def a_product_family(uow: UnitOfWork, code: str = "") -> int:
    code = code or f"F{next(_numbers)}"
    return add(uow, KINDS[KindKey.PRODUCT_FAMILY], Entry(code, f"Family {code}"))


def a_failure_mode(uow: UnitOfWork, code: str = "") -> int:
    code = code or f"M{next(_numbers)}"
    return add(uow, KINDS[KindKey.FAILURE_MODE], Entry(code, f"Failure mode {code}"))


def a_cause_category(uow: UnitOfWork, code: str = "", *, branch: str = "method") -> int:
    code = code or f"C{next(_numbers)}"
    return add(uow, KINDS[KindKey.CAUSE_CATEGORY], Entry(code, f"Cause {code}", branch=branch))
