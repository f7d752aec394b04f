"""The measurement itself: who runs when, what the figures come to, and the page that is made of them."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.performance import contestants, results, sections, steps, timing
from benchmarks.performance.timing import OUT, Contestant, Measured, in_turn, peak
from scripts import performance


def python(name: str, code: str, **how: bool) -> Contestant:
    return Contestant(name, (sys.executable, "-I", "-S", "-c", code), **how)


def told(seconds: float, records: int = 10) -> str:
    return f'print(\'{{"records": {records}, "seconds": {seconds}}}\')'


def test_contestants_run_in_turn_and_begin_in_turn(tmp_path: Path) -> None:
    order: list[str] = []
    found = in_turn([python("a", told(1)), python("b", told(2))], 3, tmp_path, order.append)
    assert [line.partition(",")[0] for line in order] == ["a", "b", "b", "a", "a", "b"]
    assert found["a"].seconds == [1.0] * 3
    assert found["a"].rate == 10
    assert found["b"].rate == 5
    assert not list(tmp_path.iterdir())


def test_a_whole_process_is_timed_from_outside(tmp_path: Path) -> None:
    found = in_turn([python("a", "import time; time.sleep(0.2)", is_timed=False)], 1, tmp_path, print)
    assert found["a"].median >= 0.2


def test_what_its_processes_spend_is_kept_by_run(tmp_path: Path) -> None:
    one = python("a", """print('{"records": 10, "seconds": 1, "cpu": {"workers": 2.5, "driver": 0.5}}')""")
    found = in_turn([one], 2, tmp_path, print)
    assert found["a"].cpu == {"workers": [2.5, 2.5], "driver": [0.5, 0.5]}
    told = results.result({"cluster": {**found, **cluster_rows()}}, sections.Sizes(), "command")
    assert told["sections"]["cluster"]["a"]["cpu_seconds"] == {"workers": 2.5, "driver": 0.5}


def cluster_rows() -> dict[str, Measured]:
    """One worker takes 10 s of its own and 1 s of the driver, two take 12 s and 2 s, in 8 s."""
    found = {}
    for what in ("validate", "build"):
        for number, seconds, workers, driver in ((1, 11.0, 10.0, 1.0), (2, 8.0, 12.0, 2.0)):
            spent = {"workers": [workers], "driver and scheduler": [driver]}
            found[f"{what}, {number} workers"] = Measured("", 100, [seconds], cpu=spent)
    return found


def test_the_bound_of_two_workers_is_that_of_cores_never_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    told = results.result({"cluster": cluster_rows()}, sections.Sizes(), "command")
    monkeypatch.setattr(performance, "_saved", lambda: {**told, "machine": {"cores": 2}})
    text = performance.processors()
    # 11 seconds, over 14 that two cores share.
    assert "two workers would come to 1.57 × the speed of one in validation and to 1.57 ×" in text
    assert "| validate, 2 workers | 8 | 12 | 2 | 1.75 |" in text


def test_a_validation_is_told_step_by_step_without_faults_and_with_them(tmp_path: Path) -> None:
    bench = sections.Bench(
        tmp_path, dataclasses.replace(sections.QUICK, conversion=300, runs=1), lambda _: None
    )
    found = sections.faults_in_steps(bench)
    of_builds = {"derived fields", "canonical lines", "SHA-256", "Parquet, compressed"}
    wanted = {*steps._STEPS, steps.REST} - of_builds
    assert found.keys() == {f"{step}: {name}" for step in wanted for name in ("clean", "faulty")}
    assert [name for name, one in found.items() if one.median <= 0] == []
    table = performance._beside({name: {"median": one.median} for name, one in found.items()})
    assert "| step | seconds, clean | seconds, faulty |" in table
    assert table.count("\n") == 1 + len(found) // 2


def test_a_contestant_that_fails_stops_the_measurement(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"a failed:\n.*no luck"):
        in_turn([python("a", "raise SystemExit('no luck')")], 1, tmp_path, print)
    assert not list(tmp_path.iterdir())


def test_every_run_has_an_empty_folder_of_its_own(tmp_path: Path) -> None:
    code = f"import os, sys; open(sys.argv[1] + '/x', 'x'); {told(1)}"
    one = Contestant("a", (sys.executable, "-I", "-S", "-c", code, OUT))
    assert in_turn([one], 2, tmp_path, print)["a"].seconds == [1.0, 1.0]


def test_memory_is_that_of_the_whole_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "_SAMPLED_EVERY", 0.01)
    hold = "held = bytearray(b'x') * 60_000_000; import time; time.sleep(0.6)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', {hold!r}])"
    assert peak(python("a", child, is_timed=False), tmp_path).peak_bytes > 60_000_000


def test_a_build_is_told_step_by_step(tmp_path: Path) -> None:
    bench = sections.Bench(
        tmp_path, dataclasses.replace(sections.QUICK, conversion=60, runs=1), lambda _: None
    )
    found = sections.steps(bench)
    assert found.keys() == {*steps._STEPS, steps.REST}
    assert {one.records for one in found.values()} == {sum(1 for _ in lines_in(bench.corpus(60)))}
    assert [one.name for one in found.values() if one.median <= 0] == []


def lines_in(corpus: Path) -> Iterator[bytes]:
    for shard in corpus.glob("*/*.jsonl"):
        yield from shard.read_bytes().splitlines()


def rows(**seconds: float) -> dict[str, Measured]:
    return {name.replace("_", " "): Measured(name, 100, [taken]) for name, taken in seconds.items()}


def test_targets_are_ratios_of_medians() -> None:
    found = {
        "validation": rows(onrecord=1.0, jsonschema=41.0),
        "faults": rows(clean=1.0, faulty=2.5),
        "startup": {
            "python -c pass": Measured("", 1, [0.01, 0.02, 9.0]),
            "onrecord --help": Measured("", 1, [0.1]),
        },
    }
    reached = {t["name"]: t for t in results.result(found, sections.Sizes(), "command")["targets"]}
    assert [(t["reached"], t["is_met"]) for t in reached.values()] == [
        (41.0, True),
        (0.4, False),
        (5.0, True),
    ]


def test_memory_is_compared_between_the_two_largest_corpora() -> None:
    found = {"memory": {f"build {n}": Measured("", 1, [1.0], n * 2) for n in (100, 1_000, 10_000)}}
    found["memory"]["validate 10000"] = Measured("", 1, [1.0], 22_000)
    first, second = results.result(found, sections.Sizes(), "command")["targets"]
    assert first["reached"] == 11.0
    assert second["reached"] == 0.022


def test_a_part_that_is_measured_again_replaces_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = results.result({"validation": rows(onrecord=1.0, jsonschema=50.0)}, sections.Sizes(), "command")
    new = results.result({"faults": rows(clean=1.0, faulty=1.0)}, sections.Sizes(), "command")
    monkeypatch.setattr(results, "RESULT", tmp_path / "performance.json")
    assert results.saved() is None
    results.save(old)
    both = results.merged(results.saved(), new)
    assert set(both["sections"]) == {"validation", "faults"}
    assert len(both["targets"]) == 2
    other = {**old, "machine": {"cores": 64}}
    assert results.merged(other, new) == new


def test_sections_name_contestants_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def note(name: str, function: str, *_: object) -> Contestant:
        called.append(function)
        return Contestant(name, ())

    monkeypatch.setattr(sections, "work", note)
    monkeypatch.setattr(sections, "in_turn", lambda *_: {})
    monkeypatch.setattr(sections, "in_steps", lambda *_: {})
    monkeypatch.setattr(sections, "peak", lambda *_: Measured("", 1))
    monkeypatch.setattr(sections, "_built", lambda *_: tmp_path)
    monkeypatch.setattr(sections, "_predictions", lambda *_: tmp_path)
    small = sections.Sizes(60, 60, 60, 60, 60, (60,), 60, 60)
    for measure in sections.SECTIONS.values():
        measure(sections.Bench(tmp_path, small, lambda _: None))
    assert set(called) == set(contestants.CONTESTANTS)


def test_the_page_is_of_the_full_measurement(root: Path) -> None:
    saved = json.loads((root / "benchmarks" / "results" / "performance.json").read_text(encoding="utf-8"))
    assert saved["sizes"] == json.loads(json.dumps(dataclasses.asdict(sections.Sizes())))
    page = (root / "docs" / "performance.md").read_text(encoding="utf-8")
    assert performance.target_table() in page
    assert all(f'section_table("{name}")' in page for name in sections.SECTIONS)
