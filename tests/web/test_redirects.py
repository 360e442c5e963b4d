from __future__ import annotations

import pytest
from flask import Flask

from app.web.redirects import next_address


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=1",
        " /inbox",
        "",
        "inbox",
    ],
)
def test_an_address_that_leads_elsewhere_is_not_followed(small: Flask, target: str) -> None:
    with small.test_request_context("/sign-in", query_string={"next": target}):
        assert next_address("/home") == "/home"


def test_an_own_address_is_followed_with_its_arguments(small: Flask) -> None:
    with small.test_request_context("/sign-in", query_string={"next": "/tasks/42?tab=files#history"}):
        assert next_address("/home") == "/tasks/42?tab=files#history"
