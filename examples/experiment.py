"""An experiment: call claims about the future unverifiable, and score that.

Run it with `python examples/experiment.py`.
"""

import json
import re
import tempfile
from pathlib import Path

from datasets import load_dataset

import onrecord

CANNOT_YET_BE_SETTLED = re.compile(r"\b(will|would|should|could|may|might)\b")


def predict(text: str) -> str:
    """The system under test: a claim with a word for the future is unverifiable."""
    return "unverifiable" if CANNOT_YET_BE_SETTLED.search(text) else "verifiable"


def main() -> None:
    """Predict, write the predictions as JSON Lines, and score them."""
    claims = load_dataset(onrecord.path(), split="test")
    lines = [
        json.dumps({"claim_id": claim["claim_id"], "prediction": predict(claim["text"])}) for claim in claims
    ]
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
        score = onrecord.score("verifiability", predictions)
    value = score.result
    print(
        f"{score.primary} {value.value:.3f} ({value.low:.3f} to {value.high:.3f}) on {claims.num_rows} claims"
    )
    print(score.signature)


if __name__ == "__main__":
    main()
