"""What the documents of the demo company say."""

from __future__ import annotations

POLICY = """# What we promise

Norrland Pumps makes pumps that run for twenty years. We promise our customers that a pump does what its
curve says, on the day it is delivered and ten years later.

# What follows from it

- We say what we measured, also when it is not what we hoped for.
- Whoever sees that something is wrong may stop the work, and is thanked for it.
- We put causes right, not people.
- Every year we look at what we set out to reach, and set out for more.
"""

LAPPING = """# Purpose

Seal faces leave the lapping shop flat to within two light bands, on every shift and from every plate.

# Who does what

| Step | Who | When |
|---|---|---|
| Check the plate | Lapper | before the first face of a shift |
| Lap and clean | Lapper | each face |
| Measure flatness | Lapper | every tenth face |
| Release the lot | Quality coordinator | each lot |

# Checking the plate

1. Clean the plate with spirit.
2. Lay the straight edge across it in four directions.
3. Note the wear in the log of the plate.

# Measuring flatness

Lay the optical flat on the face and count the bands. **More than two bands: stop, set the lot aside and
tell the quality coordinator.**
"""

LAPPING_LIMIT = LAPPING.replace(
    "3. Note the wear in the log of the plate.",
    "3. Note the wear in the log of the plate.\n"
    "4. **At 5 µm of wear the plate is dressed before another face is lapped.**",
).replace(
    "| Measure flatness | Lapper | every tenth face |", "| Measure flatness | Lapper | every fifth face |"
)

TORQUE = """# Before you begin

Take the torque wrench from the board at the bench. Look whether its sticker is still valid.

# Tightening a coupling

1. Put in all bolts by hand.
2. Tighten crosswise to half of the torque.
3. Tighten crosswise to the full torque until the wrench clicks.
4. Draw a line of paint across bolt head and coupling.

| Coupling | Bolt | Torque |
|---|---|---|
| HP 80 | M12 | 86 Nm |
| CS 40 | M10 | 49 Nm |
"""

TORQUE_RECORDED = TORQUE.replace(
    "3. Tighten crosswise to the full torque until the wrench clicks.",
    "3. Tighten crosswise to the full torque. The wrench records every bolt; the display turns green.\n"
    "4. A bolt that stays red is loosened and tightened again. Twice red: call the owner of assembly.",
).replace("4. Draw a line of paint", "5. Draw a line of paint")

INSPECTION = """# Purpose

What we buy is looked at before it is stored, so that no part reaches the line that should not.

# Sampling

Take the sample that ISO 2859-1 asks for at level II. From a supplier on watch, double it.

# What is looked at

- Delivery note against order
- Marking and lot
- The features that are marked on the drawing

# When it is not right

Put a red tag on the lot, move it behind the fence and report it the same day.
"""

INSPECTION_PORES = INSPECTION.replace(
    "- The features that are marked on the drawing",
    "- The features that are marked on the drawing\n- Castings: one of each heat is cut open and looked at",
)

GAUGES = """# Purpose

Whoever measures can trust the gauge, and a gauge that is past its date measures nothing.

# Who does what

| Step | Who | When |
|---|---|---|
| Give each gauge a number and a date | Measuring room | before its first use |
| Take a gauge | Setter | by barcode at the cabinet |
| Bring it back | Setter | at the end of the shift |
| Calibrate | Measuring room | before its date |

# Taking a gauge

1. Scan the order and the gauge.
2. The cabinet opens when the date of the gauge is valid. **It stays shut when it is not.**
3. Never lend a gauge to somebody else; bring it back instead.

# When a gauge was wrong

Find all parts measured since its last good calibration, block them and report it the same day.
"""

GAUGES_EVERYWHERE = GAUGES.replace(
    "Whoever measures can trust the gauge, and a gauge that is past its date measures nothing.",
    "Whoever measures can trust the gauge, and a gauge that is past its date measures nothing. This holds\n"
    "in Umeå, Gdańsk and Leeds, in the vans of field service as well.",
).replace(
    "| Bring it back | Setter | at the end of the shift |",
    "| Bring it back | Setter | at the end of the shift |\n| Bring it back | Technician | every Friday |",
)

SUPPLIERS = """# Purpose

We buy from suppliers who have shown that they deliver what we need.

# Who does what

| Step | Who | When |
|---|---|---|
| Ask for a new supplier | whoever needs the part | before the drawing is sent |
| Visit or questionnaire | Purchasing | before the first order |
| First part report | Supplier | with the first delivery |
| Approve | Owner of Purchasing | before the first order |
| Look again | Purchasing | every year |

# When a supplier is on watch

Double the sample at incoming inspection, and say so on the order. Three good deliveries end the watch.
"""

FINAL_TEST = """# Before the test

1. Compare the serial number of the pump with the order.
2. Look at the dates of all gauges of the stand.
3. Drain and vent the stand.

# Test

Run the pump at five points of its curve. Wait until the values stand still before you store a point.

| Point | Tolerance |
|---|---|
| Head | -0 / +5 % |
| Power | at most +4 % |
| Vibration | below 2.8 mm/s |

# After the test

Hang the curve on the pump. **A pump without its curve does not leave the hall.**
"""

PACKING = """# Which parts

Every part longer than 1.2 m, also when the customer collects it.

# Packing

1. Take the crate that the list names for the length.
2. Lay the part on its supports; it must not touch the wood.
3. Fix it with two belts and a board across.
4. Take a photo of the open crate, then close it.

# Marking

Put the shock label on the outside, on the long side.
"""
