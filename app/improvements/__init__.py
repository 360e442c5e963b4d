"""Improvements: ideas that are considered, planned, carried out, and judged by what they brought."""
