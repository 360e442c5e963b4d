"""Sites, their calendars, and the other master data."""
