"""Where work happens: sites with their calendars, departments, processes and the other master data."""
