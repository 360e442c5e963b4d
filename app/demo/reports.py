"""What is reported at Norrland Pumps, in the words of those who saw it. How it goes on is in the stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """A deviation as somebody reports it, and what triage makes of it.

    Shape: `site`, `process`, `family` and `mode` are codes; `risks` are keys of the register;
    `more` are further answers of the start form.
    """

    title: str
    text: str
    site: str
    process: str
    mode: str
    family: str = ""
    severity: int = 2
    source: str = "internal"
    risks: tuple[str, ...] = ()
    containment: str = "Affected parts are blocked and marked."
    more: Mapping[str, Any] = field(default_factory=dict)


def _made(checked: int, bad: int, lot: str) -> Mapping[str, Any]:
    return {"quantity_checked": checked, "quantity_nonconforming": bad, "lot": lot}


# The story of each stands in `corrective_stories`.
FLAT_FACES = Report(
    "Seal faces out of flatness after lapping",
    "Six of forty faces of the HP 80 seal are above 0.6 µm. The plate of machine L-11 looks hollow.",
    *("GDA", "SEA", "FLAT", "HP80"),
    severity=4,
    risks=("seals_leak",),
    more={**_made(40, 6, "2604-114"), "product": "HP 80 seal face", "is_customer_affected": True},
)
LOOSE_BOLTS = Report(
    "Coupling bolts below torque at final check",
    "Three of twelve couplings of the CS 40 were between 60 and 70 Nm. The drawing asks for 85 Nm.",
    *("UME", "ASM", "TORQ", "CS40"),
    severity=4,
    risks=("coupling_fails",),
    more=_made(12, 3, "CS40-0417"),
)
LOOSE_BOLTS_AGAIN = Report(
    "Coupling bolts below torque, found at the customer's",
    "Two bolts of a coupling could be turned by hand at start-up at Bothnia Paper.",
    *("UME", "ASM", "TORQ", "CS40"),
    severity=4,
    source="complaint",
    risks=("coupling_fails",),
    more={"is_customer_affected": True, "lot": "CS40-0466"},
)
WRONG_TRIM = Report(
    "Impeller trimmed to the wrong diameter",
    "Impeller of order 7731 is 214 mm, the order says 209 mm. Found at the balancing machine.",
    *("GDA", "MAC", "TRIM", "HP80"),
    severity=3,
    risks=("wrong_trim",),
    more=_made(1, 1, "7731"),
)
WRONG_TRIM_AGAIN = Report(
    "Trim code mistyped, impeller 5 mm too small",
    "Impeller of order 7804 is 201 mm, the order says 206 mm. The code was typed by hand.",
    *("GDA", "MAC", "TRIM", "HP80"),
    severity=3,
    risks=("wrong_trim",),
    more=_made(1, 1, "7804"),
)
SCALDED_HAND = Report(
    "Technician scalded at a hot flange",
    "Hot water came out of the flange of a CS 40 on the test stand. First aid for a burnt hand.",
    *("LEE", "SRV", "LEAK", "CS40"),
    severity=4,
    source="incident",
    risks=("hot_work",),
    containment="The stand is locked. A sign says who may open it.",
    more={"has_people_harm": True},
)
POROUS_HOUSINGS = Report(
    "Porous housings pass our receiving inspection",
    "The certification body found two housings with pores that were accepted in March.",
    *("UME", "PUR", "CAST", "CS40"),
    severity=3,
    source="audit",
    risks=("castings",),
    more={"audit_kind": "external", "audit_grade": "minor", "requirement_ref": "8.4.2"},
)
BENT_SHAFTS = Report(
    "Spare shafts arrive bent",
    "Third customer this spring whose spare shaft is bent. The crate has no support in the middle.",
    *("LEE", "SHP", "DAMG", "SV10"),
    severity=3,
    source="complaint",
    risks=("transit",),
    more={"is_customer_affected": True},
)

# The story of the gauges stands in `stories.gauges`.
GAUGE_FIRST = Report(
    "Micrometer M-04 used nine days after its date",
    "The sticker says 3rd of the month. Six bearing seats were measured with it.",
    *("GDA", "CAL", "CALI", "HP80"),
    risks=("gauges_gda",),
    containment="The micrometer is in the measuring room; the seats are measured again.",
    more={"requirement_ref": "7.1.5.2"},
)
GAUGE_AGAIN = Report(
    "Bore gauge B-11 in use three weeks after its date",
    "Thirty housings were bored with it. Nobody had looked at the list since the holidays.",
    *("GDA", "CAL", "CALI", "HP80"),
    severity=3,
    risks=("gauges_gda",),
    containment="The gauge is locked away; the housings are measured with B-14.",
    more={"requirement_ref": "7.1.5.2", **_made(30, 30, "2502-077")},
)
GAUGE_CAME_BACK = Report(
    "Micrometer M-21 past its date, 40 shafts measured with it",
    "The reminder was sent and read. The micrometer was needed on the night shift, so it stayed.",
    *("GDA", "CAL", "CALI", "HP80"),
    severity=3,
    risks=("gauges_gda",),
    containment="The shafts are blocked until they are measured again.",
    more={"requirement_ref": "7.1.5.2", **_made(40, 40, "2505-019")},
)
GAUGE_LEEDS = Report(
    "Pressure gauge of van 3 without a valid sticker",
    "A customer asked for the certificate. It had run out seven weeks before.",
    *("LEE", "CAL", "CALI", "SV10"),
    severity=3,
    source="complaint",
    risks=("gauges_lee",),
    containment="The van has another gauge. The customer gets a new measurement.",
    more={"is_customer_affected": True, "requirement_ref": "7.1.5.2"},
)
GAUGE_UMEA = Report(
    "Torque tester used four weeks after its date",
    "Found when a fitter doubted its figure. It had been lent to the other bench.",
    *("UME", "CAL", "CALI", "CS40"),
    severity=3,
    risks=("gauges_ume",),
    containment="The tester is taken away; torques are checked with the one of bench 1.",
    more={"requirement_ref": "7.1.5.2"},
)

SMALL_ONES: tuple[tuple[int, Report], ...] = (
    (
        188,
        Report(
            "Paint thinner than 120 µm on four covers",
            "The gun of booth 2 was set for primer.",
            *("UME", "ASM", "COAT", "CS40"),
            more=_made(20, 4, "P-331"),
        ),
    ),
    (
        176,
        Report(
            "Packing list of the previous order in the crate",
            "Customer called: the list names another pump.",
            *("LEE", "SHP", "DOCU", "SV10"),
            severity=1,
            source="complaint",
            containment="The right list is sent to the customer.",
        ),
    ),
    (
        151,
        Report(
            "Micrometer M-17 used three days after its date",
            "Calibration was due on Monday. Eleven shafts were measured with it.",
            *("GDA", "MAC", "CALI", "HP80"),
            containment="The shafts are measured again with M-09.",
        ),
    ),
    (
        133,
        Report(
            "Drops at the drain plug during test",
            "Sealing ring of the drain plug was pinched.",
            *("UME", "TST", "LEAK", "CS40"),
            more=_made(8, 1, "CS40-0431"),
        ),
    ),
    (
        97,
        Report(
            "Service kit without the spring washer",
            "Counted twice: the bin was empty and nobody noticed.",
            *("LEE", "SHP", "MISS", "SV10"),
            source="complaint",
        ),
    ),
    (
        64,
        Report(
            "Scratches on two lapped faces",
            "The tray of the washing machine has a sharp edge.",
            *("GDA", "SEA", "DAMG", "HP80"),
            more=_made(60, 2, "2608-009"),
        ),
    ),
    (
        38,
        Report(
            "Old revision of the test plan on stand 3",
            "Revision D hung at the stand, revision E is in force. The limits are the same.",
            *("UME", "TST", "DOCU", "CS40"),
            severity=1,
            source="audit",
            more={"audit_kind": "internal", "audit_grade": "minor", "requirement_ref": "7.5.3"},
        ),
    ),
)
REWORKED = Report(
    "Bearing seats two hundredths too large",
    "Five of thirty seats are 72.04 mm. The insert was not changed after 200 parts.",
    *("GDA", "MAC", "CALI", "CS40"),
    more=_made(30, 5, "2606-031"),
)
TWICE_REPORTED = Report(
    "Spare shaft bent on arrival",
    "The same crate as last week, reported by the driver as well.",
    *("LEE", "SHP", "DAMG", "SV10"),
    source="complaint",
)
NOT_A_DEVIATION = Report(
    "Noise of a circulation pump at night",
    "The neighbour hears the pump of the test hall.",
    *("UME", "TST", "LEAK", "CS40"),
    severity=1,
    source="complaint",
    containment="The pump is switched off after ten.",
)
ODD_RINGS = Report(
    "Hardness of O-rings below the certificate",
    "Four of ten rings have 64 Shore A, the certificate says 70.",
    *("LEE", "PUR", "HARD", "SV10"),
    severity=3,
    source="supplier",
    more=_made(10, 4, "OR-2210"),
)
AT_THE_SUPPLIER = Report(
    "Shaft blanks without heat treatment record",
    "Delivery of forty blanks came without its record. The supplier looks for it.",
    *("UME", "PUR", "DOCU", "CS40"),
    source="supplier",
    more=_made(40, 40, "SB-118"),
)
WAITS_FOR_AUTHORITY = Report(
    "Housing with a shrink hole in the foot",
    "The hole is 3 mm deep and outside the pressure zone.",
    *("UME", "ASM", "CAST", "CS40"),
    more=_made(6, 1, "H-2291"),
)
WAITS_FOR_VERIFIER = Report(
    "Test curves stored under the wrong serial number",
    "Two pumps of one order were swapped on the stand.",
    *("UME", "TST", "CALI", "HP80"),
    more=_made(2, 2, "HP80-0092"),
)
WAITS_FOR_CLOSING = Report(
    "Grease label missing on the lubricator",
    "The lubricator of the lapping hall has no label since the cleaning.",
    *("GDA", "SEA", "DOCU", ""),
    severity=1,
)
WAITS_FOR_TRIAGE = Report(
    "Burr in the keyway of three shafts",
    "The burr cuts the sealing ring at assembly.",
    *("GDA", "MAC", "DAMG", "HP80"),
    more=_made(25, 3, "2611-007"),
)
LATE_CONTAINMENT = Report(
    "Wrong flange drilled on a replacement pump",
    "The customer has PN 16, the pump came with PN 10.",
    *("LEE", "SRV", "DOCU", "CS40"),
    severity=3,
    source="complaint",
    more={"is_customer_affected": True},
)
JUST_REPORTED = Report(
    "Coolant drips on the floor beside the lathe",
    "A puddle of half a metre. Somebody could slip.",
    *("GDA", "MAC", "LEAK", ""),
    severity=2,
    source="incident",
)
