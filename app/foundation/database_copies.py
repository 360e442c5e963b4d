"""A consistent copy of a whole database and the way back: by SQLite's backup, by PostgreSQL's tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, make_url

from app.foundation.archive import POSTGRESQL, SQLITE
from app.foundation.db import engine_options, sqlite_driver
from app.foundation.errors import Broken
from app.foundation.i18n import gettext as _


class CopyFailed(Broken):
    """The database could not be copied or filled; the sentence says why."""


def member_of(url: str) -> str:
    """Return the name under which the copy of this kind of database stands in a backup."""
    return SQLITE if make_url(url).get_backend_name() == "sqlite" else POSTGRESQL


def copy_database(url: str, target: Path) -> None:
    """Write a copy of the database as it stands at one moment; writers are not held up.

    Errors: CopyFailed when the copy is not whole or PostgreSQL's `pg_dump` is missing or refuses.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(str(address.database), target)
    else:
        _run("pg_dump", address, "--format=custom", "--no-owner", f"--file={target}")


def fill_database(url: str, copy: Path) -> None:
    """Fill an empty database from a copy, whole or not at all.

    Errors: CopyFailed.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        target = Path(str(address.database))
        beside = target.with_name(f"{target.name}.part")  # the database may lie on another disk
        shutil.move(copy, beside)
        beside.replace(target)
    else:
        options = ("--no-owner", "--single-transaction", "--exit-on-error")
        _run("pg_restore", address, *options, str(copy))


def is_empty_database(url: str) -> bool:
    """Tell whether the database holds no tables, or the file of it does not exist."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return True
    engine = create_engine(url, **engine_options(url))
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _copy_sqlite(source: str, target: Path) -> None:
    driver = sqlite_driver()
    with closing(driver.connect(source)) as old, closing(driver.connect(str(target))) as copy:
        old.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        answer = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    target.chmod(0o600)
    if answer != "ok":
        raise CopyFailed(_("The database is damaged: %(answer)s", answer=answer))


def _run(tool: str, address: URL, *options: str) -> None:
    path = shutil.which(tool)
    if path is None:
        raise CopyFailed(
            _(
                "%(tool)s is not on this machine. Install the client tools of PostgreSQL and try again.",
                tool=tool,
            )
        )
    # The password goes by the environment: the list of processes shows arguments to everybody.
    environment = {**os.environ, "PGPASSWORD": str(address.password or "")}
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - a fixed tool with options of our own, no shell
        [path, f"--dbname={plain}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CopyFailed(_("%(tool)s failed: %(answer)s", tool=tool, answer=done.stderr.strip()[-500:]))
