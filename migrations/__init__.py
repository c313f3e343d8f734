"""The history of the tables, one numbered step at a time."""
