"""Signs a view in and gives its person something to look at."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.accounts.sessions import begin
from app.foundation.unit_of_work import unit_of_work
from tests.browser.rig import View
from tests.factories.accounts import Somebody
from tests.factories.browser import COOKIE


def as_person(view: View, somebody: Somebody) -> View:
    """Give the view an open session of a person."""
    with unit_of_work(somebody.id) as uow:
        secret = begin(uow, somebody.id, browser="a test", address="127.0.0.1")
    host = urlsplit(view.address).hostname or ""
    view.page.context.add_cookies([{"name": COOKIE, "value": secret, "domain": host, "path": "/"}])
    return view
