"""The one register of things to do: planned in any record, carried out, verified by somebody else."""
