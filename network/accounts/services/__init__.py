"""Verbs of accounts. Each requires first, acts, records last, and never commits."""
