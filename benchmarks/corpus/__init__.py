"""A corpus of synthetic claim records by the schema, as large as wanted: what performance is measured on.

`wording` owns the sentences, `documents` the records of one document, `faults` what can be wrong with them,
`shards` the files. Everything follows from a seed and a document's number, never from the shard it is in.
"""
