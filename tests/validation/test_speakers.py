"""Unknown speakers: the same findings wherever the known ones are kept and the tasks run."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord.reading.batches import Batch
from onrecord.validation.speakers import FewSpeakers, ManySpeakers, SpeakerTable
from onrecord.validation.validate import validate


def table(folder: Path, ids: Iterable[str]) -> SpeakerTable:
    rows = [{"speaker_id": name, "name": name.title(), "type": "person", "wikidata_id": None} for name in ids]
    found = SpeakerTable(folder)
    found.add(Batch("speakers", "speakers.jsonl", rows, list(range(1, len(rows) + 1))))
    return found


@pytest.mark.parametrize("others", [3, 999, 1_001, 1_200])
@pytest.mark.parametrize("lost", ["jeo-biden", "joe-bidden", "zzz", "speaker-0500x"])
def test_what_is_expected_does_not_depend_on_where_speakers_are_kept(
    others: int, lost: str, tmp_path: Path
) -> None:
    ids = ["joe-biden", *(f"speaker-{number:04}x" for number in range(others)), "joe-bidet"]
    found = table(tmp_path, ids)
    few = FewSpeakers(True, dict.fromkeys(ids, ""))
    many = ManySpeakers(True, str(tmp_path / "speakers.sqlite"), len(ids))
    assert many.nearest(lost) == few.nearest(lost)
    found.close()


def test_many_speakers_stay_on_disk_unless_workers_may_be_elsewhere(tmp_path: Path) -> None:
    found = table(tmp_path, [f"speaker-{number:04}x" for number in range(1_200)])
    assert isinstance(found.lookup(), ManySpeakers)
    elsewhere = found.lookup(is_shared=False)
    assert isinstance(elsewhere, FewSpeakers)
    assert len(elsewhere.all_names) == 1_200
    found.close()


class Elsewhere:
    """Runs tasks as workers of another machine would get them."""

    is_remote = True

    def __init__(self) -> None:
        self.given: list[Any] = []

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        self.given.append(getattr(function, "keywords", {}).get("given"))
        return map(function, tasks)


def test_a_worker_of_another_machine_gets_the_speakers_of_a_records_folder(sample_records: Path) -> None:
    file = sample_records / "speakers.jsonl"
    line = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    with file.open("a", encoding="utf-8") as out:
        for number in range(2_000):
            name = f"Speaker {number} of many, with a name that is long enough to fill a file"
            more = {**line, "speaker_id": f"many-{number}x", "name": name, "aliases": [], "wikidata_id": None}
            out.write(json.dumps(more) + "\n")
    executor = Elsewhere()
    here = list(validate(sample_records, level=3))
    assert [*validate(sample_records, level=3, executor=executor)] == here
    assert {finding.rule for finding in here} == {"unused-speaker"}
    [speakers] = [given.speakers for given in executor.given if given is not None]
    assert isinstance(speakers, FewSpeakers)
