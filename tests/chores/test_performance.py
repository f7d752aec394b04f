"""The measurement itself: which case runs when, what the figures come to, and the pages made of them."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.performance import results, run_case, sections, steps
from benchmarks.performance.timing import OUT, Case, Measured, in_turn, peak
from scripts import performance


def python(name: str, code: str, **how: Any) -> Case:
    return Case(name, (sys.executable, "-I", "-S", "-c", code), **how)


def reporting(seconds: float, records: int = 10) -> str:
    return f'print(\'{{"records": {records}, "seconds": {seconds}}}\')'


def rows(**seconds: float) -> dict[str, Measured]:
    return {name.replace("_", " "): Measured(name, 100, [taken]) for name, taken in seconds.items()}


def result_of(**found: dict[str, Measured]) -> dict[str, Any]:
    return results.result(found, sections.Sizes(), "command")


def reached(found: dict[str, Any]) -> list[tuple[str, float, bool]]:
    return [(one["section"], one["reached"], one["is_met"]) for one in found["targets"]]


def test_cases_run_in_turn_and_begin_in_turn(tmp_path: Path) -> None:
    order: list[str] = []
    found = in_turn([python("a", reporting(1)), python("b", reporting(2))], 3, tmp_path, order.append)
    assert [line.partition(",")[0] for line in order] == ["a", "b", "b", "a", "a", "b"]
    assert found["a"].seconds == [1.0] * 3
    assert found["a"].rate == 10
    assert found["b"].rate == 5
    assert not list(tmp_path.iterdir())


def test_a_whole_process_is_timed_from_outside(tmp_path: Path) -> None:
    found = in_turn([python("a", "import time; time.sleep(0.2)", is_timed=False)], 1, tmp_path, print)
    assert found["a"].median >= 0.2


def test_the_cpu_seconds_of_its_processes_are_kept_by_run(tmp_path: Path) -> None:
    one = python("a", """print('{"records": 10, "seconds": 1, "cpu": {"workers": 2.5, "driver": 0.5}}')""")
    found = in_turn([one], 2, tmp_path, print)
    assert found["a"].cpu == {"workers": [2.5, 2.5], "driver": [0.5, 0.5]}
    saved = result_of(workers={**found, **worker_rows()})
    assert saved["sections"]["workers"]["a"]["cpu_seconds"] == {"workers": 2.5, "driver": 0.5}


def worker_rows() -> dict[str, Measured]:
    """One worker takes 10 s of its own and 1 s of the driver, two take 12 s and 2 s, in 8 s."""
    found = {}
    for what in ("validate", "build"):
        for number, seconds, workers, driver in ((1, 11.0, 10.0, 1.0), (2, 8.0, 12.0, 2.0)):
            spent = {"workers": [workers], "driver and scheduler": [driver]}
            found[f"{what}, workers: {number}"] = Measured("", 100, [seconds], cpu=spent)
    return found


def test_the_bound_of_two_workers_is_that_of_cores_never_idle() -> None:
    saved = {**result_of(workers=worker_rows()), "machine": {"cores": 2}}
    text = performance.processors(saved)
    # 11 seconds, over 14 that two cores share.
    assert "two workers would reach 1.57 × the speed of one in validation and 1.57 ×" in text
    assert "| validate, workers: 2 | 8 | 12 | 2 | 1.75 |" in text


def test_a_case_that_fails_stops_the_measurement(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"a failed:\n.*no luck"):
        in_turn([python("a", "raise SystemExit('no luck')")], 1, tmp_path, print)
    assert not list(tmp_path.iterdir())


def test_another_exit_code_than_the_case_expects_stops_the_measurement(tmp_path: Path) -> None:
    finds = python("a", "raise SystemExit(1)", is_timed=False, exit_code=1)
    assert len(in_turn([finds], 1, tmp_path, print)["a"].seconds) == 1
    with pytest.raises(SystemExit, match="a failed"):
        in_turn([dataclasses.replace(finds, exit_code=0)], 1, tmp_path, print)


def test_a_case_of_another_environment_does_not_see_the_modules_of_this_one(tmp_path: Path) -> None:
    code = "import os; assert os.environ['PYTHONPATH'] == 'elsewhere'"
    found = in_turn([python("a", code, is_timed=False, modules="elsewhere")], 1, tmp_path, print)
    assert found["a"].seconds


def test_every_run_has_an_empty_folder_of_its_own(tmp_path: Path) -> None:
    code = f"import os, sys; open(sys.argv[1] + '/x', 'x'); {reporting(1)}"
    one = Case("a", (sys.executable, "-I", "-S", "-c", code, OUT))
    assert in_turn([one], 2, tmp_path, print)["a"].seconds == [1.0, 1.0]


def test_memory_is_that_of_all_processes(tmp_path: Path) -> None:
    hold = "held = bytearray(b'x') * 60_000_000; import time; time.sleep(0.6)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', {hold!r}])"
    assert peak(python("a", child, is_timed=False), tmp_path).peak_bytes > 60_000_000


def test_a_validation_and_a_build_are_measured_step_by_step(tmp_path: Path) -> None:
    small = dataclasses.replace(sections.QUICK, conversion=60)
    bench = sections.Bench(tmp_path, small, lambda _: None)
    found = sections.steps(bench)
    of_builds = {
        "derived fields",
        "canonical lines",
        "SHA-256",
        "rows to Arrow (pyarrow.json)",
        "Parquet, compressed",
    }
    all_steps = {*steps.STEPS, steps.REST}
    assert found.keys() == {
        *(f"{step}: validation" for step in all_steps - of_builds),
        *(f"{step}: build" for step in all_steps),
    }
    assert {one.records for one in found.values()} == {sum(1 for _ in lines_in(bench.corpus(60)))}
    assert [name for name, one in found.items() if one.median <= 0] == []
    saved = result_of(steps=found)
    table = performance.section_table("steps", saved).partition("\n\n")[0]
    assert table.count("\n") == 1 + len(all_steps)
    assert "| SHA-256 |  | " in table
    assert "a build spends most of its time in" in performance.steps(saved)


def lines_in(corpus: Path) -> Iterator[bytes]:
    for shard in corpus.glob("*/*.jsonl"):
        yield from shard.read_bytes().splitlines()


def test_targets_are_ratios_of_medians() -> None:
    found = result_of(
        validation={"onrecord": Measured("", 100, [1.0, 1.1, 9.0]), "jsonschema": Measured("", 100, [55.0])},
        faults=rows(clean=1.0, faulty=2.5),
        conversion=rows(onrecord=1.0, datasets=1.2),
    )
    assert reached(found) == [("validation", 50.0, True), ("faults", 0.4, False), ("conversion", 1.2, True)]


def test_memory_has_a_limit_and_may_hardly_grow() -> None:
    peaks = {"validate 100": 200e6, "validate 1000": 220e6, "build 100": 460e6, "build 1000": 598e6}
    found = {name: Measured("", 1, [1.0], int(held)) for name, held in peaks.items()}
    assert reached(result_of(memory=found)) == [
        ("memory", 200.0, True),
        ("memory", 460.0, False),
        ("memory", 1.1, True),
        ("memory", 1.3, False),
    ]


def test_an_earlier_version_is_compared_with_where_one_is_given() -> None:
    one = result_of(shipped=rows(this_version=1.0))
    assert one["targets"] == []
    assert "No earlier version was given to compare with." in performance.section_table("shipped", one)
    two = result_of(shipped=rows(this_version=1.0, version_9=1.2))
    assert reached(two) == [("shipped", 1.2, True)]
    assert "| version 9 | 1.20 × | 1.200 |" in performance.section_table("shipped", two)


def test_a_part_that_is_measured_again_replaces_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = result_of(validation=rows(onrecord=1.0, jsonschema=50.0))
    new = result_of(faults=rows(clean=1.0, faulty=1.0))
    monkeypatch.setattr(results, "RESULT", tmp_path / "performance.json")
    assert results.saved() is None
    results.save(old)
    both = results.merged(results.saved(), new)
    assert set(both["sections"]) == {"validation", "faults"}
    assert len(both["targets"]) == 2
    other = {**old, "machine": {"cores": 64}}
    assert results.merged(other, new) == new


def test_what_the_code_no_longer_has_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = result_of(validation=rows(onrecord=1.0, jsonschema=50.0))
    [target] = found["targets"]
    monkeypatch.setattr(results, "RESULT", tmp_path / "performance.json")
    results.save(
        {
            **found,
            "sections": {"cluster": {}, **found["sections"]},
            "targets": [{**target, "name": "gone"}, {**target, "section": "cluster"}, target],
        }
    )
    assert results.saved() == found


def test_a_part_without_a_result_says_that_it_was_not_measured() -> None:
    saved = result_of()
    assert all(f"`{name}`: not measured." in performance.section_tables(saved) for name in sections.SECTIONS)
    assert performance.target_table(saved).count("| not measured |") == len(results.TARGETS)
    for text in (performance.steps(saved), performance.bound(saved), performance.processors(saved)):
        assert "not measured" in text
    assert performance.validation_table(saved).count("not measured") == 2


@dataclasses.dataclass(frozen=True)
class NothingRuns(sections.Bench):
    """Makes what a part needs, and keeps its cases instead of running them."""

    cases: list[Case] = dataclasses.field(default_factory=list)

    def in_turn(self, *cases: Case, runs: int = 0) -> dict[str, Measured]:
        self.cases.extend(cases)
        return {one.name: Measured(one.name, one.records, [0.0] * runs) for one in cases}

    def in_steps(self, module: str, *arguments: str | Path) -> dict[str, Measured]:
        self.cases.append(Case(module, tuple(map(str, arguments))))
        return {}

    def peak(self, case: Case) -> Measured:
        self.cases.append(case)
        return Measured(case.name, 1)


def test_sections_name_cases_that_exist(tmp_path: Path) -> None:
    small = sections.Sizes(3, 60, 60, 60, 60, 60, 60, (60, 80), 60)
    bench = NothingRuns(tmp_path, small, lambda _: None)
    for measure in sections.SECTIONS.values():
        measure(bench)

    # The others are whole commands.
    ours = [one.command[3] for one in bench.cases if one.command[1:3] == ("-m", run_case.__name__)]
    assert set(ours) == set(run_case.CASES)


def test_targets_belong_to_parts_that_exist() -> None:
    assert {target.section for target in results.TARGETS} <= set(sections.SECTIONS)
    assert len({target.name for target in results.TARGETS}) == len(results.TARGETS)


def test_the_pages_are_of_the_saved_measurement(root: Path) -> None:
    saved = results.saved()
    assert saved is not None
    page = (root / "docs" / "performance.md").read_text(encoding="utf-8")
    assert performance.target_table() in page
    assert json.dumps(saved["versions"]["jsonschema"]).strip('"') in page
    tables = (root / "benchmarks" / "results" / "README.md").read_text(encoding="utf-8")
    assert performance.section_tables() in tables
