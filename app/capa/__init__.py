"""Nonconformities and the corrective actions (CAPA) that remove their causes."""
