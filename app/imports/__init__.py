"""Brings rows of other systems in: read a file, check every row by the start form, land them in portions."""
