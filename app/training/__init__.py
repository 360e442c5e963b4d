"""Acknowledgement, competence and training (clauses 7.2 and 7.3).

The seam to those who give people something to read: they send the stored message `acknowledgement.requested`
with the key of the revision as its correlation key, and answer the port `reading` of their lifecycle with the
text. They hear `acknowledgement.reached`, correlated by the same key. Nothing here knows what a document is.
"""
