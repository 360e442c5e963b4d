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
