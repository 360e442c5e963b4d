"""Controlled documents: changes, revisions, reviews, copies, and the risks they control (clause 7.5)."""
