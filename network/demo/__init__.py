"""The demonstration network: built from published facts, plainly invented where it must be, marked on every page."""
