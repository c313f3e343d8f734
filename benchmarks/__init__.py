"""``make bench``: what the product does per second, as ratios taken in the same run."""
