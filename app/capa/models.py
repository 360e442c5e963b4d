"""Tables of nonconformities and CAPAs. What every record has stands in `record`; these join it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.capa.rules import Source
from app.foundation.dated import DATED
from app.foundation.db import Base
from app.records.models import Record

KEY_LENGTH = 260
NAME_LENGTH = 200
WORD_LENGTH = 40
QUANTITY = Numeric(14, 3)
MONEY = Numeric(14, 2)

JsonList = list[dict[str, Any]]
_JSON = JSON(none_as_null=True)


class Nonconformity(Record):
    """A requirement that was not fulfilled: what happened, what was done about it, where it led.

    Shape: `similar` lists earlier events with the same signature as the search found them; `risks` and
    `team` are lists as the forms give them; `recurrence_key` is key1, `systemic_key` key2.
    """

    __tablename__ = "nonconformity"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint(
            "quantity_nonconforming IS NULL OR quantity_checked IS NULL"
            " OR quantity_nonconforming <= quantity_checked",
            name="quantities",
        ),
        Index("ix_nonconformity_capa_id", "capa_id"),
        Index("ix_nonconformity_recurrence_key", "recurrence_key"),
        Index("ix_nonconformity_contained", "contained_at"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "nonconformity"}

    description: Mapped[str] = mapped_column(Text, default="")
    occurred_at: Mapped[datetime | None]
    is_date_estimated: Mapped[bool] = mapped_column(default=False)
    detected_at: Mapped[datetime | None]
    product_family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"))
    product: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    lot: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    quantity_checked: Mapped[Decimal | None] = mapped_column(QUANTITY)
    quantity_nonconforming: Mapped[Decimal | None] = mapped_column(QUANTITY)
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=Source.INTERNAL.value, info={"choices": Source}
    )
    audit_kind: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    audit_grade: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    requirement_ref: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    failure_mode_id: Mapped[int | None] = mapped_column(ForeignKey("failure_mode.id"), **DATED)
    severity_initial: Mapped[int | None]
    has_people_harm: Mapped[bool] = mapped_column(default=False)
    is_customer_affected: Mapped[bool] = mapped_column(default=False)

    containment_choice: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    containment: Mapped[str | None] = mapped_column(Text)
    containment_skip_reason: Mapped[str | None] = mapped_column(Text)
    contained_at: Mapped[datetime | None] = mapped_column(**DATED)
    is_stock_blocked: Mapped[bool] = mapped_column(default=False)
    are_customers_informed: Mapped[bool] = mapped_column(default=False)
    is_supplier_informed: Mapped[bool] = mapped_column(default=False)

    triage_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH), **DATED)
    rejection_reason: Mapped[str | None] = mapped_column(Text)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("nonconformity.id"))
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("nonconformity.id"))
    occurrence: Mapped[int | None]
    similar_count: Mapped[int] = mapped_column(default=1)
    similar: Mapped[JsonList | None] = mapped_column(_JSON)
    is_recurrent: Mapped[bool] = mapped_column(default=False, **DATED)
    is_systemic: Mapped[bool] = mapped_column(default=False)
    is_after_capa: Mapped[bool] = mapped_column(default=False)
    cause_category_id: Mapped[int | None] = mapped_column(ForeignKey("cause_category.id"))
    recurrence_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    systemic_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    risks: Mapped[JsonList | None] = mapped_column(_JSON)
    route_wish: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    route_reason: Mapped[str | None] = mapped_column(Text)
    route: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    capa_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    capa_id: Mapped[int | None] = mapped_column(ForeignKey("capa.id"))
    failed_capa_id: Mapped[int | None] = mapped_column(ForeignKey("capa.id"))

    is_product_affected: Mapped[bool] = mapped_column(default=False)
    disposition: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    concession_by: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    concession_reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    reverify_result: Mapped[str | None] = mapped_column(String(WORD_LENGTH))

    is_new_cause: Mapped[bool] = mapped_column(default=False)
    is_band_moving: Mapped[bool] = mapped_column(default=False)
    risk_update: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    risk_justification: Mapped[str | None] = mapped_column(Text)
    reassessment_requested_at: Mapped[datetime | None]
    lessons: Mapped[str | None] = mapped_column(Text)


class Lot(Base):
    """A lot that a disposition is about, as it was booked when the outcome was verified."""

    __tablename__ = "nonconformity_lot"
    __table_args__ = (Index("ix_nonconformity_lot_record_id", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    lot: Mapped[str] = mapped_column(String(NAME_LENGTH))
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    unit: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    place: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    disposition: Mapped[str] = mapped_column(String(WORD_LENGTH))


class CostLine(Base):
    """What a nonconformity cost, by kind. Units: `amount` in `currency` (three letters)."""

    __tablename__ = "cost_line"
    __table_args__ = (Index("ix_cost_line_record_id", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    amount: Mapped[Decimal] = mapped_column(MONEY)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str | None] = mapped_column(String(NAME_LENGTH))


class Capa(Record):
    """The removal of a cause, with the proof that it worked. Facts are the running cycle's.

    Shape: `planned_actions`, `criteria` and `criteria_results` are rows as the forms give them; `recurrences`
    lists events that count against it. Units: waiting and window in calendar days.
    """

    __tablename__ = "capa"
    __table_args__ = (  # type: ignore[assignment]  # the spine's tuple has another length
        CheckConstraint("cycle >= 0", name="cycle"),
        Index("ix_capa_recurrence_key", "recurrence_key"),
    )
    id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "capa"}

    problem: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(
        String(WORD_LENGTH), default=Source.OTHER.value, info={"choices": Source}
    )
    audit_grade: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    product_family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"))
    failure_mode_id: Mapped[int | None] = mapped_column(ForeignKey("failure_mode.id"))
    requirement_ref: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    occurrence: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("capa.id"))
    recurrence_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    systemic_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    capa_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cycle: Mapped[int] = mapped_column(default=0)
    cycle_started_at: Mapped[datetime | None]

    method: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    why_chain: Mapped[JsonList | None] = mapped_column(_JSON)
    fishbone: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    root_cause: Mapped[str | None] = mapped_column(Text)
    cause_categories: Mapped[JsonList | None] = mapped_column(_JSON)
    condition_behind: Mapped[str | None] = mapped_column(Text)
    has_condition: Mapped[bool] = mapped_column(default=False)
    is_cause_validated: Mapped[bool] = mapped_column(default=False, **DATED)
    is_human_error_only: Mapped[bool] = mapped_column(default=False, **DATED)
    is_cause_returned: Mapped[bool] = mapped_column(default=False)
    is_new_cause: Mapped[bool] = mapped_column(default=False)
    cause_examined_at: Mapped[datetime | None] = mapped_column(**DATED)
    similar_places: Mapped[JsonList | None] = mapped_column(_JSON)
    no_similar_reason: Mapped[str | None] = mapped_column(Text)

    planned_actions: Mapped[JsonList | None] = mapped_column(_JSON)
    criteria: Mapped[JsonList | None] = mapped_column(_JSON)
    effectiveness_method: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    population: Mapped[int | None]
    window_days: Mapped[int] = mapped_column(default=180)
    min_clean_units: Mapped[int | None]
    adverse_effects: Mapped[str | None] = mapped_column(Text)
    plan_cost: Mapped[Decimal | None] = mapped_column(MONEY)
    plan_verdict: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    actions_requested_at: Mapped[datetime | None]
    completeness: Mapped[str | None] = mapped_column(String(WORD_LENGTH))

    implemented_at: Mapped[datetime | None] = mapped_column(**DATED)
    wait_days: Mapped[int | None]
    half_wait_at: Mapped[datetime | None]
    wait_until: Mapped[datetime | None]
    wait_ended_at: Mapped[datetime | None]
    is_extended: Mapped[bool] = mapped_column(default=False)
    clean_units: Mapped[int] = mapped_column(default=0)

    sample_size: Mapped[int | None]
    recurrences: Mapped[JsonList | None] = mapped_column(_JSON)
    recurrence_count: Mapped[int] = mapped_column(default=0)
    criteria_results: Mapped[JsonList | None] = mapped_column(_JSON)
    new_problems: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    missed_count: Mapped[int | None]
    near_miss_count: Mapped[int | None]
    near_miss_wish: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    result: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    is_recurred: Mapped[bool] = mapped_column(default=False, **DATED)
    recurred_at: Mapped[datetime | None]

    risks: Mapped[JsonList | None] = mapped_column(_JSON)
    is_band_moving: Mapped[bool] = mapped_column(default=False)
    risk_update: Mapped[str | None] = mapped_column(String(WORD_LENGTH))
    risk_justification: Mapped[str | None] = mapped_column(Text)
    reassessment_requested_at: Mapped[datetime | None]
    lessons: Mapped[str | None] = mapped_column(Text)
