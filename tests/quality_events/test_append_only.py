from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Executable

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.quality_events.models import (
    ExposureSettings,
    QualityEvent,
    QualityEventRisk,
    QualityEventVerdict,
    RiskBaseline,
)
from app.quality_events.rules import EventKind
from app.quality_events.service import record_event
from app.quality_events.writing import take_back_history
from tests.conftest import TUESDAY
from tests.quality_events.ledgers import an_order, assess

REFUSED = [
    update(QualityEvent).values(severity=1),
    delete(QualityEvent),
    update(QualityEventRisk).values(risk_id=9),
    delete(QualityEventRisk),
    update(QualityEventVerdict).values(closes_id=9),
    delete(QualityEventVerdict),
    update(RiskBaseline).values(likelihood=1),
    delete(RiskBaseline),
    update(ExposureSettings).values(reason="another"),
    delete(ExposureSettings),
]


@pytest.fixture
def ledger(any_app: Flask) -> Flask:
    with unit_of_work() as uow:
        first = record_event(uow, an_order(risk_ids=(5,)))
        record_event(uow, an_order(3, kind=EventKind.CAPA_EFFECTIVE, closes=(first,)))
        record_event(uow, an_order(2, risk_ids=(5,), is_history=True))
        assess(uow, 5, 2, 3)
        values = {"valid_from": TUESDAY, "reason": "As decided.", "weights": {}}
        uow.session.execute(insert(ExposureSettings), [values])
    return any_app


@pytest.mark.usefixtures("ledger")
def test_the_database_refuses_to_change_or_delete_what_stands() -> None:
    for statement in REFUSED:
        assert is_refused(statement), str(statement)


@pytest.mark.usefixtures("ledger")
def test_only_imported_history_can_be_taken_back_with_what_it_weighed() -> None:
    with unit_of_work() as uow:
        take_back_history(uow, "nonconformity", [1, 2])

    assert [row.subject_id for row in db.session.query(QualityEvent)] == [1, 3]


def is_refused(statement: Executable) -> bool:
    try:
        with unit_of_work() as uow:
            uow.session.execute(statement)
    except IntegrityError as refusal:
        return "append-only" in str(refusal)
    return False
