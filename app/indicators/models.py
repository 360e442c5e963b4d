"""The table of monthly readings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base

KEY_LENGTH = 60
FIGURE = Numeric(16, 1)


class MonthlyReading(Base):
    """What an indicator showed for one month, at one site or, without a site, everywhere. Never changed.

    Shape: `month` is its first day; `rows`, `hits` and `total` are what the figure was reckoned from, so that
    months can be put together; `is_late` where it was read more than a month after the month had ended.
    """

    __tablename__ = "indicator_reading"
    __table_args__ = (
        Index("uq_indicator_reading_site", "key", "month", "site_id", unique=True),
        Index(  # NULLs are all different, so the reading of all sites needs an index of its own
            "uq_indicator_reading_everywhere",
            "key",
            "month",
            unique=True,
            sqlite_where=text("site_id IS NULL"),
            postgresql_where=text("site_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    month: Mapped[date] = mapped_column(Date)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    rows: Mapped[int]
    hits: Mapped[int]
    total: Mapped[Decimal] = mapped_column(FIGURE)
    figure: Mapped[Decimal | None] = mapped_column(FIGURE)
    is_late: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime]
