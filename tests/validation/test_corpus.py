"""A corpus of shards is checked on whole columns; its findings are those of records read one by one."""

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord.corpus import crossing
from onrecord.corpus import shards as cutting
from onrecord.corpus.checking import check_piece
from onrecord.corpus.run import check_corpus
from onrecord.corpus.shards import find_shards, pieces
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.rules import RULES
from onrecord.validation.summary import Summary
from onrecord.validation.validate import validate
from tests.helpers import corpora, sample
from tests.helpers.corpora import Tables, document_id, told
from tests.rules.test_rules import EXAMPLES, lay_out

validating = sys.modules["onrecord.validation.validate"]
"""The room: its name is also that of the function in the package."""

LEVEL_4 = 4
ON_FOLDERS = frozenset(
    {"missing-file", "unknown-file", "unreadable-file", "folder-name-mismatch", "annotator-file-mismatch"}
)
IN_SHARDS = sorted(
    rule
    for rule in set(RULES) - ON_FOLDERS
    for example in [EXAMPLES / rule / "bad"]
    # Neither built tables nor side files have a place in a corpus.
    if any(
        path.stem in {*TABLES, "document"} or path.parent.name == "annotations"
        for path in example.rglob("*.json*")
        if not {"data", "raw"} & set(path.relative_to(example).parts)
    )
)


def together(corpus: Path, level: int = LEVEL_4) -> list[Finding]:
    """The same shards given as single files: each record is read by itself."""
    files = [shard.path for shard in find_shards(corpus)]
    return list(validate(*files, level=level))


def test_a_sound_corpus_has_no_finding_and_the_summary_counts_it(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)

    run = validate(corpus)

    assert list(run) == []
    assert run.summary.records == {name: len(rows) for name, rows in corpora.tables().items()}
    assert run.summary.documents == corpora.DOCUMENTS


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_packed_shards_are_read_like_plain_ones(tmp_path: Path, compression: str) -> None:
    found = corpora.tables()
    found["claims"][6]["kind"] = "evnt"
    found["claims"][2]["claim_id"] = f"{document_id(0)}-c002"
    plain = corpora.write(found, tmp_path / "plain")
    packed = corpora.write(found, tmp_path / "packed", compression=compression)

    def lines(folder: Path) -> list[tuple[Any, ...]]:
        return [
            (f.rule, Path(f.file).name.removesuffix(".gz").removesuffix(".zst"), f.line)
            for f in validate(folder)
        ]

    assert lines(packed) == lines(plain)
    assert [rule for rule, *_ in lines(plain)] == ["unknown-label", "duplicate-id"]


def test_faults_between_shards_are_exactly_those_and_where_they_are(tmp_path: Path) -> None:
    found = corpora.tables(documents=8)
    found["claims"].append(dict(found["claims"][0]))
    found["relations"][9]["target_id"] = f"{document_id(4)}-c009"
    found["claims"][13]["date"] = "2024-02-30"
    corpus = corpora.write(found, tmp_path, shards=4)

    findings = [(f.rule, Path(f.file).relative_to(corpus).as_posix(), f.line) for f in validate(corpus)]

    assert findings == [
        ("impossible-date", "claims/part-00001.jsonl", 6),
        ("duplicate-id", "claims/part-00003.jsonl", 9),
        ("unknown-claim", "relations/part-00002.jsonl", 2),
    ]


@pytest.mark.parametrize("rule", IN_SHARDS)
def test_examples_of_rules_are_found_as_in_single_files(rule: str, tmp_path: Path) -> None:
    records = lay_out(EXAMPLES / rule / "bad", tmp_path)
    corpus = corpora.as_corpus(records, tmp_path / "corpus")
    level = RULES[rule].level

    assert told(validate(corpus, level=level), corpus) == told(together(corpus, level), corpus)


def _swap(rows: list[Any], dice: random.Random) -> None:
    here, there = dice.randrange(len(rows)), dice.randrange(len(rows))
    rows[here], rows[there] = rows[there], rows[here]


def _alter(rows: list[Any], dice: random.Random) -> None:
    row, other = dice.choice(rows), dice.choice(rows)
    if isinstance(row, dict) and isinstance(other, dict):
        name = dice.choice(sorted(row))
        row[name] = dice.choice(
            [other.get(name), row[name], "2024-03-05/2024-03-01", "nobody", None, 0, 400, []]
        )


def _misname(rows: list[Any], dice: random.Random) -> None:
    row = dice.choice(rows)
    if isinstance(row, dict):
        name = dice.choice([key for key, value in row.items() if isinstance(value, str)])
        row[name] = dice.choice([row[name][:-1], f"{row[name]}9", row[name].replace("paper-0", "paper-1")])


CHANGES: tuple[Callable[[list[Any], random.Random], object], ...] = (
    _swap,
    _alter,
    _alter,
    _misname,
    lambda rows, dice: rows.pop(dice.randrange(len(rows))),
    lambda rows, dice: rows.append(dice.choice(rows)),
    lambda rows, dice: rows.insert(dice.randrange(len(rows)), b'{"text": "cut'),
)


@pytest.mark.parametrize("seed", range(16))
def test_altered_corpora_are_judged_as_record_by_record(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    found: Tables = corpora.tables()
    for _ in range(dice.randint(1, 3)):
        dice.choice(CHANGES)(found[dice.choice(TABLES)], dice)
    corpus = corpora.write(found, tmp_path / "corpus", shards=dice.randint(1, 3))

    assert told(validate(corpus), corpus) == told(together(corpus), corpus)


def test_no_cut_changes_what_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = corpora.tables()
    found["claims"][1]["stated_on"] = "2024-02-30"
    found["claims"][8]["anchors"][0]["end"] += 500
    found["relations"].insert(2, b"")
    corpus = corpora.write(found, tmp_path)
    whole = list(validate(corpus))

    monkeypatch.setattr(cutting, "PIECE_BYTES", 1000)
    monkeypatch.setattr(cutting, "BATCH_BYTES", 300)
    cut = list(validate(corpus))

    assert cut == whole
    assert [finding.rule for finding in whole] == ["impossible-date", "blank-line", "anchor-outside-segment"]


def test_the_order_of_findings_does_not_depend_on_who_checks(tmp_path: Path) -> None:
    found = corpora.tables()
    for rows in (found["claims"], found["segments"]):
        rows[0]["document_id"] = rows[-1]["document_id"]
        rows[5]["extra"] = 1
    corpus = corpora.write(found, tmp_path)

    def one_by_one(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return map(function, tasks)

    alone = list(check_corpus(corpus, LEVEL_4, tmp_path, Summary(), one_by_one))

    assert list(check_corpus(corpus, LEVEL_4, tmp_path, Summary())) == alone
    assert {finding.level for finding in alone} == {2, 3}


def test_a_piece_owns_the_lines_that_start_in_it(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path, shards=1)
    [shard] = [shard for shard in find_shards(corpus) if shard.table == "claims"]

    counts = [check_piece(piece, 2).records for piece in pieces(shard, 700)]

    assert sum(counts) == len(corpora.tables()["claims"])
    assert all(count <= 2 for count in counts)


def test_what_is_kept_of_a_record_does_not_grow_with_it(tmp_path: Path) -> None:
    found = corpora.tables()
    for row in found["claims"]:
        row["text"] = f"{'Very long. ' * 500}End."
    [shard] = [s for s in find_shards(corpora.write(found, tmp_path, shards=1)) if s.table == "claims"]

    checked = check_piece(next(pieces(shard)), LEVEL_4)

    assert checked.findings == ()
    assert checked.stretches is not None
    assert checked.stretches.num_rows == corpora.DOCUMENTS
    assert checked.stretches.nbytes < 500 * corpora.DOCUMENTS


def test_texts_at_hand_are_compared(tmp_path: Path) -> None:
    found = corpora.tables()
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / found["documents"][0]["source_file"]).write_text(
        sample.ARTICLE, encoding="utf-8", newline="\n"
    )
    found["segments"][1]["sha256"] = "0" * 64
    corpus = corpora.write(found, tmp_path / "corpus")

    run = validate(corpus, articles=articles)

    assert [finding.rule for finding in run] == ["segment-hash-mismatch"]
    assert run.summary.documents_with_source == 1
    assert any("2 documents" in note for note in run.summary.notes)


@pytest.mark.parametrize("few", [500, 0], ids=["among few", "among many"])
def test_a_misspelt_speaker_is_told_with_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(crossing, "_FEW", few)
    found = corpora.tables()
    # Named by no record: only the table of speakers can tell.
    found["speakers"].append({**found["speakers"][0], "speaker_id": "far-off-voice"})
    found["claims"][1]["speaker_id"] = "far-off-voices"
    findings = [f for f in validate(corpora.write(found, tmp_path)) if f.rule == "unknown-speaker"]
    assert [f.expected for f in findings] == ["far-off-voice"]


def test_unused_speakers_are_told_where_nothing_else_is(tmp_path: Path) -> None:
    found = corpora.tables()
    found["speakers"].append({**found["speakers"][0], "speaker_id": "nobody-else"})
    corpus = corpora.write(found, tmp_path)

    [finding] = validate(corpus)

    assert (finding.rule, Path(finding.file).name, finding.line) == ("unused-speaker", "part-00001.jsonl", 2)


def test_what_has_no_place_in_a_corpus_is_told(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)
    (corpus / "claims" / "part-00000.json").write_text("{}")
    (corpus / "segmnts").mkdir()

    findings = [(f.rule, Path(f.file).relative_to(corpus).as_posix(), f.expected) for f in validate(corpus)]

    assert findings == [
        ("unknown-file", "claims/part-00000.json", "a name that ends in .jsonl, .jsonl.gz, .jsonl.zst"),
        ("unknown-file", "segmnts", "segments"),
    ]


def test_a_comparison_without_room_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)
    monkeypatch.setattr(crossing, "MEMORY", 100_000)
    monkeypatch.setattr(crossing, "MOST_MEMORY", 100_000)

    with pytest.raises(OSError, match="the tables could not be compared"):
        list(validate(corpus))


def test_a_comparison_that_needs_more_memory_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = corpora.tables()
    tables["claims"][1]["claim_id"] = tables["claims"][0]["claim_id"]
    corpus = corpora.write(tables, tmp_path)
    wanted = list(validate(corpus))
    assert wanted
    given = []
    close = crossing.Crossing.close

    def noted(self: crossing.Crossing) -> None:
        given.append(self._memory)
        close(self)

    monkeypatch.setattr(crossing, "MEMORY", 300_000)
    monkeypatch.setattr(crossing.Crossing, "close", noted)

    assert list(validate(corpus)) == wanted
    assert given[0] > crossing.MEMORY


def test_a_packed_shard_that_is_damaged_is_a_finding(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path, compression="gzip")
    shard = corpus / "segments" / "part-00001.jsonl.gz"
    shard.write_bytes(shard.read_bytes()[:60])

    findings = list(validate(corpus))

    assert [(f.rule, Path(f.file).name) for f in findings] == [("unreadable-file", shard.name)]


def test_large_single_files_are_checked_as_shards_with_the_same_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = corpora.tables()
    found["claims"][3]["kind"] = "evnt"
    found["claims"][8]["segment_id"] = f"{document_id(2)}-s009"
    found["claims"][8]["anchors"][0]["segment_id"] = f"{document_id(2)}-s009"
    corpus = corpora.write(found, tmp_path)
    files = [shard.path for shard in find_shards(corpus)]
    in_memory = list(validate(*files))

    monkeypatch.setattr(validating, "_LARGE", 0)

    assert told(validate(*files), corpus) == told(in_memory, corpus)
    assert [finding.rule for finding in in_memory] == ["unknown-label", "unknown-segment"]


def test_a_large_single_file_is_read_as_a_shard_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = corpora.tables()
    found["claims"].append(found["claims"][0])
    path = corpora.write(found, tmp_path, shards=1) / "claims" / "part-00000.jsonl"
    alone = list(validate(path, table="claims"))

    monkeypatch.setattr(validating, "_LARGE", 0)
    run = validate(path, table="claims")

    assert [(f.rule, f.line) for f in run] == [(f.rule, f.line) for f in alone] == [("duplicate-id", 13)]
    assert any("not given" in note for note in run.summary.notes)
