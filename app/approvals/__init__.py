"""Who approves what. Domains ask here for the approver of a purpose; how one is found is data."""
