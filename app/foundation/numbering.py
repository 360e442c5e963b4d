"""Gap-free record numbers such as NC-2026-0001, one series for each prefix and year."""

from __future__ import annotations

import re
from typing import cast

from sqlalchemy import String, Table, bindparam, update
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.foundation.errors import Broken
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

PREFIX = re.compile(r"[A-Z]{2,10}")
DIGITS = 4


class NumberSeries(Base):
    """The last number given out for a prefix in a year."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


_SERIES = cast("Table", NumberSeries.__table__)
# Sent with every record that is opened, so it is built once.
_COUNT_ON = (
    update(_SERIES)
    .where(_SERIES.c.prefix == bindparam("of_prefix"), _SERIES.c.year == bindparam("of_year"))
    .values(last=_SERIES.c.last + 1)
    .returning(_SERIES.c.last)
)


def next_number(uow: UnitOfWork, prefix: str, *, year: int | None = None) -> str:
    """Take the next number of a series: prefix, year, and a count of at least four digits.

    Units: `year` is a UTC calendar year, the act's own by default.
    Effects: locks the series to the end of the act; an act that is rolled back gives its number back,
        so the series has no gaps.
    """
    if not PREFIX.fullmatch(prefix):
        raise Broken(f"{prefix!r} is not a number prefix: two to ten capital letters.")
    year = year or uow.now.year
    count = uow.connection.scalar(_COUNT_ON, {"of_prefix": prefix, "of_year": year})
    if count is None:
        count = _first(uow, prefix, year)
    return f"{prefix}-{year}-{count:0{DIGITS}d}"


def _first(uow: UnitOfWork, prefix: str, year: int) -> int:
    """Begin a series, or count on where another act began it this very moment."""
    statement = (
        insert_into(uow.session, NumberSeries)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
    )
    return int(uow.session.execute(statement).scalar_one())
