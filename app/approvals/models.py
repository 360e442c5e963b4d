"""Tables of approvals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base


class NamedApprover(Base):
    """The person an admin named for a purpose, at one site or, without a site, everywhere."""

    __tablename__ = "named_approver"
    __table_args__ = (
        Index("uq_named_approver_purpose_site", "purpose", "site_id", unique=True),
        Index(  # NULLs are all different, so the approver for all sites needs an index of its own
            "uq_named_approver_everywhere",
            "purpose",
            unique=True,
            sqlite_where=text("site_id IS NULL"),
            postgresql_where=text("site_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
