"""Files of many documents: whatever the layout, order and cut, the findings are the same, in one order."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from onrecord.exceptions import UnusableInputError
from onrecord.execution.executor import Serial
from onrecord.execution.processes import local_executor
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.reading.batches import Part
from onrecord.reading.shards import find_shards
from onrecord.rules import RULES
from onrecord.validation.assemble import Given
from onrecord.validation.documents import check_documents
from onrecord.validation.index import DocumentIndex
from onrecord.validation.validate import validate
from tests.helpers import corpora, sample
from tests.helpers.bad_records import EXAMPLES, lay_out
from tests.helpers.corpora import Tables, document_id

LEVEL_4 = 4
ON_FOLDERS = frozenset(
    {"missing-file", "unknown-file", "unreadable-file", "folder-name-mismatch", "annotator-file-mismatch"}
)
IN_SHARDS = sorted(
    rule
    for rule in set(RULES) - ON_FOLDERS
    for example in [EXAMPLES / rule / "bad"]
    # Neither built tables nor side files have a place in a corpus.
    if rule not in {"altered-annotation", "claim-not-annotated", "found-mismatch", "undecided-label"}
    and any(
        path.stem in {*TABLES, "document"} or path.parent.name == "annotations"
        for path in example.rglob("*.json*")
        if not {"data", "raw"} & set(path.relative_to(example).parts)
    )
)


def together(corpus: Path, level: int = LEVEL_4, *, dice: random.Random | None = None) -> list[Finding]:
    """The same shards given as single files, in any order."""
    files = [shard.path for shard in find_shards(corpus)]
    if dice:
        dice.shuffle(files)
    return list(validate(*files, level=level))


def test_a_valid_corpus_has_no_finding_and_the_summary_counts_it(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)

    run = validate(corpus)

    assert list(run) == []
    assert run.summary.records == {name: len(rows) for name, rows in corpora.tables().items()}
    assert run.summary.documents == corpora.DOCUMENTS


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_compressed_shards_are_read_like_plain_ones(tmp_path: Path, compression: str) -> None:
    found = corpora.tables()
    found["claims"][6]["kind"] = "evnt"
    found["claims"][2]["claim_id"] = f"{document_id(0)}-c002"
    plain = corpora.write(found, tmp_path / "plain")
    compressed = corpora.write(found, tmp_path / "compressed", compression=compression)

    def lines(folder: Path) -> list[tuple[Any, ...]]:
        return [
            (f.rule, Path(f.file).name.removesuffix(".gz").removesuffix(".zst"), f.line)
            for f in validate(folder)
        ]

    assert lines(compressed) == lines(plain)
    assert [rule for rule, *_ in lines(plain)] == ["duplicate-id", "unknown-label"]


def test_the_marks_that_spark_leaves_in_a_folder_are_expected(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    before = list(validate(corpus))
    for table in ("claims", "documents"):
        (corpus / table / "_SUCCESS").touch()
        (corpus / table / "._SUCCESS.crc").write_bytes(b"crc")

    assert list(validate(corpus)) == before == []


@pytest.mark.parametrize("ending", [".json", ".ndjson", ".jsonl"])
def test_shards_may_be_named_as_other_tools_name_them(tmp_path: Path, ending: str) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)
    for shard in corpus.rglob("*.jsonl"):
        shard.rename(shard.with_suffix(ending))

    run = validate(corpus)

    assert list(run) == []
    assert run.summary.documents == corpora.DOCUMENTS


def test_faults_between_shards_are_exactly_those_and_where_they_are(tmp_path: Path) -> None:
    found = corpora.tables(documents=8)
    found["claims"].append(dict(found["claims"][0]))
    found["relations"][9]["target_id"] = f"{document_id(4)}-c009"
    found["claims"][13]["date"] = "2024-02-30"
    corpus = corpora.write(found, tmp_path, shards=4)

    findings = [(f.rule, Path(f.file).relative_to(corpus).as_posix(), f.line) for f in validate(corpus)]

    # In the order of the documents.
    assert findings == [
        ("duplicate-id", "claims/part-00003.jsonl", 9),
        ("impossible-date", "claims/part-00001.jsonl", 6),
        ("unknown-claim", "relations/part-00002.jsonl", 2),
    ]


@pytest.mark.parametrize("rule", IN_SHARDS)
def test_examples_of_rules_are_found_in_a_corpus_as_in_a_folder(rule: str, tmp_path: Path) -> None:
    records = lay_out(EXAMPLES / rule / "bad", tmp_path)
    corpus = corpora.as_corpus(records, tmp_path / "corpus")
    level = RULES[rule].level
    articles = sample.write_articles(tmp_path / "articles")
    article = articles / sample.SOURCE_FILE
    article.unlink()
    if sample.article_of(records).exists():
        shutil.copy(sample.article_of(records), article)

    found = list(validate(corpus, level=level, articles=articles))

    assert [(f.rule, f.record_id) for f in found] == [
        (f.rule, f.record_id) for f in validate(records, level=level)
    ]


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


@pytest.mark.parametrize("seed", range(24))
def test_layout_order_of_files_and_cut_change_no_finding(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    found: Tables = corpora.tables()
    for _ in range(dice.randint(1, 3)):
        dice.choice(CHANGES)(found[dice.choice(TABLES)], dice)
    one = corpora.write(found, tmp_path / "one", shards=1)
    many = corpora.write(found, tmp_path / "many", shards=3)

    findings = list(validate(one))

    assert together(one, dice=dice) == findings
    assert [(f.rule, f.record_id) for f in validate(many)] == [(f.rule, f.record_id) for f in findings]


def test_an_unreadable_speaker_withholds_what_depends_on_it_in_every_layout(tmp_path: Path) -> None:
    found = corpora.tables()
    found["speakers"] = [b'{"speaker_id": "cut', *found["speakers"][1:]]
    corpus = corpora.write(found, tmp_path)

    findings = list(validate(corpus))

    assert [finding.rule for finding in findings] == ["broken-json"]
    assert together(corpus, dice=random.Random(1)) == findings


def test_a_record_without_ids_changes_nothing_whatever_file_comes_first(tmp_path: Path) -> None:
    found = corpora.tables()
    del found["documents"][0]["document_id"]
    corpus = corpora.write(found, tmp_path, shards=1)
    claims, documents = (str(corpus / name / "part-00000.jsonl") for name in ("claims", "documents"))

    assert list(validate(claims, documents)) == list(validate(documents, claims))


def test_a_lone_surrogate_in_an_id_is_a_finding_of_its_record_alone(tmp_path: Path) -> None:
    found = corpora.tables()
    text = json.dumps(found["claims"][1]).replace(document_id(0), "paper-\\ud83d", 1)
    found["claims"][1] = text.encode()
    found["claims"][6]["kind"] = "evnt"
    corpus = corpora.write(found, tmp_path)

    assert {finding.rule for finding in validate(corpus)} == {"lone-surrogate", "unknown-label"}


@pytest.mark.parametrize("chunk_bytes", [300, 701, 5000])
def test_chunks_of_any_size_hold_the_same_documents(tmp_path: Path, chunk_bytes: int) -> None:
    found = corpora.tables()
    found["claims"].insert(2, b"")
    found["claims"].insert(5, b'{"claim_id": "' + b"x" * 70_000 + b'"}')
    corpus = corpora.write(found, tmp_path, shards=1)
    shards = [shard for shard in find_shards(corpus) if shard.table not in ("speakers", "contrasts")]
    files = [Part(s.table, s.name, s.path, end=s.size) for s in shards]

    def documents(size: int) -> list[Any]:
        index = DocumentIndex(None, files)
        index.fill(Serial(), size)
        # What is found valid on the way depends on which lines are looked at together.
        parts = [
            (d.document_id, part._replace(is_valid=False)) for d in index.documents() for part in d.parts
        ]
        index.close()
        return parts

    assert documents(chunk_bytes) == documents(1 << 20)


def test_the_order_of_findings_does_not_depend_on_who_checks(tmp_path: Path) -> None:
    found = corpora.tables()
    for rows in (found["claims"], found["segments"]):
        rows[0]["document_id"] = rows[-1]["document_id"]
        rows[5]["extra"] = 1
    corpus = corpora.write(found, tmp_path)

    alone = list(validate(corpus, executor=Serial()))
    with local_executor(1, large=0) as processes:
        assert list(validate(corpus, executor=processes)) == alone

    assert {finding.level for finding in alone} == {2, 3}


def test_articles_are_compared_where_they_are_available(tmp_path: Path) -> None:
    found = corpora.tables()
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / found["documents"][0]["source_file"]).write_text(
        sample.ARTICLE, encoding="utf-8", newline="\n"
    )
    for number, document in enumerate(found["documents"][1:]):
        document["source_file"] = f"absent-{number}.txt"
    found["segments"][1]["sha256"] = "0" * 64
    corpus = corpora.write(found, tmp_path / "corpus")

    run = validate(corpus, articles=articles)

    assert [finding.rule for finding in run] == ["segment-hash-mismatch"]
    assert run.summary.documents_with_source == 1
    [note] = run.summary.notes
    assert note.endswith("(and 1 more document whose article is not available)")


@pytest.mark.parametrize("others", [0, 1500], ids=["among few", "among many"])
def test_a_misspelt_speaker_is_reported_with_the_one_that_is_meant(tmp_path: Path, others: int) -> None:
    found = corpora.tables()
    found["speakers"].append({**found["speakers"][0], "speaker_id": "far-off-voice", "name": "Far Voice"})
    found["speakers"] += [
        {**found["speakers"][0], "speaker_id": f"other-{n:04d}-voice", "name": f"Other {n}"}
        for n in range(others)
    ]
    found["claims"][1]["speaker_id"] = "far-off-voices"
    findings = [f for f in validate(corpora.write(found, tmp_path)) if f.rule == "unknown-speaker"]
    assert [f.expected for f in findings] == ["far-off-voice"]


def test_unused_speakers_are_reported_where_nothing_else_is(tmp_path: Path) -> None:
    found = corpora.tables()
    found["speakers"].append({**found["speakers"][0], "speaker_id": "nobody-else", "name": "Nobody Else"})
    corpus = corpora.write(found, tmp_path)

    [finding] = validate(corpus)

    assert (finding.rule, Path(finding.file).name, finding.line) == ("unused-speaker", "part-00001.jsonl", 2)


def test_what_has_no_place_in_a_corpus_is_reported(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path)
    (corpus / "claims" / "part-00000.txt").write_text("{}")
    (corpus / "segmnts").mkdir()

    findings = [(f.rule, Path(f.file).relative_to(corpus).as_posix()) for f in validate(corpus)]

    assert findings == [("unknown-file", "claims/part-00000.txt"), ("unknown-file", "segmnts")]


def test_a_damaged_compressed_shard_is_one_finding(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path, compression="gzip")
    shard = corpus / "segments" / "part-00001.jsonl.gz"
    shard.write_bytes(shard.read_bytes()[:60])

    findings = list(validate(corpus))

    assert [(f.rule, Path(f.file).name) for f in findings] == [("unreadable-file", shard.name)]


def test_ids_are_unique_over_a_file_given_alone(tmp_path: Path) -> None:
    found = corpora.tables()
    found["claims"].append(found["claims"][0])
    path = corpora.write(found, tmp_path, shards=1) / "claims" / "part-00000.jsonl"

    run = validate(path, table="claims")

    assert [(f.rule, f.line) for f in run] == [("duplicate-id", 13)]
    assert run.summary.notes == ["cross-table rules, because only claims was given"]


@pytest.mark.parametrize(
    ("table", "row", "field", "wrong", "rule"),
    [
        pytest.param("annotations", 0, "claim_id", "PAPER-0-C001", "malformed-value", id="annotation"),
        pytest.param("claims", 0, "document_id", "Paper 0", "malformed-value", id="claim"),
        pytest.param("relations", 0, "source_id", "papre-0-c002", "unknown-claim", id="relation"),
    ],
)
def test_a_wrong_id_is_one_finding_and_makes_no_document_of_its_own(
    table: str, row: int, field: str, wrong: str, rule: str, tmp_path: Path
) -> None:
    found = corpora.tables()
    found[table][row][field] = wrong

    run = validate(corpora.write(found, tmp_path, shards=1))

    assert [finding.rule for finding in run] == [rule]
    assert run.summary.documents == corpora.DOCUMENTS


@pytest.mark.parametrize("shards", [1, 3])
def test_of_two_speakers_with_one_id_the_later_is_reported(shards: int, tmp_path: Path) -> None:
    found = corpora.tables()
    broken = {**found["speakers"][0], "type": "newspaper"}
    found["speakers"] = [broken, *found["speakers"]]
    # Under its own name, so that only the id is the same.
    found["speakers"][1]["name"] = "The Gazette of the Harbour"

    findings = [f.rule for f in validate(corpora.write(found, tmp_path, shards=shards))]

    assert findings == ["unknown-label", "duplicate-id"]


@pytest.mark.parametrize("shards", [1, 3])
def test_a_document_without_a_readable_id_may_be_the_one_that_others_lack(
    shards: int, tmp_path: Path
) -> None:
    found = corpora.tables()
    found["documents"][1]["document_id"] = 17

    findings = [f.rule for f in validate(corpora.write(found, tmp_path, shards=shards))]

    assert findings == ["wrong-type"]


def test_a_url_whose_package_is_missing_names_the_package() -> None:
    fsspec.register_implementation("lost", "no_such_package.System", errtxt="words of fsspec")
    with pytest.raises(UnusableInputError, match=r"lost:// needs the package no_such_package: pip install"):
        validate("lost://bucket/corpus")


def test_lines_that_are_damaged_after_the_first_pass_are_findings(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path, shards=1)
    shards = [shard for shard in find_shards(corpus) if shard.table != "speakers"]
    index = DocumentIndex(None, [Part(s.table, s.name, s.path, end=s.size) for s in shards])
    index.fill(Serial())
    documents = list(index.documents())
    index.close()
    claims = corpus / "claims" / "part-00000.jsonl"
    claims.write_bytes(claims.read_bytes().replace(b'{"', b'["'))

    checked = check_documents(documents, Given(3, tuple(TABLES)), tmp_path)

    assert all(part.is_valid for document in documents for part in document.parts)
    assert {finding.rule for finding in checked.findings} == {"broken-json"}
