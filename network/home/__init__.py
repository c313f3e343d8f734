"""The front page, and the few pages that speak of the site itself: privacy, this translation, quick exit."""
