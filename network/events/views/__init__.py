"""The pages of events."""

from network.events.views import calendars, managing, organising, planning, reading, registering
from network.events.views.rooms import bp, calendar_bp

blueprints = [bp, calendar_bp]

__all__ = ["blueprints", "calendars", "managing", "organising", "planning", "reading", "registering"]
