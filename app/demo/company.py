"""Norrland Pumps, an invented company: its sites, people and master data. What happens there is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.accounts.credentials import change_password
from app.accounts.grants import GrantOrder, give
from app.accounts.people import Details, subject_of, take_on
from app.accounts.people import person_row as row_of
from app.accounts.roles import Role
from app.foundation.unit_of_work import UnitOfWork
from app.organisation.kinds import KINDS, Branch, Entry, KindKey
from app.organisation.managers import set_manager
from app.organisation.service import add

EVERYWHERE = ""
SITES = (
    Entry("UME", "Umeå", "Head office, assembly and test", zone="Europe/Stockholm", country="SE"),
    Entry("GDA", "Gdańsk", "Machining and seals", zone="Europe/Warsaw", country="PL"),
    Entry("LEE", "Leeds", "Service and spare parts", zone="Europe/London", country="GB", subdivision="ENG"),
)


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the company. Shape: `roles` hold at the home site, `wide_roles` at all sites."""

    user_name: str
    name: str
    site: str
    does: str
    roles: tuple[Role, ...] = ()
    wide_roles: tuple[Role, ...] = ()
    manager: str = ""
    has_mail: bool = True


_OWNER_OF_ALL = (Role.PROCESS_OWNER, Role.RISK_OWNER, Role.CAPA_OWNER, Role.ACTION_OWNER)
_FLOOR = (Role.REPORTER, Role.ACTION_OWNER)

# Managers stand before those they lead.
PLAYERS = (
    Player("oskar.nyberg", "Oskar Nyberg", "UME", "Managing director", wide_roles=(Role.TOP_MANAGEMENT,)),
    Player(
        "ingrid.lund",
        "Ingrid Lund",
        "UME",
        "Quality manager",
        wide_roles=(Role.QUALITY_MANAGER,),
        manager="oskar.nyberg",
    ),
    Player(
        "anna.berg",
        "Anna Berg",
        "UME",
        "Admin",
        wide_roles=(Role.ADMIN, Role.PROCESS_DESIGNER, Role.PROCESS_APPROVER),
        manager="oskar.nyberg",
    ),
    Player(
        "karin.falk",
        "Karin Falk",
        "UME",
        "Operations director",
        wide_roles=(Role.SITE_MANAGER,),
        manager="oskar.nyberg",
    ),
    Player(
        "lars.ek", "Lars Ek", "UME", "Owner of assembly and test", roles=_OWNER_OF_ALL, manager="karin.falk"
    ),
    Player(
        "elin.sund",
        "Elin Sund",
        "UME",
        "Quality coordinator, verifier, document control",
        roles=(Role.QUALITY_COORDINATOR, Role.VERIFIER),
        wide_roles=(Role.DOCUMENT_CONTROLLER,),
        manager="ingrid.lund",
    ),
    Player(
        "hanna.strand",
        "Hanna Strand",
        "UME",
        "Production engineer",
        roles=(Role.CAPA_OWNER, Role.ACTION_OWNER),
        manager="lars.ek",
    ),
    Player(
        "nils.dahl", "Nils Dahl", "UME", "Fitter, no mail", roles=_FLOOR, manager="lars.ek", has_mail=False
    ),
    Player(
        "tomasz.wilk",
        "Tomasz Wilk",
        "GDA",
        "Owner of machining and seals",
        roles=_OWNER_OF_ALL,
        manager="karin.falk",
    ),
    Player(
        "marta.kowalska",
        "Marta Kowalska",
        "GDA",
        "Quality coordinator",
        roles=(Role.QUALITY_COORDINATOR,),
        manager="ingrid.lund",
    ),
    Player(
        "aneta.zielinska",
        "Aneta Zielińska",
        "GDA",
        "CAPA owner",
        roles=(Role.CAPA_OWNER, Role.ACTION_OWNER),
        manager="tomasz.wilk",
    ),
    Player(
        "ewa.nowak",
        "Ewa Nowak",
        "GDA",
        "Verifier, auditor",
        roles=(Role.VERIFIER,),
        wide_roles=(Role.AUDITOR,),
        manager="ingrid.lund",
    ),
    Player(
        "sofia.lind",
        "Sofia Lind",
        "UME",
        "Lead auditor",
        wide_roles=(Role.LEAD_AUDITOR, Role.AUDITOR),
        manager="ingrid.lund",
    ),
    Player(
        "piotr.maj",
        "Piotr Maj",
        "GDA",
        "Lapper, no mail",
        roles=_FLOOR,
        manager="tomasz.wilk",
        has_mail=False,
    ),
    Player("james.ward", "James Ward", "LEE", "Owner of service", roles=_OWNER_OF_ALL, manager="karin.falk"),
    Player(
        "priya.shah",
        "Priya Shah",
        "LEE",
        "Quality coordinator, verifier",
        roles=(Role.QUALITY_COORDINATOR, Role.VERIFIER),
        manager="ingrid.lund",
    ),
    Player("tom.hughes", "Tom Hughes", "LEE", "Service technician", roles=_FLOOR, manager="james.ward"),
)

MASTER_DATA: Mapping[KindKey, tuple[Entry, ...]] = {
    KindKey.PRODUCT_FAMILY: (
        Entry("HP80", "HP 80 high-pressure pump"),
        Entry("CS40", "CS 40 circulation pump"),
        Entry("SV10", "SV 10 service kit"),
    ),
    KindKey.FAILURE_MODE: (
        Entry("FLAT", "Seal face out of flatness"),
        Entry("TORQ", "Bolt torque too low"),
        Entry("TRIM", "Wrong impeller trim"),
        Entry("CAST", "Porous casting"),
        Entry("HARD", "Hardness outside its limits"),
        Entry("COAT", "Coating too thin"),
        Entry("LEAK", "Leak"),
        Entry("DOCU", "Wrong or missing document"),
        Entry("MISS", "Part missing"),
        Entry("DAMG", "Damaged in transport"),
        Entry("SIZE", "Dimension outside its limits"),
        Entry("PART", "Wrong part"),
        Entry("LATE", "Late or missing answer"),
        Entry("CALI", "Gauge out of calibration"),
    ),
    KindKey.CAUSE_CATEGORY: (
        Entry("LIMIT", "No limit or rule is defined", branch=Branch.METHOD),
        Entry("INSTR", "Work instruction is unclear", branch=Branch.METHOD),
        Entry("SLIP", "Slip or lapse", branch=Branch.PEOPLE),
        Entry("TOOL", "Tool worn or unsuitable", branch=Branch.MACHINE),
        Entry("SUPPL", "Supplied material differs", branch=Branch.MATERIAL),
        Entry("GAUGE", "Measuring method not capable", branch=Branch.MEASUREMENT),
        Entry("PLACE", "Light, dirt or temperature", branch=Branch.ENVIRONMENT),
    ),
}
_PROCESSES = (
    (Entry("MAC", "Machining", process_kind="core", importance=4), "tomasz.wilk"),
    (Entry("SEA", "Lapping and seals", process_kind="core", importance=5), "tomasz.wilk"),
    (Entry("ASM", "Assembly", process_kind="core", importance=4), "lars.ek"),
    (Entry("TST", "Final test", process_kind="core", importance=5), "lars.ek"),
    (Entry("PUR", "Purchasing", process_kind="support", importance=3), "lars.ek"),
    (Entry("SRV", "Field service", process_kind="core", importance=3), "james.ward"),
    (Entry("SHP", "Packing and shipping", process_kind="core", importance=2), "james.ward"),
    (Entry("CAL", "Measuring equipment", process_kind="support", importance=4), "tomasz.wilk"),
    (Entry("QMS", "Management and improvement", process_kind="management", importance=3), "ingrid.lund"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """What stories name. Shape: ids of people by user name, of sites and master data by kind and code."""

    people: Mapping[str, int]
    codes: Mapping[tuple[KindKey, str], int]

    def link(self, kind: KindKey, code: str) -> str:
        """Return a site or a row of master data as a form names it."""
        return f"{kind.value}:{self.codes[kind, code]}"


def found(uow: UnitOfWork, password_hash: str) -> Company:
    """Write sites, people with one password, roles, managers and master data.

    Effects: as each of the services it calls; everything stands in the trail.
    """
    codes = {(KindKey.SITE, one.code): add(uow, KINDS[KindKey.SITE], one) for one in SITES}
    people: dict[str, int] = {}
    for player in PLAYERS:
        people[player.user_name] = _take_on(uow, player, codes, people, password_hash)
    for kind, entries in MASTER_DATA.items():
        codes |= {(kind, one.code): add(uow, KINDS[kind], one) for one in entries}
    for entry, owner in _PROCESSES:
        owned = replace(entry, owner_id=people[owner])
        codes[KindKey.PROCESS, entry.code] = add(uow, KINDS[KindKey.PROCESS], owned)
    return Company(people, codes)


def _take_on(
    uow: UnitOfWork,
    player: Player,
    codes: Mapping[tuple[KindKey, str], int],
    people: Mapping[str, int],
    password_hash: str,
) -> int:
    site_id = codes[KindKey.SITE, player.site]
    mail = f"{player.user_name}@norrland-pumps.example" if player.has_mail else None
    zone = next(one.zone for one in SITES if one.code == player.site) or "UTC"
    person_id = take_on(uow, Details(player.user_name, player.name, mail, zone, site_id=site_id))
    change_password(uow, person_id, password_hash)
    for role in player.roles:
        give(uow, person_id, GrantOrder(role, site_id))
    for role in player.wide_roles:
        give(uow, person_id, GrantOrder(role, None))
    if player.manager:
        subject = subject_of(row_of(uow.session, person_id))
        set_manager(uow, subject, people[player.manager], uow.now.date())
    return person_id
