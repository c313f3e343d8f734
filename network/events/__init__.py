"""Conferences, roundtables, seminars and trainings: programme, registration, seats and calendars."""
