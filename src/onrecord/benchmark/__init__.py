"""Tables and predictions to scores: tasks, metrics, intervals, comparisons, baselines, harnesses."""
