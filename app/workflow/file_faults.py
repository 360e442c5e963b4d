"""Makes a damaged file a fault, which admins see, and resolves it when the file is whole again."""

from __future__ import annotations

from app.foundation.errors import Broken
from app.foundation.file_checks import Finding
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.faults import Source, record_fault, resolve_faults_of

KIND = "file"


class StoredFileDamaged(Broken):
    """A stored content no longer has the bytes it was stored with."""


def tell(uow: UnitOfWork, finding: Finding) -> None:
    """Record the damage of a content as a fault, or resolve the fault of one that is whole again.

    Effects: a fault and a trail entry. The file is named by its place in the store: an admin may put it back
        without knowing whose record it belongs to.
    """
    source = Source(KIND, finding.file_id)
    if finding.damage is None:
        resolve_faults_of(uow, source, None, _("The file is whole again"))
        return
    at = f"files/{finding.sha256[:2]}/{finding.sha256[2:4]}/{finding.sha256}"
    sentences = {
        "missing": _("A stored file is missing: %(place)s. Put it back from a backup.", place=at),
        "changed": _("A stored file was changed on disk: %(place)s. Put it back from a backup.", place=at),
    }
    record_fault(uow, source, StoredFileDamaged(sentences[finding.damage]), instance_id=None)
