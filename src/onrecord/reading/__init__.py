"""Files to located records: which file holds which table, and what is wrong with the bytes of a file."""
