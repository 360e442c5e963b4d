"""Tables of talks: what was said to whom on a day, and who confirmed to have been there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base
from app.training.models import NAME_LENGTH


class Talk(Base):
    """A talk that a trainer gave, about an item, a revision or neither; with a level it proves a skill.

    Shape: `request_id` is the revision that its listeners have to acknowledge. Units: `level` 1 to 5.
    """

    __tablename__ = "talk"
    __table_args__ = (CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    held_on: Mapped[date] = mapped_column(Date)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("training_item.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("acknowledgement_request.id"))
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class TalkListener(Base):
    """Somebody who is on the list of a talk; not there until they confirm it themselves."""

    __tablename__ = "talk_listener"

    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    confirmed_at: Mapped[datetime | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"))
