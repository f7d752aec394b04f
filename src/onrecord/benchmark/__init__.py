"""How far two sets of labels or claims agree: the statistics, from the libraries that own them."""
