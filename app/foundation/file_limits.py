"""How much a person may upload, by settings of the site: the largest file, and what comes in thirty days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.file_examination import refused
from app.foundation.file_rows import StoredFile
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.foundation.settings import Setting, value_of, values_of
from app.foundation.unit_of_work import UnitOfWork

LARGEST = Setting("files.largest_mb", 25, int, "The largest file that may be uploaded, in megabytes")
QUOTA = Setting("files.quota_mb", 2_000, int, "What one person may upload in 30 days, in megabytes")
QUOTA_COUNT = Setting("files.quota_count", 2_000, int, "How many files one person may upload in 30 days")
SETTINGS = (LARGEST, QUOTA, QUOTA_COUNT)
MEGABYTE = 1024 * 1024
WINDOW = timedelta(days=30)


def largest_bytes(session: Session, site_id: int | None = None) -> int:
    """Return the largest size of a file at a site, in bytes."""
    return max(1, value_of(session, LARGEST, site_id)) * MEGABYTE


def refuse_beyond_quota(uow: UnitOfWork, size: int, site_id: int | None = None) -> None:
    """Pass when the person who acts may add a file of so many bytes. Keel itself always may.

    Errors: FileRefused.
    Source: one person must not fill the disk (ASVS 5.2.4). The window moves: nobody is shut out for good.
    """
    if uow.actor_id is None:
        return
    limits = values_of(uow.session, (QUOTA, QUOTA_COUNT), site_id)
    count, total = uow.session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).where(
            StoredFile.created_by_id == uow.actor_id, StoredFile.created_at > uow.now - WINDOW
        )
    ).one()
    if count >= limits[QUOTA_COUNT.key] or total + size > limits[QUOTA.key] * MEGABYTE:
        sentence = ngettext(
            "You have uploaded one file in 30 days, with %(size)s MB. This one would be too much.",
            "You have uploaded %(num)s files in 30 days, with %(size)s MB. This one would be too much.",
            count,
            size=total // MEGABYTE,
        )
        raise refused("quota", sentence, _("Ask an admin to raise the limit."))
