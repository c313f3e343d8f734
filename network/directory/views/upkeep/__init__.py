"""The pages by which listings are kept right."""

from network.directory.views.upkeep import histories, merging, proposing, verifying

__all__ = ["histories", "merging", "proposing", "verifying"]
