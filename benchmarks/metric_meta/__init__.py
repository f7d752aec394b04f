"""Which measure of likeness tells the same claim from another: pairs, corruptions, candidates, figures."""
