"""Expressions (FEEL) and decision tables (DMN). Knows nothing of the web, the database or the engine."""
