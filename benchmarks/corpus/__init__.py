"""A corpus of synthetic claim records of any size, for measuring performance.

`wording` has the sentences, `documents` makes the records of one document, `faults` makes errors in them, and
`shards` writes the files. A record depends only on the seed and the number of its document, never on its
shard.
"""
