"""The synthetic corpus for measurements: the same bytes in each run, and the faults that it states."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.corpus.documents import LEAST_CLAIMS, Contents, claims_of
from benchmarks.corpus.faults import COPIED, CROSS_SHARD, KINDS, CrossShard, Share
from benchmarks.corpus.records_folder import records_folder
from benchmarks.corpus.shards import TABLES, Corpus, Plan, corpus
from benchmarks.corpus.shuffled import shuffled
from benchmarks.performance.registry import records
from onrecord import validate
from onrecord.model import tables as schemas

SEED = 7
CLAIMS = 600
CONTENTS = Contents(CLAIMS, SEED)
CLEAN = Plan(CONTENTS, shards=3, has_articles=True)
FAULTY = Plan(CONTENTS, Share(0.03), shards=3)

Places = Counter[tuple[object, object, object]]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def bytes_of(made: Corpus) -> dict[str, bytes]:
    return {path.name + path.parent.name: path.read_bytes() for path in sorted(made.path.glob("*/*"))}


def found_in(made: Corpus, level: int = 3) -> Places:
    findings = validate(*sorted(made.path.glob("*/*")), level=level, articles=made.articles)
    return Counter(
        (str(Path(found.file).relative_to(made.path)), found.line, found.rule) for found in findings
    )


def stated_in(made: Corpus) -> Places:
    return Counter((fault["file"], fault["line"], fault["rule"]) for fault in made.faults)


def test_a_seed_gives_the_same_bytes_wherever_it_is_made(scratch: Path, tmp_path: Path) -> None:
    once, again = corpus(FAULTY, scratch), corpus(FAULTY, tmp_path)
    assert bytes_of(once) == bytes_of(again)
    assert once.faults == again.faults
    other = Plan(Contents(CLAIMS, SEED + 1), FAULTY.faults, shards=3)
    assert bytes_of(corpus(other, tmp_path)) != bytes_of(once)


def test_a_corpus_is_made_once(scratch: Path) -> None:
    made = corpus(CLEAN, scratch)
    marked = made.path / "claims" / "part-00000.jsonl"
    before = marked.stat().st_mtime_ns
    assert corpus(CLEAN, scratch) == made
    assert marked.stat().st_mtime_ns == before


def test_the_records_do_not_depend_on_the_shards(scratch: Path, tmp_path: Path) -> None:
    three, one = corpus(CLEAN, scratch), corpus(Plan(CONTENTS, shards=1, compression="gz"), tmp_path)
    for table in TABLES:
        together = b"".join(path.read_bytes() for path in sorted((three.path / table).iterdir()))
        [alone] = (one.path / table).iterdir()
        assert gzip.decompress(alone.read_bytes()) == together


def test_a_clean_corpus_has_no_findings(scratch: Path) -> None:
    made = corpus(CLEAN, scratch)
    assert not made.faults
    assert not found_in(made, level=4)
    assert made.records["claims"] == CLAIMS
    assert set(made.records) == set(schemas.TABLES) - schemas.STANDALONE_TABLES
    assert all(made.records.values())


def test_a_faulty_corpus_has_exactly_the_faults_it_states(scratch: Path) -> None:
    made = corpus(FAULTY, scratch)
    assert len(made.faults) == round(CLAIMS * 0.03)
    assert {fault["kind"] for fault in made.faults} == set(KINDS)
    assert found_in(made) == stated_in(made)


def test_three_faults_of_different_shards_are_exactly_three_findings(scratch: Path) -> None:
    made = corpus(Plan(CONTENTS, CrossShard(), shards=4), scratch)
    assert [fault["kind"] for fault in made.faults] == list(CROSS_SHARD)
    assert len({Path(str(fault["file"])).name for fault in made.faults}) == len(CROSS_SHARD)
    assert found_in(made) == stated_in(made)
    [copied] = [fault for fault in made.faults if fault["kind"] == COPIED]
    lines = (made.path / str(copied["file"])).read_bytes().splitlines()
    assert json.loads(lines[int(str(copied["line"])) - 1])["document_id"].endswith("-0000000")


def test_every_kind_of_claim_and_label_is_there(scratch: Path) -> None:
    made = corpus(CLEAN, scratch)
    lines = b"".join(path.read_bytes() for path in (made.path / "claims").iterdir()).splitlines()
    claims = [json.loads(line) for line in lines]
    for field in ("kind", "verifiability", "stated_on_basis"):
        assert {claim[field] for claim in claims} == set(schemas.label_names(field))
    assert any(len(claim["anchors"]) > 1 for claim in claims)
    assert any(claim["flags"] for claim in claims)
    assert any(not claim["text"].isascii() for claim in claims)


def values_of(folder: Path) -> Counter[tuple[str, str]]:
    return Counter(
        (table, json.dumps(json.loads(record), sort_keys=True)) for table, record in records(str(folder))
    )


def test_a_records_folder_has_the_records_of_the_corpus_and_no_findings(scratch: Path) -> None:
    folder = records_folder(CONTENTS, scratch)
    assert values_of(folder) == values_of(corpus(CLEAN, scratch).path)
    run = validate(folder, articles=corpus(CLEAN, scratch).articles)
    assert list(run) == []
    assert run.summary.documents_with_source == CONTENTS.documents
    assert records_folder(CONTENTS, scratch) == folder


def test_a_shuffled_corpus_has_the_same_records_in_another_order_and_no_findings(scratch: Path) -> None:
    made = corpus(CLEAN, scratch)
    folder = shuffled(made, SEED)
    assert values_of(folder) == values_of(made.path)
    orders = {table: documents_in(folder, table) for table in ("documents", "segments", "claims")}
    assert all(len(set(order)) == len(order) == CONTENTS.documents for order in orders.values())
    assert len({*map(tuple, orders.values()), tuple(documents_in(made.path, "claims"))}) == 4
    assert list(validate(folder, level=3)) == []


def documents_in(folder: Path, table: str) -> list[str]:
    """The documents of a table in their order, each once for every time that its lines begin."""
    named = [json.loads(line)["document_id"] for name, line in records(str(folder)) if name == table]
    return [one for one, before in zip(named, [None, *named[:-1]], strict=True) if one != before]


def test_a_large_document_has_ids_without_leading_zeros_and_no_findings(tmp_path: Path) -> None:
    made = corpus(Plan(Contents(1_200, SEED, 1_200, annotated=0), has_articles=True), tmp_path)
    claims = [json.loads(line) for table, line in records(str(made.path)) if table == "claims"]
    assert [claims[number]["claim_id"] for number in (0, -1)] == [
        "synthetic-0000000-c001",
        "synthetic-0000000-c1200",
    ]
    assert made.records["documents"] == 1
    assert made.records["annotations"] == 0
    assert not found_in(made, level=4)


@pytest.mark.parametrize(("claims", "per_document", "documents"), [(100, 20, 5), (110, 20, 5), (15, 20, 1)])
def test_documents_may_have_a_size(claims: int, per_document: int, documents: int) -> None:
    contents = Contents(claims, SEED, per_document)
    assert contents.documents == documents
    assert sum(contents.size(number) for number in range(documents)) == claims
    assert {contents.size(number) for number in range(documents - 1)} <= {per_document}


@pytest.mark.parametrize("documents", [1, 20, 21, 22, 1_000])
def test_so_many_documents_have_so_many_claims(documents: int) -> None:
    assert Contents(claims_of(documents), SEED).documents == documents


@pytest.mark.parametrize("claims", [LEAST_CLAIMS, 16, 49, 50, 524, 525, 526, 1_000, 12_345])
def test_a_corpus_has_as_many_claims_as_were_asked_for(claims: int) -> None:
    contents = Contents(claims, SEED)
    assert sum(contents.size(number) for number in range(contents.documents)) == claims
    assert all(contents.size(number) >= LEAST_CLAIMS for number in range(contents.documents))
    last = contents.document(contents.documents - 1)
    assert len(last.tables["claims"]) == contents.size(contents.documents - 1)


@pytest.mark.parametrize(("share", "claims"), [(0.5, CLAIMS), (0.1, 20)])
def test_more_faults_than_documents_are_refused(share: float, claims: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the share may be at most"):
        corpus(Plan(Contents(claims, SEED), Share(share)), tmp_path)
    assert not list(tmp_path.iterdir())
