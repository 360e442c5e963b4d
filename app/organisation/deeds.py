"""The words for what the keeping of master data notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("site.added", "Site added", "added a site"),
    DeedWords("site.changed", "Site changed", "changed a site"),
    DeedWords("site.retired", "Site retired", "retired a site"),
    DeedWords("site.restored", "Site in use again", "took a site into use again"),
    DeedWords("department.added", "Department added", "added a department"),
    DeedWords("department.changed", "Department changed", "changed a department"),
    DeedWords("department.retired", "Department retired", "retired a department"),
    DeedWords("department.restored", "Department in use again", "took a department into use again"),
    DeedWords("process.added", "Process added", "added a process"),
    DeedWords("process.changed", "Process changed", "changed a process"),
    DeedWords("process.retired", "Process retired", "retired a process"),
    DeedWords("process.restored", "Process in use again", "took a process into use again"),
    DeedWords("product_family.added", "Product family added", "added a product family"),
    DeedWords("product_family.changed", "Product family changed", "changed a product family"),
    DeedWords("product_family.retired", "Product family retired", "retired a product family"),
    DeedWords(
        "product_family.restored", "Product family in use again", "took a product family into use again"
    ),
    DeedWords("failure_mode.added", "Failure mode added", "added a failure mode"),
    DeedWords("failure_mode.changed", "Failure mode changed", "changed a failure mode"),
    DeedWords("failure_mode.retired", "Failure mode retired", "retired a failure mode"),
    DeedWords("failure_mode.restored", "Failure mode in use again", "took a failure mode into use again"),
    DeedWords("cause_category.added", "Cause category added", "added a cause category"),
    DeedWords("cause_category.changed", "Cause category changed", "changed a cause category"),
    DeedWords("cause_category.retired", "Cause category retired", "retired a cause category"),
    DeedWords(
        "cause_category.restored", "Cause category in use again", "took a cause category into use again"
    ),
    DeedWords("site.hours_changed", "Working hours changed", "changed the working hours of a site"),
    DeedWords("site.special_day_added", "Special day added", "added a special day to a site"),
    DeedWords("site.special_day_removed", "Special day removed", "removed a special day of a site"),
)
