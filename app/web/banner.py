"""The line on every page of a database whose evidence is not real."""

from __future__ import annotations

from flask import current_app

from app.foundation.db import db
from app.foundation.i18n import gettext as _
from app.foundation.installation import Purpose, purpose_of

REMEMBERED = "keel.purpose"


def purpose_banner() -> str:
    """Return what to say of a demo or test database, nothing in production.

    Effects: asks the database once for each application: the purpose never changes.
    """
    known = current_app.extensions
    purpose: Purpose | None = known.get(REMEMBERED)
    if purpose is None:
        purpose = known[REMEMBERED] = purpose_of(db.session())
    if purpose is Purpose.DEMO:
        return _("Demo: all is invented, and the clock may be moved. Nothing here is evidence.")
    if purpose is Purpose.TEST:
        return _("Test database: the clock may be moved. Nothing here is evidence.")
    return ""
