"""The pages of the directory, its open API, and the hotlines in the footer of all pages."""

from network import api
from network.directory import hotlines
from network.directory.views import editing, groups, open_api, reading
from network.directory.views.rooms import bp

blueprints = [bp, open_api.bp, api.bp]
register = hotlines.register

__all__ = ["blueprints", "editing", "groups", "open_api", "reading", "register"]
