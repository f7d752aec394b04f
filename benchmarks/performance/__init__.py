"""How fast OnRecord is beside others, on one machine, in one run: `python -m benchmarks.performance SCRATCH`.

`own`, `rivals` and `alone` hold the work of the contestants, `timing` runs them in turn as processes of their
own, `sections` says which stand beside which and on how many records, `results` puts ratios to the targets,
saves and prints.
"""
