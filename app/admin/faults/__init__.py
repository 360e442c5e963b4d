"""Faults: what the engine could not finish, with retry."""
