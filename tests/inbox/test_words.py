from __future__ import annotations

import pytest
from flask import Flask

from app.inbox.words import why_sentence, why_title


@pytest.mark.parametrize(
    ("why", "title"),
    [
        ("approver", "You are asked to decide"),
        ("chosen", "You were chosen for this step"),
        ("role", "You took it from your group"),
    ],
)
def test_a_task_says_in_short_why_it_came(app: Flask, why: str, title: str) -> None:
    with app.test_request_context():
        assert why_title(why, "approver", is_mine=True, stands_in_for="") == title


def test_who_is_asked_by_a_chain_reads_that_the_chain_asks(app: Flask) -> None:
    with app.test_request_context():
        sentence = why_sentence("approver", "approver", "GDA", group_role="approver")

    assert sentence == "The approval chain names you, or a role you have, for this stage."
