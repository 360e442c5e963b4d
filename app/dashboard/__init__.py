"""Dashboards: at most eight cards for each kind of reader; every figure is a door to the rows it counts."""
