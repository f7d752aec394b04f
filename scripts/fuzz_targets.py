"""Damaged records for `scripts.fuzz`, in every layout, and what must hold of the answers.

Built tables and predictions are in `fuzz_tables`. Each target keeps a valid input in a folder, damages one
file of it, asks OnRecord in every way that must give the same answer, and puts the file back. A difference
raises Disagreement.
"""

import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onrecord
from onrecord.exceptions import InvalidRecords, OnRecordError
from onrecord.execution.executor import Serial
from onrecord.model.findings import Finding
from onrecord.reading.layouts import table_by_name
from onrecord.validation.validate import validate
from scripts.mutants import Dice, mutated_bytes, mutated_json
from tests.helpers import corpora, sample

ON_FOLDERS = frozenset(
    {"missing-file", "unknown-file", "unreadable-file", "folder-name-mismatch", "annotator-file-mismatch"}
)
"""Rules about folders and file names: where one is broken, layouts need not agree."""

NOT_IN_ALL = frozenset({"undecided-label", "overlong-line"})
"""Only a folder knows that it has no adjudications, and only a document in a file of its own is longer than a
line may be: findings of these rules are not compared."""

_MOST_FINDINGS = 10_000
"""Findings that are kept: a few flipped bits make millions of lines of a compressed shard."""

_BUILT_EVERY = 8
"""One in so many mutants of records is also built."""


class Disagreement(Exception):
    """Two ways to the same records gave different answers."""


class Target(ABC):
    """One kind of input."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = sample.write_articles(folder / "articles")
        self.what = ""
        """What was changed for the last mutant."""
        self.findings = 0
        """Findings about the last mutant."""

    def try_mutant(self, dice: Dice) -> None:
        """Damage the input, ask, and put it back. Raises Disagreement, or what OnRecord raises."""
        self.findings = 0
        self._try(dice)

    @abstractmethod
    def _try(self, dice: Dice) -> None:
        """What `try_mutant` does; `what` and `findings` say what was done and found."""

    def validated(self, *paths: Path, **options: Any) -> list[Finding]:
        """All findings, in this process."""
        run = validate(
            *paths, executor=Serial(), articles=self.articles, max_findings=_MOST_FINDINGS, **options
        )
        found = list(run.summary.at_most(_MOST_FINDINGS, run))
        self.findings = len(found)
        return found


@contextmanager
def _changed(path: Path, content: bytes) -> Iterator[None]:
    """A file with another content for the length of a block."""
    original = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(original)


def _rows_of(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    return [json.loads(text)] if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def _damaged(path: Path, dice: Dice) -> tuple[bytes, str, bool]:
    """The content of a file of records, damaged; what was done; whether it is still one JSON per line."""
    if dice.random() < 0.5:
        content, what = mutated_bytes(path.read_bytes(), dice)
        return content, f"bytes of {path.name}: {what}", False
    lines, what = mutated_json(_rows_of(path), dice)
    return b"".join(line + b"\n" for line in lines), f"records of {path.name}: {what}", True


def agree(what: str, left: Iterable[Any], right: Iterable[Any]) -> None:
    """Raise Disagreement where two multisets differ."""
    here, there = sorted(map(repr, left)), sorted(map(repr, right))
    if here != there:
        only = [one for one in here if here.count(one) > there.count(one)]
        other = [one for one in there if there.count(one) > here.count(one)]
        raise Disagreement(f"{what}: only the first has {only[:6]}, only the second {other[:6]}")


def brief(findings: Iterable[Finding]) -> list[tuple[str, str | None]]:
    """Rule and record, which layouts must agree on."""
    return [(finding.rule, finding.record_id) for finding in findings if finding.rule not in NOT_IN_ALL]


def exact(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """All but the name of the file, whose folder and ending differ."""
    return [
        (f.rule, f.line, f.record_id, f.path, f.message, f.expected, Path(f.file).name.split(".")[0])
        for f in findings
    ]


def _has_no_document(file: str | Path) -> bool:
    """Whether the records of a file name their document only by the ids of claims."""
    return Path(file).stem in ("relations", "annotator-1")


def _names_another(file: Path, content: bytes) -> bool:
    """Whether such a record may have been given to another document, which a folder does not do."""
    return _has_no_document(file) and b'"other-2020' in content


def _is_valid(findings: Iterable[Finding]) -> bool:
    return all(finding.severity != "error" for finding in findings)


class _Records(Target):
    """A records folder with every file that it may hold."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.records = sample.write_sample(folder / "checkout")
        self.files = sorted(self.records.rglob("*.json*"))


class SingleFile(_Records):
    """One file of a records folder, alone and from its first line as standard input would give it."""

    name = "single file"

    def _try(self, dice: Dice) -> None:
        path = dice.choice(self.files)
        content, self.what, _ = _damaged(path, dice)
        with _changed(path, content):
            table = table_by_name(path)
            found = self.validated(path)
            lower = self.validated(path, table=table, level=dice.randint(1, 2))
            self.findings = len(found)
        if not {f.rule for f in lower} <= {f.rule for f in found}:
            raise Disagreement(f"a lower level found {brief(lower)}, the highest {brief(found)}")


class OneDocument(_Records):
    """The folder of one document."""

    name = "one document"

    def _try(self, dice: Dice) -> None:
        path = dice.choice([file for file in self.files if file.parent != self.records])
        content, self.what, _ = _damaged(path, dice)
        with _changed(path, content):
            self.validated(self.records / sample.DOCUMENT_ID)


class RecordsFolder(_Records):
    """A records folder; what it builds is valid, and it builds where nothing is wrong with it."""

    name = "records folder"

    def _try(self, dice: Dice) -> None:
        path = dice.choice(self.files)
        content, self.what, _ = _damaged(path, dice)
        with _changed(path, content):
            found = self.validated(self.records)
            if dice.randrange(_BUILT_EVERY) == 0:
                _build(self.records, self.folder / "data", found, self)


def _build(source: Path, out: Path, found: Sequence[Finding], target: Target) -> None:
    try:
        onrecord.build(source, out, executor=Serial(), articles=target.articles)
    except InvalidRecords as error:
        agree("validate and build", brief(found), brief(error.findings))
    except OnRecordError as error:
        if _is_valid(found):
            raise Disagreement(f"valid records were not built: {error}") from error
    else:
        if not _is_valid(found):
            raise Disagreement(f"invalid records were built: {brief(found)}")
        if wrong := list(validate(out, executor=Serial(), articles=target.articles)):
            raise Disagreement(f"the built tables have findings: {brief(wrong)}")
    finally:
        shutil.rmtree(out, ignore_errors=True)


class Layouts(Target):
    """The same records as a folder, as files given together in any order, and as a corpus."""

    name = "layouts"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.records = sample.write_sample(folder / "checkout")
        sample.take_out_annotators(self.records)
        document = self.records / sample.DOCUMENT_ID
        annotations = document / "annotations" / "annotator-1.jsonl"
        annotations.parent.mkdir()
        rows = sample.annotations()
        # The labels of the claims, so that nothing has to be adjudicated.
        rows[3]["kind"] = sample.claims()[3]["kind"]
        annotations.write_text(sample.as_text(annotations, rows), encoding="utf-8")
        # dataset.json belongs to a folder or a corpus; it is no file of a table.
        self.files = sorted(set(self.records.rglob("*.json*")) - {self.records / "dataset.json"})
        self.corpus = corpora.as_corpus(self.records, folder / "corpus")

    def _try(self, dice: Dice) -> None:
        path = dice.choice(self.files)
        content, self.what, is_json = _damaged(path, dice)
        is_record = path.suffix == ".json"
        # In a corpus a document is one line, neither more nor less.
        has_corpus = not is_record or (is_json and 1 < len(content) < 60_000 and content.count(b"\n") == 1)
        table = {"document": "documents", "annotator-1": "annotations"}.get(path.stem, path.stem)
        [shard] = (self.corpus / table).iterdir()
        with _changed(path, content), _changed(shard, content if has_corpus else shard.read_bytes()):
            folder = self.validated(self.records)
            shuffled = dice.sample(self.files, len(self.files))
            agree("two orders of files", *(exact(self.validated(*f)) for f in (self.files, shuffled)))
            # The name of a folder says which document it holds; files have only the document's own id.
            name = json.dumps({"document_id": sample.DOCUMENT_ID})[1:-1].encode()
            is_named = name in content if is_record else not _names_another(path, content)
            if not is_named or any(finding.rule in ON_FOLDERS for finding in folder):
                return
            files = self.validated(*self.files)
            if any(
                finding.rule == "unknown-document" and _has_no_document(finding.file) for finding in files
            ):
                return
            agree("a folder and its files", brief(folder), brief(files))
            if has_corpus:
                agree("a folder and a corpus", brief(folder), brief(self.validated(self.corpus)))


class Corpus(Target):
    """A corpus of several documents: plain, compressed, and cut into shards elsewhere."""

    name = "corpus"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.tables = corpora.tables(2)
        self.plain = corpora.write(self.tables, folder / "plain", shards=1)

    def _try(self, dice: Dice) -> None:
        shard = dice.choice(sorted(self.plain.glob("*/*")))
        content, what, is_json = _damaged(shard, dice)
        self.what = f"{shard.parent.name}, {what}"
        with _changed(shard, content):
            found = self.validated(self.plain)
            for compression in ("gzip", "zstd"):
                with self._copy() as compressed:
                    for path in sorted(compressed.glob("*/*")):
                        corpora.write_shard(path, path.read_bytes(), compression)
                        path.unlink()
                    agree(f"plain and {compression}", exact(found), exact(self.validated(compressed)))
            if is_json:
                with self._copy() as several:
                    _cut_in_two(several / shard.parent.name / shard.name, dice)
                    agree("one shard and two", brief(found), brief(self.validated(several)))
            if dice.randrange(_BUILT_EVERY) == 0:
                _build(self.plain, self.folder / "data", found, self)

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        copy = self.folder / "copy"
        shutil.copytree(self.plain, copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)


def _cut_in_two(shard: Path, dice: Dice) -> None:
    lines = shard.read_bytes().splitlines(keepends=True)
    if len(lines) > 1:
        place = dice.randrange(1, len(lines))
        shard.write_bytes(b"".join(lines[:place]))
        shard.with_name("part-00001.jsonl").write_bytes(b"".join(lines[place:]))


class CompressedBytes(Target):
    """A compressed corpus with damage in the compressed bytes."""

    name = "compressed bytes"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.corpora = [
            corpora.write(corpora.tables(2), folder / kind, shards=1, compression=kind)
            for kind in ("gzip", "zstd")
        ]

    def _try(self, dice: Dice) -> None:
        corpus = dice.choice(self.corpora)
        shard = dice.choice(sorted(corpus.glob("*/*")))
        content, what = mutated_bytes(shard.read_bytes(), dice)
        self.what = f"{shard.parent.name}/{shard.name}: {what}"
        with _changed(shard, content):
            self.validated(corpus)
