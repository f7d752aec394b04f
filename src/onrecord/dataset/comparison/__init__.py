"""Two releases of the dataset compared: what changed, and the smallest version that says so."""
