"""The pages by which listings are kept right."""

from network.directory.views.upkeep import proposing, verifying

__all__ = ["proposing", "verifying"]
