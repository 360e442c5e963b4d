"""Tables of people, their rights and their sign-ins. People are disabled, never deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.dated import DATED
from app.foundation.db import Base

USER_NAME_LENGTH = 80
DIGEST_LENGTH = 64


class Person(Base):
    """Somebody who works with Keel, with or without a mail address.

    Shape: `user_name` is kept case-folded; `password_hash` is empty until a password is set.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("user_name"), UniqueConstraint("mail"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(String(USER_NAME_LENGTH))
    name: Mapped[str] = mapped_column(String(200))
    mail: Mapped[str | None] = mapped_column(String(254))
    zone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(10), default="en")
    theme: Mapped[str] = mapped_column(String(10), default="system")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True, **DATED)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role given to a person at one site or all, for one process or all, from one day to another.

    Shape: no site means all sites, no process means all processes; `withdrawn_at` ends it at once.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="span"),
        Index("ix_role_grant_role_site_id", "role", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CandidateGroup(Base):
    """The people of a role at a site (and process), as one number a task can be offered to.

    Shape: `key` is role/site/process with 0 for "none"; it makes the row unique on every database,
    where NULLs in a unique constraint would not.
    """

    __tablename__ = "candidate_group"
    __table_args__ = (UniqueConstraint("key"), Index("ix_candidate_group_role_site_id", "role", "site_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("business_process.id"))


class Absence(Base):
    """Days on which a person is away and somebody else sees what is offered to them."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="span"),
        CheckConstraint("person_id <> substitute_id", name="not_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class OneTimeLink(Base):
    """A link or a printed code that lets somebody set a password once. Only its digest is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser. The cookie holds a random id; only its digest is kept.

    Units: `idle_seconds` is the setting as it stood at sign-in, so that a request need not read it.
    """

    __tablename__ = "web_session"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    ended_at: Mapped[datetime | None]


class SigningPin(Base):
    """The PIN with which a person signs where they type no password. Only its hash is kept.

    Shape: `failures` counts wrong tries since the last right one; too many lock the PIN until it is set anew.
    """

    __tablename__ = "signing_pin"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    pin_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
