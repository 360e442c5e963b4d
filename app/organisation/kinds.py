"""The kinds of master data: which table keeps each, and which columns it has beyond code and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from app.foundation.i18n import gettext as _
from app.organisation.models import (
    BusinessProcess,
    CauseCategory,
    Department,
    FailureMode,
    MasterData,
    ProductFamily,
    Site,
)


class Branch(StrEnum):
    """The branches of the fishbone. The value is stored and written in imports."""

    PEOPLE = "people"
    METHOD = "method"
    MACHINE = "machine"
    MATERIAL = "material"
    MEASUREMENT = "measurement"
    ENVIRONMENT = "environment"


class ProcessKind(StrEnum):
    """What a process is for: leading the others, making what customers get, or serving the others."""

    MANAGEMENT = "management"
    CORE = "core"
    SUPPORT = "support"


class KindKey(StrEnum):
    """The permanent names of the kinds, as in addresses and trail entries."""

    SITE = "site"
    DEPARTMENT = "department"
    PROCESS = "process"
    PRODUCT_FAMILY = "product_family"
    FAILURE_MODE = "failure_mode"
    CAUSE_CATEGORY = "cause_category"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of master data as people maintain it.

    Shape: what a kind does not have stays empty. `zone` is an IANA name; `country` and `subdivision` are
    those of ISO 3166 whose public holidays a site keeps; `branch` is one of the fishbone; `owner_id` is a
    person, `site_id` a site; `process_kind` is management, core or support; `importance` is 1 to 5.
    """

    code: str
    name: str
    description: str = ""
    zone: str | None = None
    country: str | None = None
    subdivision: str | None = None
    site_id: int | None = None
    owner_id: int | None = None
    branch: str | None = None
    process_kind: str | None = None
    importance: int | None = None


COMMON = ("code", "name", "description")
OWN = tuple(one.name for one in fields(Entry) if one.name not in COMMON)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of master data.

    Shape: `columns` are the fields of `Entry` it has beyond code, name and description;
    `required` are those of them that may not be empty.
    """

    key: KindKey
    model: type[MasterData]
    columns: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)


_ALL = (
    Kind(KindKey.SITE, Site, ("zone", "country", "subdivision"), frozenset({"zone"})),
    Kind(KindKey.DEPARTMENT, Department, ("site_id",), frozenset({"site_id"})),
    Kind(KindKey.PROCESS, BusinessProcess, ("owner_id", "process_kind", "importance")),
    Kind(KindKey.PRODUCT_FAMILY, ProductFamily),
    Kind(KindKey.FAILURE_MODE, FailureMode),
    Kind(KindKey.CAUSE_CATEGORY, CauseCategory, ("branch",), frozenset({"branch"})),
)
KINDS: Mapping[KindKey, Kind] = {kind.key: kind for kind in _ALL}


def title_of(key: KindKey) -> str:
    """Return the plural title of a kind in the reader's language."""
    return {
        KindKey.SITE: _("Sites"),
        KindKey.DEPARTMENT: _("Departments"),
        KindKey.PROCESS: _("Processes"),
        KindKey.PRODUCT_FAMILY: _("Product families"),
        KindKey.FAILURE_MODE: _("Failure modes"),
        KindKey.CAUSE_CATEGORY: _("Cause categories"),
    }[key]


def label_of(column: str) -> str:
    """Return the label of a column of `Entry` in the reader's language."""
    return {
        "code": _("Code"),
        "name": _("Name"),
        "description": _("Description"),
        "zone": _("Time zone"),
        "country": _("Country of the public holidays"),
        "subdivision": _("Region of the public holidays"),
        "site_id": _("Site"),
        "owner_id": _("Owner"),
        "branch": _("Branch of the fishbone"),
        "process_kind": _("Kind of process"),
        "importance": _("Importance, 5 matters most"),
    }[column]


def process_kind_title(kind: ProcessKind) -> str:
    """Return the title of a kind of process in the reader's language."""
    return {
        ProcessKind.MANAGEMENT: _("Management"),
        ProcessKind.CORE: _("Core"),
        ProcessKind.SUPPORT: _("Support"),
    }[kind]


def branch_title(branch: Branch) -> str:
    """Return the title of a fishbone branch in the reader's language."""
    return {
        Branch.PEOPLE: _("People"),
        Branch.METHOD: _("Method"),
        Branch.MACHINE: _("Machine"),
        Branch.MATERIAL: _("Material"),
        Branch.MEASUREMENT: _("Measurement"),
        Branch.ENVIRONMENT: _("Environment"),
    }[branch]
