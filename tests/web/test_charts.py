from __future__ import annotations

from decimal import Decimal

import pytest

from app.web.charts import Point, columns, lines, scale, spark


@pytest.mark.parametrize(("most", "top"), [(0, 4), (3, 4), (9, 10), (34, 40), (128, 200), (1000, 1000)])
def test_a_scale_begins_at_zero_and_has_round_ticks(most: int, top: int) -> None:
    found, ticks = scale([Decimal(most)])

    assert found == top
    assert ticks[0] == 0
    assert len(ticks) == 5


def test_a_line_breaks_where_nothing_is_known() -> None:
    drawn = spark([1, None, 3, 2])

    assert len(drawn.runs) == 2
    assert drawn.last is not None
    assert drawn.last[0] == 236


def test_a_line_of_nothing_is_empty() -> None:
    assert spark([None, None]).runs == ()
    assert spark([]).last is None


def test_columns_stand_on_the_base_and_the_highest_is_the_greatest() -> None:
    drawn = columns([Point("a", 10, "10"), Point("b", 5, "5"), Point("c", None)])

    assert {round(bar.y + bar.height, 1) for bar in drawn.bars} == {202}
    assert drawn.bars[0].height == 2 * drawn.bars[1].height
    assert drawn.bars[2].height == 0


def test_the_share_line_ends_at_all_of_it() -> None:
    drawn = columns([Point("a", 3), Point("b", 1)], share=True)

    assert drawn.lines[0].end[1] == 22
    assert columns([Point("a", 0)], share=True).lines == ()


def test_lines_share_one_scale_and_few_labels() -> None:
    drawn = lines(
        [str(month) for month in range(24)], [("Mean", "mean", [2] * 24), ("", "value", [None] * 24)]
    )

    assert len(drawn.lines) == 1
    assert len(drawn.labels) == 8
