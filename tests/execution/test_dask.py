"""Tasks on a Dask cluster: the findings and the bytes of one machine, wherever the corpus lies."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from click.testing import CliRunner

from benchmarks.corpus.faults import Share
from benchmarks.corpus.shards import Plan, corpus
from onrecord import build
from onrecord.cli.main import main
from onrecord.dataset.load import iter_rows
from onrecord.execution.dask import Cluster, remote_cluster
from tests.helpers.clusters import CONTENTS, SMALL, built_files, findings

# They come from the library when a worker is killed under it, which is what some of these tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_findings_are_those_of_one_machine_in_the_same_order(workers: Cluster, faulty: Path) -> None:
    alone, summary = findings(faulty)
    together, other = findings(faulty, executor=workers)
    assert len(alone) == 18
    assert together == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_findings_in_compressed_shards_are_those_of_one_machine(
    workers: Cluster, address: str, tmp_path: Path, compression: str
) -> None:
    packed = corpus(Plan(CONTENTS, Share(0.03), shards=3, compression=compression), tmp_path).path
    alone, summary = findings(packed)
    together, other = findings(packed, executor=workers)
    with remote_cluster(address) as far:
        remote, _ = findings(packed, executor=far)
    assert len(alone) == 18
    assert together == remote == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)


def test_records_folders_are_checked_by_workers_as_well(workers: Cluster, sample_records: Path) -> None:
    claims = next(sample_records.glob("*/claims.jsonl"))
    claims.write_text(claims.read_text().replace('"ada-lind"', '"ada-lynd"', 1))
    alone, summary = findings(sample_records)
    together, other = findings(sample_records, executor=workers)
    assert [finding.rule for finding in alone] == ["unknown-speaker"]
    assert together == alone
    assert other.records == summary.records


def test_relative_paths_are_those_of_the_caller(
    address: str, faulty: Path, sample_records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = next(sample_records.glob("*/claims.jsonl"))
    claims.write_text(claims.read_text().replace('"ada-lind"', '"ada-lynd"', 1))
    (tmp_path / "corpus").symlink_to(faulty)
    # The workers have started somewhere else.
    monkeypatch.chdir(tmp_path)
    with remote_cluster(address) as far:
        for path in ("corpus", "checkout/records", f"checkout/records/{claims.parent.name}"):
            alone, _ = findings(path)
            assert findings(path, executor=far)[0] == alone
            assert all(finding.file.startswith(f"{path}/") for finding in alone)


def test_a_build_has_the_bytes_of_one_machine(workers: Cluster, clean: Path, tmp_path: Path) -> None:
    alone = build(clean, tmp_path / "alone", task_records=SMALL, row_group=50)
    together = build(clean, tmp_path / "together", task_records=SMALL, row_group=50, executor=workers)
    assert together.rows == alone.rows
    assert together.digests == alone.digests
    files = built_files(tmp_path / "together")
    assert files == built_files(tmp_path / "alone")
    assert len([name for name in files if name.startswith("claims/")]) > 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "together"]
    assert len(list(iter_rows("claims", tmp_path / "together"))) == 600


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_compressed_shards_are_built_to_the_same_bytes(
    workers: Cluster, address: str, clean: Path, tmp_path: Path, compression: str
) -> None:
    packed = corpus(Plan(CONTENTS, shards=3, compression=compression), tmp_path).path
    build(packed, tmp_path / "packed", task_records=SMALL, executor=workers)
    with remote_cluster(address) as far:
        build(packed, tmp_path / "far", task_records=SMALL, executor=far)
    build(clean, tmp_path / "plain", task_records=SMALL)
    assert built_files(tmp_path / "packed") == built_files(tmp_path / "plain")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "plain")


def test_the_command_builds_with_workers(address: str, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    done = CliRunner().invoke(main, ["build", str(clean), str(out), "--scheduler", address])
    assert done.exit_code == 0, done.output
    assert "claims 600" in done.output
    again = CliRunner().invoke(main, ["build", str(clean), str(out)])
    # The last line is about the card: the second build finds it up to date.
    assert again.output.splitlines() == done.output.splitlines()[:-1]


def test_an_existing_scheduler_gives_the_same_findings(address: str, faulty: Path) -> None:
    assert address.startswith("tcp://")
    done = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3", "--scheduler", address])
    alone = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3"])
    assert done.exit_code == alone.exit_code == 1
    assert done.output == alone.output


def test_a_corpus_may_lie_elsewhere(workers: Cluster, faulty: Path, clean: Path, tmp_path: Path) -> None:
    near, _ = findings(faulty)
    far, _ = findings(f"file://{faulty}", executor=workers)
    assert [replace(finding, file=finding.file.removeprefix("file://")) for finding in far] == near
    build(f"file://{clean}", tmp_path / "far", executor=workers)
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


def test_a_corpus_may_lie_in_any_file_system(faulty: Path, clean: Path, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    # The same name in both places, because it is that of the dataset.
    for name, folder in (("faulty", faulty), (clean.name, clean)):
        memory.put(str(folder), f"/{name}", recursive=True)
    near, _ = findings(faulty)
    far, _ = findings("memory://faulty")
    assert [(found.line, found.rule, found.message) for found in far] == [
        (found.line, found.rule, found.message.replace(str(faulty), "memory:///faulty")) for found in near
    ]
    assert {Path(found.file).name for found in far} == {Path(found.file).name for found in near}
    build(f"memory://{clean.name}", tmp_path / "far")
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


@pytest.mark.parametrize("command", ["validate", "build"])
@pytest.mark.parametrize(
    ("url", "reported"),
    [
        ("memory://nothing-here", "nothing-here"),
        ("carrier-pigeon://corpus", "Protocol not known: carrier-pigeon"),
    ],
    ids=["empty", "unknown protocol"],
)
def test_a_corpus_that_is_not_there_is_one_line(
    command: str, url: str, reported: str, tmp_path: Path
) -> None:
    arguments = [command, url] + ([str(tmp_path / "data")] if command == "build" else [])
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert reported in done.output
    assert done.output.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_results_come_in_the_order_of_the_tasks(workers: Cluster) -> None:
    assert list(workers(abs, range(-40, 0))) == list(range(40, 0, -1))


def test_few_tasks_are_taken_ahead_of_the_results(workers: Cluster) -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield number

    results = workers(abs, tasks())
    assert next(results) == 0
    assert taken < 20
    results.close()  # type: ignore[attr-defined]  # It is a generator, which the protocol need not say.
