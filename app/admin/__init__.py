"""Administration: people, roles, sites, master data, settings, outbox. Pages only; the services are below."""
