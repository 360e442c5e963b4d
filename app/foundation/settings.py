"""Typed settings that an admin may change for the whole installation or for one site.

Each package declares its own in a list `SETTINGS`; the composition root joins the lists with `catalogue`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, Index, String, delete, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation.dated import keep_one
from app.foundation.db import Base
from app.foundation.durations import Duration
from app.foundation.errors import Broken, Invalid, Problem
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import UnitOfWork
from app.foundation.upsert import insert_into

T = TypeVar("T", bool, int, str, Decimal, Duration)


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A declared setting: its permanent key, its value until someone changes it, and what it does.

    Shape: `is_dated` keeps what a whole number was before, because figures of past days ask for it.
    """

    key: str
    default: T
    kind: type[T]
    description: str
    is_dated: bool = False

    @property
    def former_name(self) -> str:
        """Return the name under which values from before are kept."""
        return f"setting.{self.key}"


AnySetting = Setting[Any]


class SettingRow(Base):
    """A value that differs from the declared default; without a site it holds for all sites."""

    __tablename__ = "setting"
    __table_args__ = (
        Index("uq_setting_key_site_id", "key", "site_id", unique=True),
        Index(  # NULLs are all different, so the value for all sites needs an index of its own
            "uq_setting_key_everywhere",
            "key",
            unique=True,
            sqlite_where=text("site_id IS NULL"),
            postgresql_where=text("site_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    site_id: Mapped[int | None]
    value: Mapped[Any] = mapped_column(JSON)


class SettingInvalid(Invalid):
    """The value does not fit the setting's type."""


def catalogue(*lists: Sequence[AnySetting]) -> Mapping[str, AnySetting]:
    """Join the packages' declarations into one mapping by key.

    Errors: Broken when two packages declare the same key.
    """
    found: dict[str, AnySetting] = {}
    for setting in (one for group in lists for one in group):
        if setting.key in found:
            raise Broken(f"The setting {setting.key} is declared twice.")
        found[setting.key] = setting
    return found


def value_of(session: Session, setting: Setting[T], site_id: int | None = None) -> T:
    """Return the site's value, else the value for all sites, else the default."""
    value: T = values_of(session, [setting], site_id)[setting.key]
    return value


def values_of(session: Session, settings: Iterable[AnySetting], site_id: int | None = None) -> dict[str, Any]:
    """Return the values of several settings at a site by key, in one statement."""
    wanted = {setting.key: setting for setting in settings}
    rows = session.execute(
        select(SettingRow.key, SettingRow.value)
        .where(SettingRow.key.in_(wanted), or_(SettingRow.site_id.is_(None), SettingRow.site_id == site_id))
        .order_by(SettingRow.site_id.is_not(None))  # the site's own value comes last and wins
    ).all()
    stored = {key: parse(wanted[key], value) for key, value in rows}
    return {key: stored.get(key, setting.default) for key, setting in wanted.items()}


def values_by_site(
    session: Session,
    setting: Setting[T],
    site_ids: Collection[int | None],
    former: Mapping[int, Any] | None = None,
) -> Mapping[int | None, T]:
    """Return the value at each of these sites, in one statement; None stands for all sites.

    Shape: `former` is what `former_values` found for the setting, for how it was at a past moment.
    """
    rows = session.execute(select(SettingRow.site_id, SettingRow.value).where(SettingRow.key == setting.key))
    stored = {site_id: parse(setting, value) for site_id, value in rows}
    for place, value in (former or {}).items():
        stored.pop(place or None, None)
        stored |= {} if value is None else {place or None: parse(setting, value)}
    everywhere = stored.get(None, setting.default)
    return {site_id: stored.get(site_id, everywhere) for site_id in site_ids}


def set_value(uow: UnitOfWork, setting: Setting[T], value: object, site_id: int | None = None) -> T:
    """Store a value for one site, or for all sites without one, and return it as its type.

    Errors: SettingInvalid when the value does not fit. Safe to call again.
    """
    parsed = parse(setting, value)
    where: dict[str, Any] = {"index_elements": ["key", "site_id"]}
    if site_id is None:
        where = {"index_elements": ["key"], "index_where": SettingRow.site_id.is_(None)}
    stored = _stored(parsed)
    _keep_former(uow, setting, site_id)
    uow.session.execute(
        insert_into(uow.session, SettingRow)
        .values(key=setting.key, site_id=site_id, value=stored)
        .on_conflict_do_update(**where, set_={"value": stored})
    )
    return parsed


def clear_value(uow: UnitOfWork, setting: AnySetting, site_id: int | None = None) -> None:
    """Go back to the value for all sites, or to the default. Safe to call again."""
    _keep_former(uow, setting, site_id)
    uow.session.execute(
        delete(SettingRow).where(
            SettingRow.key == setting.key, SettingRow.site_id.is_not_distinct_from(site_id)
        )
    )


def _keep_former(uow: UnitOfWork, setting: AnySetting, site_id: int | None) -> None:
    """Keep what a dated setting is before it changes; 0 stands for all sites, nothing for the default."""
    if setting.is_dated:
        is_it = SettingRow.site_id.is_not_distinct_from(site_id)
        value = uow.session.scalar(select(SettingRow.value).where(SettingRow.key == setting.key, is_it))
        keep_one(uow, setting.former_name, site_id or 0, value)


def parse(setting: Setting[T], value: object) -> T:
    """Turn a value from a form or from storage into the setting's type.

    Errors: SettingInvalid.
    """
    try:
        return _as_kind(setting.kind, value)
    except (ValueError, InvalidOperation, Invalid) as error:
        sentence = _("%(key)s needs %(wanted)s.", key=setting.key, wanted=_wanted(setting.kind))
        raise SettingInvalid(sentence, [Problem(setting.key, "type", sentence)]) from error


def _as_kind(kind: type[T], value: object) -> T:
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    if not isinstance(value, str) or kind is bool:
        raise ValueError(value)
    parsed = Duration.parse(value) if kind is Duration else kind(value)  # type: ignore[arg-type]
    if isinstance(parsed, Decimal) and not parsed.is_finite():
        raise ValueError(value)
    return parsed


def _stored(value: object) -> object:
    return str(value) if isinstance(value, (Decimal, Duration)) else value


def _wanted(kind: type[object]) -> str:
    names = {
        bool: _("yes or no"),
        int: _("a whole number"),
        str: _("a text"),
        Decimal: _("a number"),
        Duration: _("a duration such as P5D or PT4H"),
    }
    return names[kind]
