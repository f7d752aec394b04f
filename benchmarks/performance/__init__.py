"""How fast OnRecord is next to others, in one run on one machine: `python -m benchmarks.performance SCRATCH`.

`ours`, `competitors` and `floors` hold the cases, `run_case` runs one of them in a process, and `timing` runs
them in turn. `sections` says which are compared and on how many records. `results` compares ratios with the
targets, saves and prints.
"""
