"""The rules by which listings are kept right: pure, without session or request."""
