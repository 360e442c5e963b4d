"""Tables of the organisation. Rows are retired, never deleted: old records still point at them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.foundation.db import Base

CODE_LENGTH = 40
NAME_LENGTH = 200


class MasterData:
    """What every maintained list has in common: a code people type, a name, and a life."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    code_key: Mapped[str] = mapped_column(String(CODE_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands over the class
        """Name what makes a row unique: the code without regard to case."""
        return (UniqueConstraint("code_key"),)


class Site(MasterData, Base):
    """A place of the organisation with its own zone, country and calendar.

    Shape: `country` and `subdivision` (ISO 3166) decide the public holidays, empty for none;
    `working_hours` is a list of {"weekday": 0 (Monday) … 6, "from": "08:00", "to": "16:00"},
    in local time, sorted, not overlapping.
    """

    __tablename__ = "site"

    zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2), default="")
    subdivision: Mapped[str] = mapped_column(String(6), default="")
    working_hours: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SpecialDay(Base):
    """A day unlike its weekday: closed though people would work, or worked though they would be free."""

    __tablename__ = "special_day"
    __table_args__ = (UniqueConstraint("site_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    is_worked: Mapped[bool] = mapped_column(default=False)


class Department(MasterData, Base):
    """A part of a site."""

    __tablename__ = "department"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)


class BusinessProcess(MasterData, Base):
    """A process of the organisation in the sense of clause 4.4, with the person who answers for it.

    Units: `importance` 1 to 5, 5 matters most; None, like an empty `process_kind`: nobody has said.
    """

    __tablename__ = "business_process"

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    process_kind: Mapped[str | None] = mapped_column(String(20))
    importance: Mapped[int | None]


class ProductFamily(MasterData, Base):
    """Products that share design, making and therefore failures."""

    __tablename__ = "product_family"


class FailureMode(MasterData, Base):
    """A way in which a product or a service fails; recurrence is counted by it."""

    __tablename__ = "failure_mode"


class CauseCategory(MasterData, Base):
    """A kind of cause, hung on one branch of the fishbone."""

    __tablename__ = "cause_category"

    branch: Mapped[str] = mapped_column(String(20))


class ManagerOf(Base):
    """Who leads whom, from one day to another; escalations climb along it."""

    __tablename__ = "manager_of"
    __table_args__ = (
        CheckConstraint("person_id <> manager_id", name="not_oneself"),
        UniqueConstraint("person_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
