"""The map of processes, the context and scope of the system, and the roles it needs (4.1 to 4.4, 5.3)."""
