"""A corpus of synthetic claim records of any size, for measuring performance.

`wording` has the sentences, `documents` the records of one document, `faults` what can be wrong with them.
`shards` writes a corpus, `records_folder` a records folder; `shuffled` reorders the documents of a corpus.
Everything follows from a seed and a document's number, never from the file that it is in.
"""
