"""The pages by which listings are kept right."""

from network.directory.views.upkeep import histories, proposing, verifying

__all__ = ["histories", "proposing", "verifying"]
