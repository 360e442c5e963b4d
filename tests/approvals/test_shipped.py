from __future__ import annotations

import pytest
from sqlalchemy import select

from app.approvals.checks import check_chain
from app.approvals.models import ChainPolicy
from app.approvals.shipped import SHIPPED_CHAINS
from app.approvals.versions import in_force
from app.foundation.db import db
from app.lifecycles import LIFECYCLES

KINDS = {lifecycle.record_kind for lifecycle in LIFECYCLES}


@pytest.mark.usefixtures("shipped_app")
def test_every_shipped_chain_passes_the_gate() -> None:
    wrong = {
        one.key: problems
        for one in SHIPPED_CHAINS
        if one.record_kind in KINDS and (problems := check_chain(db.session(), one.record_kind, one.chain))
    }

    assert wrong == {}
    assert in_force(db.session(), db.session.scalars(select(ChainPolicy.id)).first() or 0) is not None
