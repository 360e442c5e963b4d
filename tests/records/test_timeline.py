from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.records.record_parts import deed_part
from app.records.timeline import RULE, StoryLine

NOW = datetime(2026, 3, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "who", "said"),
    [
        ("record", "", "Keel started this"),
        ("record", "Rita Nowak", "started this"),
        (RULE, "", "started this"),
    ],
)
def test_what_nobody_did_keel_did_and_a_rule_speaks_for_itself(kind: str, who: str, said: str) -> None:
    shown = deed_part(StoryLine(kind, NOW, "started this", who))

    assert shown.text == said
    assert (shown.person.name if shown.person else "") == who
