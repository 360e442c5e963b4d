from __future__ import annotations

import pytest
from flask import Flask

from app.web.paging import (
    CursorUnknown,
    address_with,
    cursor_asked_for,
    decode_cursor,
    encode_cursor,
    page_of,
)

KEY = ("2026-03-17T09:00:00+00:00", 42, None)


def test_a_cursor_gives_back_the_sort_values(small: Flask) -> None:
    with small.app_context():
        assert decode_cursor(encode_cursor(KEY, order="tasks.due"), order="tasks.due") == KEY


def test_a_changed_cursor_and_one_of_another_order_are_refused(small: Flask) -> None:
    with small.app_context():
        cursor = encode_cursor(KEY, order="tasks.due")

        for text, order in ((cursor + "x", "tasks.due"), (cursor, "tasks.number"), ("x", "tasks.due")):
            with pytest.raises(CursorUnknown):
                decode_cursor(text, order=order)


def test_the_first_page_asks_for_no_cursor(small: Flask) -> None:
    with small.test_request_context("/components"):
        assert cursor_asked_for(order="tasks.due") is None


@pytest.mark.parametrize(
    ("count", "shown", "has_next"), [(0, 0, False), (2, 2, False), (3, 3, False), (4, 3, True)]
)
def test_a_page_has_a_next_one_only_when_a_row_more_was_read(
    small: Flask, count: int, shown: int, *, has_next: bool
) -> None:
    with small.app_context():
        page = page_of(list(range(count)), key=lambda row: (row,), order="rows", size=3)

        assert len(page.rows) == shown
        assert bool(page.after) is has_next
        if has_next:
            assert decode_cursor(page.after, order="rows") == (2,)


def test_a_changed_filter_keeps_the_others_and_starts_again_at_the_top(small: Flask) -> None:
    with small.test_request_context("/components/register?site=ume&site=gda&stage=open&after=cursor"):
        address = address_with(stage=None, severity="4")

    assert address == "/components/register?site=ume&site=gda&severity=4"
