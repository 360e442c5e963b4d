"""Who approves what, by site."""
