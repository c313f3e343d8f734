"""The pages of the directory."""

blueprints: list[object] = []
