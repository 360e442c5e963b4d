"""Approval chains: who approves what, built by form, tried on a case, put in force by two persons."""
