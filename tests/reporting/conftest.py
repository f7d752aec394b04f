"""Records to report on: good ones, and some with three errors."""

from pathlib import Path

import pytest

from tests.helpers.reports import CLAIMS
from tests.helpers.sample import DOCUMENT_ID, edit, write_sample


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample's records, in the working directory as a CI job has them."""
    write_sample(tmp_path / "repo")
    monkeypatch.chdir(tmp_path / "repo")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return Path("records")


@pytest.fixture
def broken(records: Path) -> Path:
    """Three errors: a misspelt label, a relay that is the speaker, and an unexpected file."""
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="indirect_speach"))
    edit(records / CLAIMS, lambda rows: rows[3].update(via=["ada-lind", "city-press-office"]))
    (records / DOCUMENT_ID / "notes,1:%.txt").write_text("Ask the mayor.\n")
    return records
