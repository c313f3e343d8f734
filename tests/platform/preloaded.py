"""Everything the application imports, loaded once: processes forked from here start quickly."""

from network import commands, compression, face, limits, operate, postgres, web
from network.database import load_models, load_rooms
from tests.platform import clockwork, post

assert all((commands, compression, face, limits, operate, postgres, web, clockwork, post))
load_models()
for room in ("mails", "jobs", "views", "commands"):
    load_rooms(room)
