from __future__ import annotations

import pytest

from app.web.browsers import browser_in_words

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 "


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (LINUX + "Chrome/150.0.0.0 Safari/537.36", "Chrome on Linux"),
        (LINUX + "Chrome/150.0.0.0 Safari/537.36 Edg/150.0", "Edge on Linux"),
        (IPHONE + "Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("curl/8.0", "An unnamed browser"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words
