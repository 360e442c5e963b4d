"""Audit rooms: what an external auditor is shown, from one day to another, and what they looked at."""
