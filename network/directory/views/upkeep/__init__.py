"""The pages by which listings are kept right."""

from network.directory.views.upkeep import verifying

__all__ = ["verifying"]
