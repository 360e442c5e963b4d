"""The page of patterns: what repeats, where, what stands behind it, and which CAPAs did not hold."""
