"""Kopuro: one place for a network of NGOs. Read ``create_app`` first; it is the table of contents."""
