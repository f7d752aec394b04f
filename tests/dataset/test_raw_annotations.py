"""What annotators were given and what they answered stays as it came, byte for byte."""

import hashlib
from pathlib import Path

RAW = Path("records") / "cbs-2024-02-14" / "annotations" / "raw"
DIGESTS = {
    "extraction/guidelines.md": "1179679a82780f61e00221ae174e69b418f539266dc03972de5725ebb6029a30",
    "extraction/llm-1.jsonl": "33db17d08030aeb4f7dfc9cb220dfa0998b751f9af3ffafe36928d76d3412260",
    "extraction/llm-2.jsonl": "bd74ef6c49a9e4011794ec6cd6ca25f214ad47b1368595a62bae7da770ca1665",
    "extraction/llm-3.jsonl": "695e852665276c449a7b5d6b38c0fb85eccaf95757f662801b18f10b84476459",
    "extraction/output-format.md": "cfc34a067a3dcab34646ce550bd008c9c8e0a3c139458764113239c6e7f7cf02",
    "extraction/prompt.md": "bb75332b6609247f600c48ef8a11396ef29fb88edb3d4f7bd94a60da373a2356",
    "labelling/claims-as-given.md": "f87f2be9dc60edf0ed72911a62f585d61c51f5b284190000a960380e7c6eca48",
    "labelling/guidelines.md": "7b6d44f8f65f990933f3c12e29b2348392985934068e926833df0de2bce76598",
    "labelling/llm-1.jsonl": "67626775195fb3900909579511148d2a36f5c3bfde06ab429d5e958924c1b0b1",
    "labelling/llm-2.jsonl": "a3c5dc007af08bd4e44d6cbb18ea120f5ddd353fde97f47ece7eed734a16d8c1",
    "labelling/llm-3.jsonl": "7bb832a5662c0dbaa72a6debde28ec72c788248bb630a223026ca5ac47610922",
    "labelling/output-format.md": "ea1d1995c8a971fd4712dec6f821a5886056f52ab19bf88b370ec3c2ff7029cb",
    "labelling/prompt.md": "93d3b04dcbab28e16577cf2bc429009e750f47b10d4c395cc2eeafc341c83219",
}
"""SHA-256 of each file. There is no reason to change a line here: a new round has files of its own."""


def test_no_raw_file_was_edited_lost_or_added(root: Path) -> None:
    found = {
        file.relative_to(root / RAW).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (root / RAW).rglob("*")
        if file.is_file() and file.name != "extraction_matches.jsonl"
    }
    assert found == DIGESTS
