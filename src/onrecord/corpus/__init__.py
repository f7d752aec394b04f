"""A corpus too large for one file: tables as folders of JSONL shards, checked and built piece by piece.

`shards` finds and cuts them, `columns` reads lines as Arrow columns, `accepting`, `stretches` and `summaries`
look at whole columns (and `ids` at the parts of ids), `exact` at single lines (and `owners` at whose they
are), `checking` puts these together for one piece; `stretch_files` keeps what pieces say of each other until
`crossing` (with the tests of `suspicion`), `doubtful` and `judging` settle it. `lookup`, `deriving`,
`canonical` and `writing` make built tables of what is sound. `run` and `building` are the two commands, on
threads, in `processes` or on a `cluster`.
"""
