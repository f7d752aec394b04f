"""Shared by all tests: no network, a cache that no other run has seen, the article where it is available."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import onrecord
from scripts.browser import CHROMIUM, FLAGS
from scripts.one_document import one_document
from tests.helpers.sample import write_sample
from tests.helpers.splits import write_splits

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Read by `datasets` when it is imported, so they are set before any test module is.
_CACHE = tempfile.TemporaryDirectory(prefix="onrecord-tests-")
os.environ.update(HF_HOME=_CACHE.name, HF_HUB_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1")

# Read by NumPy's linear algebra when it is loaded, here and in processes that tests start. The arrays of
# tests are small: a second thread would only wait for the first, and wait in a loop that takes a whole core.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Most tests have an article of their own, next to their records, and the folder named here would come first.
# Processes of pytest-xdist get the other name.
_ARTICLES = "ONRECORD_TESTS_ARTICLES"
if "ONRECORD_ARTICLES" in os.environ:
    os.environ[_ARTICLES] = os.environ.pop("ONRECORD_ARTICLES")

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = "ONRECORD_REQUIRE_ARTICLE"
BROWSER_REQUIRED = "ONRECORD_REQUIRE_BROWSER"


def pytest_unconfigure() -> None:
    _CACHE.cleanup()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def articles() -> Path:
    """The folder of texts that are not in the repository, $ONRECORD_ARTICLES; it need not be there."""
    return Path(os.environ.get(_ARTICLES) or ROOT / "articles")


@pytest.fixture(scope="session")
def article_path(articles: Path) -> Path:
    """The file of the first article: the test is skipped without it, and fails where it is required."""
    path = articles / "cbs-2024-02-14.txt"
    if not path.is_file():
        message = f"the article is not at {path}; ONRECORD_ARTICLES names its folder"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{message}, and {REQUIRED}=1")
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def article_text(article_path: Path) -> str:
    """The text of the first article."""
    return article_path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, started once: tests are skipped without it, and fail where it is required."""
    if not CHROMIUM:
        message = "chromium is not on the PATH"
        if os.environ.get(BROWSER_REQUIRED) == "1":
            pytest.fail(f"{message}, and {BROWSER_REQUIRED}=1")
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def shipped_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped tables."""
    return onrecord.page(tmp_path_factory.mktemp("page") / "onrecord.html").out


@pytest.fixture(scope="session")
def article_records(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped records of the first article alone."""
    return one_document(root / "records", "cbs-2024-02-14", tmp_path_factory.mktemp("article") / "records")


@pytest.fixture(scope="session")
def article_page(article_records: Path) -> Path:
    """The page of the first article's tables."""
    data = article_records.with_name("data")
    onrecord.build(article_records, data)
    return onrecord.page(data.with_name("article.html"), data).out


@pytest.fixture
def sample_records(tmp_path: Path) -> Path:
    """The records/ folder of the sample, with its article where `validate` looks for it."""
    return write_sample(tmp_path / "checkout")


@pytest.fixture(scope="session")
def _sample_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = tmp_path_factory.mktemp("sample") / "checkout"
    onrecord.build(write_sample(checkout), checkout / "data")
    return checkout / "data"


@pytest.fixture
def sample_data(sample_records: Path, _sample_tables: Path) -> Path:
    """The built tables of the sample, next to its records."""
    return Path(shutil.copytree(_sample_tables, sample_records.with_name("data")))


@pytest.fixture(scope="session")
def splits_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built tables of a small dataset with a document in each split."""
    folder = tmp_path_factory.mktemp("splits")
    onrecord.build(write_splits(folder), folder / "data")
    return folder / "data"
