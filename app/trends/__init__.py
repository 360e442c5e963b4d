"""Trend alerts: a month stood out, and somebody says why."""
