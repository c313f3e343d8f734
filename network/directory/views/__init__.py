"""The pages of the directory, and the hotlines in the footer of all pages."""

from network.directory import hotlines
from network.directory.views import editing, groups, reading
from network.directory.views.rooms import bp

blueprints = [bp]
register = hotlines.register

__all__ = ["blueprints", "editing", "groups", "reading", "register"]
