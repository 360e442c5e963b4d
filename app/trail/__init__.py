"""The trail: who did what, when and why. Append-only, gap-free, hash-chained, written with the act."""

from app.trail.service import Subject, entries_for, record

__all__ = ["Subject", "entries_for", "record"]
