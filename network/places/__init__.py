"""Countries, provinces, districts and settlements of the Ferghana Valley: facts and look-up."""
