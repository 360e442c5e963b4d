"""Evidence for auditors: the trail as pages, clauses and what shows that they are met, packs to take away."""
