"""Records to findings: documents are assembled and given to the rules."""
