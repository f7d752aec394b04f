"""The fuzzer: a few mutants of each kind do not fail, each can be repeated, and failures are counted."""

import random
from pathlib import Path

import pytest

from onrecord.exceptions import UnusableInputError
from scripts import fuzz, mutants, robustness
from scripts.fuzz_targets import Disagreement, Target
from tests.helpers import sample

KINDS = len(fuzz.TARGETS)


@pytest.mark.parametrize("target", fuzz.TARGETS, ids=lambda target: target.name)
def test_a_few_mutants_of_each_kind_neither_crash_nor_disagree(
    target: type[Target], capsys: pytest.CaptureFixture[str]
) -> None:
    tally = fuzz.run(range(24), seed=1, only=target.name)

    count = tally.counts[target.name]
    assert (count.mutants, count.crashes, count.disagreements) == (24, 0, 0), capsys.readouterr().out
    assert count.with_findings > 12


def test_a_mutant_follows_from_its_seed() -> None:
    claims = sample.claims()
    content = sample.as_text(Path("claims.jsonl"), claims).encode()

    made = {mutants.mutated_bytes(content, random.Random(seed)) for seed in range(40)}

    assert made == {mutants.mutated_bytes(content, random.Random(seed)) for seed in range(40)}
    assert len(made) == 40
    for seed in range(40):
        lines, what = mutants.mutated_json(claims, random.Random(seed))
        assert (lines, what) == mutants.mutated_json(claims, random.Random(seed))
    assert claims == sample.claims()


def test_values_that_json_lacks_are_written_as_text() -> None:
    deep = mutants.VALUES["lists nested 20,000 deep"]

    assert mutants.as_line({"a": mutants.VALUES["number beyond a double"], "b": 1}) == b'{"a": 1e999, "b": 1}'
    assert mutants.as_line([deep]).count(b"[") == 20_001


@pytest.mark.parametrize(
    ("raised", "counted"),
    [
        (Disagreement("two answers"), "disagreements"),
        (KeyError("claim_id"), "crashes"),
        (UnusableInputError("not a records folder"), "refused"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_what_a_mutant_comes_to_is_counted(
    raised: Exception, counted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(Target):
        name = "failing"

        def _try(self, dice: random.Random) -> None:
            del dice
            raise raised

    monkeypatch.setattr(fuzz, "TARGETS", (Failing,))

    tally = fuzz.run([7], seed=1)

    assert getattr(tally.counts["failing"], counted) == 1
    assert tally.failures == (counted != "refused")
    assert ("mutant 7 of seed 1" in capsys.readouterr().out) is (counted != "refused")


def test_the_page_shows_the_saved_runs(root: Path) -> None:
    page = (root / "docs" / "robustness.md").read_text(encoding="utf-8")

    for block in (
        robustness.fuzz_summary(),
        robustness.fuzz_table(),
        robustness.kills_summary(),
        robustness.kills_table(),
    ):
        assert block in page
