"""The tasks for other people's harnesses: lm-evaluation-harness and Inspect AI, each an extra.

Both ask the questions of `prompts` and read answers with `read_answer`. Scores to publish are those of
`onrecord score`.
"""

from pathlib import Path

LM_EVAL_TASKS = Path(__file__).resolve().parent / "lm_eval_tasks"
"""The folder for the option --include_path of lm-evaluation-harness."""
