"""Indicators: what is measured, from which rows, against which target, and how it went month by month."""
