"""The shared directory in HSDS terms: organizations, services, hotlines and projects, each shown to whom it may be shown."""
