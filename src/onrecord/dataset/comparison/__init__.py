"""Two snapshots of the dataset compared: what changed, and the smallest version that this allows."""
