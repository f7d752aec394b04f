"""Readers of other projects find in our exports the words that each claim rests on, and the labels it has.

Run by `make test-clients`, in an environment of its own. The exports are those in exchange/, which a test of
the package keeps up to date; the text has letters beyond the first plane, joined emoji and combining marks.
"""

import json
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("label_studio_sdk", reason="needs other projects' readers: make test-clients")

with warnings.catch_warnings():
    # What the readers of other projects warn of is their own affair, here and in the tests.
    warnings.simplefilter("ignore")
    import bratly.io
    import conllu
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

pytestmark = pytest.mark.filterwarnings("ignore")

HERE = Path(__file__).parent
EXPORTS = HERE / "exchange"
DOCUMENT = "quay-2024-05-06"
TEXT = (EXPORTS / "brat" / f"{DOCUMENT}.txt").read_bytes().decode("utf-8")
WORDS = {
    1: ["choir 𝄞 wins", "𝒬 prize", "𝔘nity won"],
    2: ["Zoe\u0308 Lind 🙏🏽 said on Monday"],
    3: ["the choir 👩\u200d👩\u200d👧 had sung eleven times"],
    4: ["Nous e\u0301tions नमस्ते 🎶 together"],
    5: ["e\u0301tions नमस्ते", "𝔘nity won"],
}
"""The words that each claim rests on, by its number."""


def number_of(claim_id: str) -> int:
    return int(claim_id.rpartition("-c")[2])


def test_bratly_finds_the_words_of_each_claim() -> None:
    file = EXPORTS / "brat" / f"{DOCUMENT}.ann"
    read = bratly.io.read_and_load_ann_file(
        str(file), renumerotize=False, sorting=False, no_duplicates=False, grammar_check=True
    )
    found: dict[str, list[str]] = {}
    claims: dict[str, str] = {}
    relations = 0
    for one in read.annotations:
        if type(one).__name__ == "EntityAnnotation":
            found[one.id] = [TEXT[part.start : part.end] for part in one.fragments]
            assert one.content == " ".join(found[one.id])
        elif type(one).__name__ == "NoteAnnotation" and one.label == "claim_id":
            claims[one.component.id] = one.value
        relations += type(one).__name__ == "RelationAnnotation"
    assert {number_of(claims[name]): words for name, words in found.items()} == WORDS
    assert relations == 2


def test_conllu_reads_columns_and_sentences() -> None:
    text = (EXPORTS / "conll" / f"{DOCUMENT}.conllup").read_text(encoding="utf-8")
    spans: dict[int, list[list[int]]] = {}
    for sentence in conllu.parse(text):
        for token in sentence:
            start, end = int(token["start"]), int(token["end"])
            assert TEXT[start:end] == token["form"]
            for mark in (token["claims"] or "_").split("|"):
                name, _, place = mark.partition(":")
                if place == "B":
                    spans.setdefault(int(name[1:]), []).append([start, end])
                elif place == "I":
                    spans[int(name[1:])][-1][1] = end
    assert {number: [TEXT[start:end] for start, end in own] for number, own in spans.items()} == WORDS


@pytest.fixture(scope="module")
def tasks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((EXPORTS / "label-studio" / "tasks.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def config() -> str:
    return (EXPORTS / "label-studio" / "config.xml").read_text(encoding="utf-8")


def test_label_studio_takes_the_configuration_and_every_prediction(
    config: str, tasks: list[dict[str, Any]]
) -> None:
    interface = LabelInterface(config)
    interface.validate()
    for task in tasks:
        for prediction in task["predictions"]:
            assert not interface.validate_prediction(prediction, return_errors=True)


def test_label_studio_converts_the_words_and_labels_of_each_claim(
    config: str, tasks: list[dict[str, Any]], tmp_path: Path
) -> None:
    submitted = [
        {"id": number, "data": task["data"], "annotations": [{"id": number, **task["predictions"][0]}]}
        for number, task in enumerate(tasks, 1)
    ]
    file = tmp_path / "export.json"
    file.write_text(json.dumps(submitted), encoding="utf-8")

    Converter(config, str(tmp_path)).convert_to_json_min(str(file), str(tmp_path), is_dir=False)

    rows = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    found = {number_of(row["claim_id"]): row for row in rows}
    assert {
        number: [TEXT[one["start"] : one["end"]] for one in row["anchor"]] for number, row in found.items()
    } == WORDS
    assert found[4]["barriers"] == {"choices": ["value_judgement", "vague"]}
    assert (found[4]["evidence"], found[4]["check_worthy"], found[4]["about_time"]) == (
        "none",
        "false",
        "null",
    )
    assert found[4]["via"] == "zoe-lind, city-press-office"


def test_apache_annotator_finds_the_words_by_position_and_by_quotation() -> None:
    page = json.loads((EXPORTS / "web-annotation" / f"{DOCUMENT}.jsonld").read_text(encoding="utf-8"))
    claims = [one for one in page["items"] if one["motivation"] == "tagging"]
    selectors = [
        (number_of(one["id"]), target["selector"][kind])
        for kind in (0, 1)
        for one in claims
        for target in one["target"]
    ]
    asked = json.dumps({"text": TEXT, "selectors": [selector for _, selector in selectors]})
    command = ["node", str(HERE / "web_annotation_quotes.js")]

    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    found: dict[int, list[str]] = {}
    for (number, _), words in zip(selectors, json.loads(done.stdout), strict=True):
        # Once each: the quotations are unique with what is around them.
        assert len(words) == 1
        found.setdefault(number, []).extend(words)
    assert found == {number: [*words, *words] for number, words in WORDS.items()}
