"""A corpus too large for one file: tables as folders of JSONL shards, checked and built piece by piece.

`shards` finds and cuts them, `columns` reads lines as Arrow columns, `accepting` and `stretches` look at whole
columns, `exact` at single lines, `checking` puts these together for one piece; `crossing` and `doubtful` settle
what records say of each other, `run` and `building` are the two commands.
"""
