"""The tasks for other people's harnesses: lm-evaluation-harness and Inspect AI, each an extra.

Owns the prompts, in `prompts`, so that both harnesses ask the same. Scores that count are `onrecord score`'s.
"""

from pathlib import Path

LM_EVAL_TASKS = Path(__file__).resolve().parent / "lm_eval_tasks"
"""The folder that lm-evaluation-harness takes as --include_path."""
