"""What must hold before a server starts. Each refusal is one line that says what to do (T64)."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from app.foundation.backup import is_unfinished
from app.foundation.db import db, is_sqlite_safe
from app.foundation.errors import Refused
from app.foundation.i18n import gettext as _
from app.foundation.migrations import is_current, known_revisions, migrate, revision_of
from config import Config

SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class UnsafeStart(Refused):
    """The server does not start like this."""


def check_settings(config: Config, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse settings under which a server must not run.

    Errors: UnsafeStart: debug mode, a weak secret, a home that others can read, plain HTTP beyond this
        machine, a restore that was interrupted.
    """
    if environment.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        raise UnsafeStart(_("FLASK_DEBUG is on: it gives visitors a console. Unset it."))
    if len(config.secret_key) < SHORTEST_SECRET or len(set(config.secret_key)) < 8:
        raise UnsafeStart(
            _("The secret is weak. Unset KEEL_SECRET_KEY to have one made, or give 32 random characters.")
        )
    _check_home(config.home)
    _check_address(config)
    check_restore(config)


def check_restore(config: Config) -> None:
    """Refuse to work on a home into which a restore did not finish.

    Errors: UnsafeStart.
    """
    if is_unfinished(config.home):
        raise UnsafeStart(_("A restore into this home was interrupted. Run `keel restore FILE` again."))


def check_second_process() -> None:
    """Refuse a process beside the server where SQLite is too old to bear two.

    Errors: UnsafeStart.
    """
    if db.engine.dialect.name == "sqlite" and not is_sqlite_safe():
        raise UnsafeStart(
            _(
                "This SQLite may lose a commit when two processes write. Use `keel serve` alone, "
                "install pysqlite3, or use PostgreSQL."
            )
        )


def bring_up_to_date() -> None:
    """Migrate SQLite; on PostgreSQL refuse, since other processes may be running on the older schema.

    Errors: UnsafeStart, also for a database that a later Keel has written.
    """
    check_revision()
    if is_current(db.engine):
        return
    if db.engine.dialect.name != "sqlite":
        raise UnsafeStart(not_ready())
    migrate()


def check_revision() -> None:
    """Refuse a database whose schema this version does not know, before anything is changed.

    Errors: UnsafeStart.
    """
    present = _revision()
    if present is not None and present not in known_revisions():
        raise UnsafeStart(
            _("The database was written by a later version of Keel. Start that version; nothing was changed.")
        )


def is_empty() -> bool:
    """Tell whether the database has no tables of ours yet."""
    return _revision() is None


def not_ready() -> str:
    """Return the sentence for a database that is empty, or not at this version's schema."""
    if _revision() is None:
        return not_installed()
    return _("The database is not up to date. Stop all servers, make a backup, then run: keel migrate")


def not_installed() -> str:
    """Return the sentence for a database without an installation."""
    return _("This database is not initialised. Run: keel init")


def _revision() -> str | None:
    return revision_of(db.engine)


def _check_home(home: Path) -> None:
    mode = stat.S_IMODE(home.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise UnsafeStart(_("Others on this machine can read %(home)s. Run: chmod 700 %(home)s", home=home))


def _check_address(config: Config) -> None:
    address = urlsplit(config.public_url)
    is_local = address.hostname in LOOPBACK
    if address.scheme == "https" or (is_local and config.host in LOOPBACK):
        return
    raise UnsafeStart(
        _(
            "Passwords would travel in the clear. Put a proxy with TLS in front and set "
            "KEEL_PUBLIC_URL=https://… , or keep KEEL_HOST on 127.0.0.1."
        )
    )
