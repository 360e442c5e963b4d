from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from app.foundation.db import db
from app.foundation.installation import Installation, Purpose
from app.foundation.unit_of_work import unit_of_work
from app.web.banner import REMEMBERED, purpose_banner


@pytest.mark.parametrize(
    ("purpose", "banner"),
    [
        (Purpose.PRODUCTION, ""),
        (Purpose.DEMO, "Demo: all is invented, and the clock may be moved. Nothing here is evidence."),
        (Purpose.TEST, "Test database: the clock may be moved. Nothing here is evidence."),
    ],
)
def test_a_page_says_what_is_no_evidence(app: Flask, purpose: Purpose, banner: str) -> None:
    app.extensions.pop(REMEMBERED, None)
    with unit_of_work() as uow:
        uow.session.execute(update(Installation).values(purpose=purpose.value))
    db.session.rollback()

    assert purpose_banner() == banner


def test_the_door_says_it_too(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text

    assert "Nothing here is evidence." in page
