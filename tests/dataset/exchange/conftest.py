"""Records to export: the quay with its text, the harbour without, and both together."""

from pathlib import Path

import pytest

from tests.helpers import exchange_sample as quay
from tests.helpers import sample
from tests.helpers.exchange_sample import DOCUMENT_ID


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Records of the quay, its text included."""
    return quay.write_exchange_sample(tmp_path)


@pytest.fixture
def two_documents(sample_records: Path, tmp_path: Path) -> Path:
    """The records of the harbour with the quay among them."""
    other = quay.write_exchange_sample(tmp_path / "other")
    (other / DOCUMENT_ID).rename(sample_records / DOCUMENT_ID)
    speakers = [folder / "speakers.jsonl" for folder in (sample_records, other)]
    lines = [line for file in speakers for line in file.read_text("utf-8").splitlines(keepends=True)]
    speakers[0].write_text("".join(dict.fromkeys(lines)), encoding="utf-8")
    return sample_records


@pytest.fixture
def harbour(sample_records: Path) -> Path:
    """Records whose text is not included; it is next to them all the same."""
    (sample_records / sample.DOCUMENT_ID / "article.txt").rename(sample_records.parent / sample.SOURCE_FILE)
    return sample_records
