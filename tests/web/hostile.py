"""Words that act where they are not shown as words."""

from __future__ import annotations

MARK = "hostile-word"
PAYLOAD = (
    "\"'></title></textarea></option><img src=x onerror=alert(1)><script>alert(2)</script>"
    "<svg onload=alert(3)></svg><a href=javascript:alert(4)>x</a>{{7*7}}${7*7}%(name)s{0.__class__}"
)
# Elements that no page of ours draws; a script of ours is known by its address.
ACTING = frozenset({"script", "img", "iframe", "object", "embed", "base", "frame", "audio", "video"})


def hostile(text: str) -> str:
    """Return a text as an attacker would leave it: a formula for spreadsheets, markup for pages."""
    return f"=cmd|'/c x'!A1 {text} {MARK} {PAYLOAD}"
