"""Which measure shows that two texts are the same claim: pairs, corruptions, candidates, figures."""
