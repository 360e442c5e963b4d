"""Small deviations of the first eighteen months, by days before the present."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.demo.reports import Report


def _made(checked: int, bad: int, lot: str) -> Mapping[str, Any]:
    return {"quantity_checked": checked, "quantity_nonconforming": bad, "lot": lot}


EARLIER: tuple[tuple[int, Report], ...] = (
    (
        716,
        Report(
            "Flange face scratched by a chip",
            "A chip lay between chuck and flange. The scratch is 0.1 mm deep.",
            *("GDA", "MAC", "DAMG", "CS40"),
            more=_made(24, 1, "2411-018"),
        ),
    ),
    (
        702,
        Report(
            "Customer got the manual in the wrong language",
            "Swedish manual in a crate to Hamburg.",
            *("LEE", "SHP", "DOCU", "SV10"),
            severity=1,
            source="complaint",
            containment="The German manual went out by mail the same day.",
        ),
    ),
    (
        671,
        Report(
            "Paint runs on two covers",
            "The hall was below 12 °C in the morning.",
            *("UME", "ASM", "COAT", "CS40"),
            more=_made(16, 2, "P-204"),
        ),
    ),
    (
        655,
        Report(
            "Two castings with the mark of another heat",
            "Certificate says heat 4417, the casting says 4471.",
            *("UME", "PUR", "DOCU", "CS40"),
            source="supplier",
            containment="Both castings wait behind the fence for the foundry's answer.",
            more=_made(30, 2, "H-1987"),
        ),
    ),
    (
        628,
        Report(
            "Leak at the gland after two hours of test",
            "The packing was cut one ring short.",
            *("UME", "TST", "LEAK", "HP80"),
            more=_made(10, 1, "HP80-0021"),
        ),
    ),
    (
        603,
        Report(
            "Spanner dropped from the platform",
            "It fell three metres beside a fitter. Nobody was hurt.",
            *("UME", "TST", "DAMG", ""),
            source="incident",
            containment="Tools on the platform hang on lines from today on.",
        ),
    ),
    (
        588,
        Report(
            "Key missing in a coupling set",
            "The bin was counted in the dark; the lamp above it is broken.",
            *("LEE", "SHP", "MISS", "SV10"),
            source="complaint",
            containment="The key was sent by courier.",
        ),
    ),
    (
        559,
        Report(
            "Bore 0.03 mm too small on three housings",
            "Insert worn; the counter of the machine had been reset.",
            *("GDA", "MAC", "SIZE", "CS40"),
            more=_made(28, 3, "2505-044"),
        ),
    ),
    (
        527,
        Report(
            "Order confirmed with the former price list",
            "The folder on the drive still had the list of last year.",
            *("UME", "PUR", "DOCU", "HP80"),
            severity=1,
        ),
    ),
    (
        498,
        Report(
            "Rust on shafts after the weekend",
            "The rinsing bath had too little inhibitor.",
            *("GDA", "MAC", "DAMG", "HP80"),
            containment="The shafts are polished and oiled; the bath is set right.",
            more=_made(36, 9, "2507-003"),
        ),
    ),
    (
        465,
        Report(
            "Curve of another pump sent to the customer",
            "Two curves were printed, and the wrong one went into the envelope.",
            *("UME", "TST", "DOCU", "HP80"),
            source="complaint",
            containment="The right curve was sent within the hour.",
        ),
    ),
    (
        441,
        Report(
            "Crate broken at the corner",
            "The fork of the truck was too short for the crate.",
            *("LEE", "SHP", "DAMG", "CS40"),
            source="complaint",
        ),
    ),
    (
        417,
        Report(
            "Seal ring of the wrong hardness in two kits",
            "Rings of two orders lay in one tray.",
            *("LEE", "PUR", "HARD", "SV10"),
            more=_made(20, 2, "OR-1874"),
        ),
    ),
    (
        389,
        Report(
            "Coating 20 µm too thin on a base frame",
            "One pass instead of two; the shift changed in between.",
            *("UME", "ASM", "COAT", "HP80"),
            more=_made(4, 1, "P-288"),
        ),
    ),
    (
        359,
        Report(
            "Seal face chipped at unloading",
            "The tray of the lapping machine stands too close to the edge.",
            *("GDA", "SEA", "DAMG", "CS40"),
            more=_made(48, 1, "2511-062"),
        ),
    ),
    (
        331,
        Report(
            "Technician found an old spare parts list",
            "The tablet had not been connected for three weeks.",
            *("LEE", "SRV", "DOCU", "SV10"),
            severity=1,
        ),
    ),
    (
        301,
        Report(
            "Motor with the wrong voltage on the line",
            "Seen before it was built in; the label says 690 V.",
            *("UME", "PUR", "PART", "CS40"),
            source="supplier",
            containment="The motor goes back; the right one comes on Thursday.",
            more=_made(1, 1, "M-5512"),
        ),
    ),
    (
        274,
        Report(
            "Gasket missing at the flange of a test pump",
            "It was seen when the stand was filled.",
            *("UME", "TST", "MISS", "HP80"),
            more=_made(6, 1, "HP80-0074"),
        ),
    ),
    (
        243,
        Report(
            "Customer waited nine days for an answer",
            "The mail went to somebody who was on leave.",
            *("LEE", "SRV", "LATE", "SV10"),
            severity=1,
            source="complaint",
            containment="The customer was called. Mails of the absent go to the desk.",
        ),
    ),
    (
        219,
        Report(
            "Thread of the drain plug cut too shallow",
            "Two threads short; the plug holds, but it stands out.",
            *("GDA", "MAC", "SIZE", "HP80"),
            more=_made(40, 2, "2603-027"),
        ),
    ),
)
