"""The calendars of sites."""
