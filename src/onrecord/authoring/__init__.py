"""Text to records: an article cut into segments, and claims started from its words."""
