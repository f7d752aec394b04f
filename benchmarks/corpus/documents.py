"""Make the records of one synthetic document from its number and the seed.

Decides how many claims a document has and what they say. The records are valid at levels 1 to 4. The
sentences are in `wording`, the speakers in `speakers`.
"""

import hashlib
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from benchmarks.corpus.article import Article
from benchmarks.corpus.speakers import People, Record, newspapers, place, speaker_id, type_and_name
from benchmarks.corpus.wording import HEADS, MONTHS, PATTERNS, SETTINGS, THINGS, Pattern

LEAST_CLAIMS = 15
_SIZES = tuple(LEAST_CLAIMS + 8 * number % 21 for number in range(21))
"""The number of claims of 21 consecutive documents; then the sizes repeat."""
_STARTS = tuple(accumulate(_SIZES, initial=0))
_FIRST_DAY = date(2031, 1, 1)
ANNOTATED = 10
"""One of every so many documents has annotations."""
_ANNOTATORS = ("annotator-1", "annotator-2")
_LABELS = ("layer", "verifiability", "evidence", "barriers", "kind", "mode", "setting", "speaker_id", "via")
_LABELS += ("stated_on", "about_time", "check_worthy")
_CANARY = "Synthetic records for measuring: 7f0e6c52-3a34-4f0a-9a51-2d6c1be0a9d4"


@dataclass(frozen=True, slots=True)
class Made:
    """One document: its article, and its records by table, in the order of the files."""

    article: str
    tables: dict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a corpus with `claims` claims. Corpora of the same seed start alike."""

    claims: int
    seed: int
    per_document: int = 0
    """Claims per document; 0 is from 15 to 35, as the number of the document has it."""
    annotated: int = ANNOTATED
    """One document in so many has annotations; 0 is none."""

    @property
    def name(self) -> str:
        """A name for files that differs where the contents differ."""
        size = f"-documents-of-{self.per_document}" if self.per_document else ""
        annotated = f"-annotated-{self.annotated}" if self.annotated != ANNOTATED else ""
        return f"claims-{self.claims}-seed-{self.seed}{size}{annotated}"

    @property
    def documents(self) -> int:
        """How many documents the claims make up."""
        if self.per_document:
            return max(1, self.claims // self.per_document)
        cycles, rest = divmod(self.claims, _STARTS[-1])
        return max(1, cycles * len(_SIZES) + bisect_right(_STARTS, rest) - 1)

    @property
    def speakers(self) -> int:
        """The number of speakers; each of them is referred to by at least one record."""
        return self.documents // 2 + 3

    def size(self, number: int) -> int:
        """The number of claims of a document; the last document takes the remainder."""
        last = self.documents - 1
        if self.per_document:
            return self.per_document if number < last else self.claims - last * self.per_document
        if number < last:
            return _SIZES[number % len(_SIZES)]
        cycles, rest = divmod(last, len(_SIZES))
        return self.claims - cycles * _STARTS[-1] - _STARTS[rest]

    def document(self, number: int) -> Made:
        """The records of the document with this number, from 0."""
        return _Writer(self, number).written()


def claims_of(documents: int) -> int:
    """How many claims so many documents of the usual sizes have."""
    cycles, rest = divmod(documents, len(_SIZES))
    return cycles * _STARTS[-1] + _STARTS[rest]


class _Writer:
    """Writes one article sentence by sentence, and the claims of each sentence."""

    def __init__(self, contents: Contents, number: int) -> None:
        self._contents, self._number = contents, number
        self._rng = random.Random(f"{contents.seed} {number}")
        self._id = f"synthetic-{number:07d}"
        self._day = _FIRST_DAY + timedelta(days=number % 1461)
        self._place = place(number)
        papers, people = newspapers(contents.speakers), People(contents.speakers)
        self._paper = papers[number % len(papers)]
        self._people = [
            people[2 * number % len(people)],
            people[(2 * number + 1) % len(people)],
            self._pick(people),
            self._pick(people),
        ]
        self._article = Article(self._id)
        self._claims: list[Record] = []
        self._said: Counter[tuple[int, str]] = Counter()
        self._relations: list[Record] = []

    def written(self) -> Made:
        """The document with all its tables."""
        size = self._contents.size(self._number)
        things, many = self._pick(THINGS), self._count()
        headline = f"{self._place} counts {many} {things}"
        self._article.add(
            headline, "headline", f"The headline: {things} and how many there are.", is_new=True
        )
        claim = f"In {self._place} there are {many} {things}."
        self._headline_claim(claim, len(headline))
        while len(self._claims) < size:
            self._statement(size - len(self._claims))
        if self._number % 7 == 0:
            self._article.add(headline, "fragment", "The headline once more.", is_new=True)
        self._article.add(f"Photograph {self._number}", "credit", None, is_new=True)
        article = self._article.text
        return Made(
            article,
            {
                "documents": [self._document(article)],
                "segments": self._article.segments,
                "claims": self._claims,
                "relations": self._relations,
                "annotations": list(self._annotations()),
            },
        )

    def _statement(self, left: int) -> None:
        """One sentence with up to three claims: the utterance, the proposition and a belief."""
        rng = self._rng.random
        pattern = PATTERNS[int(rng() * len(PATTERNS))]
        voice = int(rng() * len(HEADS))
        speaker = self._people[len(self._article.segments) % len(self._people)]
        name = type_and_name(speaker)[1]
        words = {
            "who": name,
            "place": self._place,
            "paper": type_and_name(self._paper)[1].removeprefix("The "),
            "n": self._count(),
            "things": self._pick(THINGS),
            "month": self._pick(MONTHS),
            "past": str(self._day.year - 1),
        }
        head, said = HEADS[voice].format(**words), pattern.said.format(**words)
        role = "lead" if len(self._article.segments) == 1 else "body"
        is_new = role == "lead" or rng() < 0.4
        start = self._article.add(f"{head} {said}.", role, pattern.gloss.format(**words), is_new=is_new)
        head_span = (start, start + len(head.rstrip(",")))
        said_span = (start + len(head) + 1, start + len(head) + 1 + len(said.rstrip("”")))
        stated, basis = self._stated()
        first = len(self._claims) + 1
        if left > 1:
            day = f"{self._day.day} {MONTHS[self._day.month - 1]} {self._day.year}"
            self._claim(
                f"{name} spoke about {words['things']} before the {words['paper']} of {day} came out.",
                [head_span],
                self._paper,
                mode="narration",
                setting="article",
                stated_on=self._day.isoformat(),
                stated_on_basis="explicit",
                about_time=stated,
                **_labels("utterance", ("recording", "reporting"), ()),
            )
            self._relate(first, first + 1, "reports")
        self._proposition(pattern, words, speaker, [said_span], SETTINGS[voice], stated, basis)
        if left > 2 and rng() < 0.3:
            whole = [head_span, said_span] if said_span[0] > head_span[1] else [said_span]
            self._claim(
                f"{name} knows the {words['things']} of {self._place} well.",
                whole,
                speaker,
                via=[speaker_id(self._paper)],
                setting=SETTINGS[voice],
                stated_on=stated,
                stated_on_basis=basis,
                about_time=None,
                **_labels("mental_state", (), ("mental_state",)),
            )
            self._relate(len(self._claims), len(self._claims) - 1, "elaborates")

    def _proposition(
        self,
        pattern: Pattern,
        words: dict[str, str],
        speaker: int,
        spans: Sequence[tuple[int, int]],
        setting: str,
        stated: str,
        basis: str,
    ) -> None:
        flags, note = [], None
        if self._rng.random() < 0.12:
            flags = ["unclear_time"]
            note = f"The source leaves open in which week of {words['month']} it was."
        self._claim(
            pattern.claim.format(**words),
            spans,
            speaker,
            mode="mixed_quote" if "“" in pattern.said else "indirect_speech",
            setting=setting,
            stated_on=stated,
            stated_on_basis=basis,
            about_time=pattern.about(self._day.year),
            flags=flags,
            note=note,
            **_labels(pattern.kind, pattern.evidence, pattern.barriers),
        )

    def _headline_claim(self, text: str, end: int) -> None:
        self._claim(
            text,
            [(0, end)],
            self._paper,
            mode="narration",
            setting="article",
            stated_on=self._day.isoformat(),
            stated_on_basis="explicit",
            about_time=str(self._day.year),
            **_labels("quantity", ("statistics",), ()),
        )

    def _claim(self, text: str, spans: Sequence[tuple[int, int]], speaker: int, **fields: object) -> None:
        segment_id = self._article.segments[-1]["segment_id"]
        self._said[speaker, text] += 1
        if (times := self._said[speaker, text]) > 1:
            # Two claims of one speaker with the same text would need a relation.
            text = f"{text[:-1]} (item {times})."
        usual: Record = {
            "claim_id": self._claim_id(len(self._claims) + 1),
            "document_id": self._id,
            "text": text,
            "layer": "attribution" if fields["kind"] == "utterance" else "content",
            "segment_id": segment_id,
            "anchors": [{"segment_id": segment_id, "start": start, "end": end} for start, end in spans],
            "speaker_id": speaker_id(speaker),
            "speaker_alternatives": [],
            "via": [],
            "mode": "indirect_speech",
            "setting": "unspecified",
            "date": self._day.isoformat(),
            "stated_on": None,
            "stated_on_basis": None,
            "stated_on_alternatives": [],
            "about_time": None,
            "kind": None,
            "verifiability": None,
            "evidence": [],
            "barriers": [],
            "check_worthy": None,
            "flags": [],
            "phenomena": [],
            "note": None,
        }
        self._claims.append({**usual, **fields})

    def _relate(self, source: int, target: int, kind: str) -> None:
        ids = {"source_id": self._claim_id(source), "target_id": self._claim_id(target)}
        self._relations.append({**ids, "type": kind})

    def _stated(self) -> tuple[str, str]:
        """The date of an utterance and the basis of that date."""
        chance = self._rng.random()
        if chance < 0.1:
            return f"../{self._day}", "undated"
        if chance < 0.2:
            return f"{self._day - timedelta(days=8)}/{self._day - timedelta(days=2)}", "inferred"
        return (self._day - timedelta(days=int(chance * 4))).isoformat(), "resolved"

    def _annotations(self) -> Iterator[Record]:
        one_in = self._contents.annotated
        for annotator in _ANNOTATORS if one_in and self._number % one_in == 0 else ():
            for claim in self._claims:
                found = {
                    "annotator_id": annotator,
                    "claim_id": claim["claim_id"],
                    "found": self._rng.random() < 0.7,
                }
                yield {**found, **{name: claim[name] for name in _LABELS}}

    def _document(self, article: str) -> Record:
        return {
            "document_id": self._id,
            "title": f"Figures from {self._place}, number {self._number}",
            "publisher": type_and_name(self._paper)[1],
            "url": f"https://news.example/{self._day:%Y/%m}/{self._number}",
            "date": self._day.isoformat(),
            "language": "en",
            "source_file": f"{self._id}.txt",
            "length": len(article),
            "sha256": hashlib.sha256(article.encode()).hexdigest(),
            "text_origin": "original",
            "text_included": False,
            "licence": None,
            "split": "test",
            "quality": "Made by a program, for measuring speed.",
            "withdrawn": [],
            "canary": _CANARY,
        }

    def _claim_id(self, number: int) -> str:
        return f"{self._id}-c{number:03d}"

    def _count(self) -> str:
        return f"{2 + int(self._rng.random() ** 3 * 99_000):,}"

    def _pick(self, values: Sequence[Any]) -> Any:
        # `random()` gives the same numbers in every version of Python; `choice` may not.
        return values[int(self._rng.random() * len(values))]


def _labels(kind: str, evidence: tuple[str, ...], barriers: tuple[str, ...]) -> Record:
    label = "unverifiable"
    if evidence:
        label = "partially_verifiable" if barriers else "verifiable"
    return {
        "kind": kind,
        "verifiability": label,
        "evidence": list(evidence),
        "barriers": list(barriers),
        "check_worthy": kind != "state",
    }
