"""Keeps settings with a trail entry for each that changed; the storage below knows no trail."""

from __future__ import annotations

from collections.abc import Mapping

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.foundation.settings import (
    AnySetting,
    SettingInvalid,
    clear_value,
    set_value,
    values_of,
)
from app.foundation.unit_of_work import UnitOfWork
from app.trail import Subject, record

YES = "true"


def keep_settings(
    uow: UnitOfWork, known: Mapping[str, AnySetting], typed: Mapping[str, str], site_id: int | None
) -> int:
    """Keep the typed values that differ and return how many did.

    Shape: `typed` by key; an empty text goes back to the value for all sites, or to the default.
    Errors: SettingInvalid with all problems, also for keys that nobody declared. Nothing is kept then.
    Effects: a trail entry for each change.
    """
    problems = [Problem(key, "unknown", _("There is no such setting.")) for key in typed if key not in known]
    before = values_of(uow.session, known.values(), site_id)
    changed = 0
    for key in typed.keys() & known.keys():
        try:
            changed += _keep(uow, known[key], typed[key], before[key], site_id)
        except SettingInvalid as refusal:
            problems += refusal.problems
    if problems:
        raise SettingInvalid(_("The settings were not changed."), problems)
    return changed


def _keep(uow: UnitOfWork, setting: AnySetting, text: str, before: object, site_id: int | None) -> bool:
    if text == in_words(before):
        return False
    if text:
        after = set_value(uow, setting, text == YES if setting.kind is bool else text, site_id)
    else:
        clear_value(uow, setting, site_id)
        after = values_of(uow.session, [setting], site_id)[setting.key]
    if after == before:
        return False
    subject = Subject(kind="setting", id=setting.key, label=setting.key)
    values = {"before": in_words(before), "after": in_words(after), "site_id": site_id}
    record(uow, verb="setting.changed", subject=subject, after=values)
    return True


def in_words(value: object) -> str:
    """Return a value as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)
