"""The people and the things of the story: two sites, one process, nine persons with their roles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invited:
    """Somebody the admin takes on. Without a mail address they begin with a printed code."""

    name: str
    user_name: str
    site: str
    roles: tuple[str, ...]
    mail: str = ""


GDANSK, UMEA = "Gdańsk", "Umeå"
PEOPLE = (
    Invited("Rita Nowak", "rita", GDANSK, ("Reporter",)),
    Invited("Karl Lind", "karl", GDANSK, ("Quality coordinator",), "karl@example.org"),
    Invited("Quentin Ek", "quentin", GDANSK, ("Quality manager",), "quentin@example.org"),
    Invited("Petra Zając", "petra", GDANSK, ("Process owner",), "petra@example.org"),
    Invited("Carla Wolf", "carla", GDANSK, ("CAPA owner",), "carla@example.org"),
    Invited("Celia Berg", "celia", GDANSK, ("CAPA owner",), "celia@example.org"),
    Invited("Viktor Sand", "viktor", GDANSK, ("Verifier",), "viktor@example.org"),
    Invited("Anton Malec", "anton", GDANSK, ("Action owner",)),
    Invited("Rosa Holm", "rosa", GDANSK, ("Risk owner",), "rosa@example.org"),
    Invited("Tove Dahl", "tove", GDANSK, ("Top management",), "tove@example.org"),
    Invited("Ulf Norén", "ulf", UMEA, ("Quality manager",), "ulf@example.org"),
)
SITES = (("GDA", GDANSK, "Europe/Warsaw", "PL"), ("UME", UMEA, "Europe/Stockholm", "SE"))
ENTRIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("process", "LAP", "Lapping", {}),
    ("product_family", "HP80", "High-pressure pumps", {}),
    ("failure_mode", "FLAT", "Seal face out of flatness", {}),
    ("cause_category", "NOLIMIT", "No limit is set", {"Branch of the fishbone": "Method"}),
    ("cause_category", "SLIP", "Slip or lapse", {"Branch of the fishbone": "People"}),
)
