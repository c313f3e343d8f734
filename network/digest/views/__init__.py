"""The pages of the digest, and its feeds."""

from network.digest.views import editing, editions, feeding, reading
from network.digest.views.rooms import bp, organizations_bp

blueprints = [bp, organizations_bp]

__all__ = ["blueprints", "editing", "editions", "feeding", "reading"]
