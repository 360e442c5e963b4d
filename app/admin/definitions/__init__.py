"""Definition versions: what is in force, and since when."""
