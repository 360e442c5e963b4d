"""What the record knows already, as an answer to begin with: nothing is typed twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.workflow.forms.answers import is_empty
from app.workflow.forms.model import Field, Kind, RecordSettings

# A file stays where it was attached; what is computed or signed is never answered before.
_NEVER = frozenset({Kind.FILE, Kind.COMPUTED, Kind.SIGNATURE})
_WORDS = frozenset({Kind.RADIO, Kind.SELECT})
# A browser sends nothing for these when nothing is ticked, so their absence is an answer.
_SILENT = frozenset({Kind.CHECKBOX, Kind.CHECKLIST, Kind.TAGLIST, Kind.FILE})


def known_answer(found: Field, value: Any) -> Any:
    """Return a value of the record as a raw answer of the field, None when it cannot be one."""
    if is_empty(value) or found.kind in _NEVER:
        return None
    if isinstance(value, bool):
        return value if found.kind is Kind.CHECKBOX else None
    if found.kind is Kind.RECORD:
        return _link(found, value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if found.kind in _WORDS else value


def speaks_by_silence(found: Field) -> bool:
    """Tell whether a missing answer may mean that the person took it away."""
    return found.kind in _SILENT


def _link(found: Field, value: Any) -> Any:
    """Return a link as answers have it; a bare id is one where the field allows a single kind."""
    if not isinstance(value, int):
        return value
    if isinstance(found.settings, RecordSettings) and len(found.settings.kinds) == 1:
        return {"kind": found.settings.kinds[0], "id": value}
    return None
