"""The shipped files: one version everywhere, locks without addresses, and a wheel that works by itself."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

import onrecord
from onrecord.dataset.manifest import MANIFEST, file_digest, read_manifest
from scripts import installation, manifest, versions
from scripts.wheel.files import LARGEST, records_size

RELEASES = ("2.21", "3.6", "4.0")
"""The releases of `datasets` that `make test-compat` tries."""
COMPAT = ("compat-core", "compat-lowest", *(f"compat-datasets-{release}" for release in RELEASES))
LOCKS = ("run", "dev", "core", "wheel", "harness", "clients")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of the files that show the version."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in ("pyproject.toml", *manifest.shipped(root)):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, copy / name)
    return copy


def installed_program(program: str) -> str:
    """The path of a program in the environment of the tests."""
    return str(Path(sysconfig.get_path("scripts")) / program)


def locked(root: Path, name: str) -> list[str]:
    lines = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.removesuffix(" \\") for line in lines if re.match(r"[a-z0-9]", line)]


def test_the_version_is_the_same_everywhere(root: Path, project: dict[str, Any]) -> None:
    assert versions.disagreements(root) == []
    assert (
        versions.stated(root) == project["project"]["version"] == version("onrecord") == onrecord.__version__
    )


@pytest.mark.parametrize("place", versions.PLACES, ids=lambda place: place.file)
def test_a_place_that_shows_another_version_is_named(checkout: Path, place: versions.Place) -> None:
    file = checkout / place.file
    text = file.read_text(encoding="utf-8")
    found = re.search(place.pattern, text, re.MULTILINE)
    assert found is not None
    file.write_text(text[: found.start(1)] + "0.0.9" + text[found.end(1) :], encoding="utf-8")
    (disagreement,) = versions.disagreements(checkout)
    assert disagreement.startswith(f"{place.file} shows 0.0.9")


def test_a_new_version_takes_one_line_an_entry_and_a_build(checkout: Path) -> None:
    project, changelog = checkout / "pyproject.toml", checkout / "CHANGELOG.md"
    text = project.read_text(encoding="utf-8")
    project.write_text(
        re.sub(r'^version = ".+"$', 'version = "9.9.9"', text, flags=re.MULTILINE), encoding="utf-8"
    )
    text = changelog.read_text(encoding="utf-8")
    changelog.write_text(text.replace("## [", "## [9.9.9] - 2027-01-31\n\n## [", 1), encoding="utf-8")
    stamped = {place.file for place in versions.PLACES if place.is_stamped}
    assert set(versions.stale(checkout)) == stamped
    versions.stamp(checkout)
    assert versions.stale(checkout) == []
    assert 'date-released: "2027-01-31"' in (checkout / "CITATION.cff").read_text(encoding="utf-8")
    # The build writes these with the tables.
    built = {"README.md", "croissant.json", "data/"}
    assert {line.partition(" ")[0] for line in versions.disagreements(checkout)} == built


def test_the_citation_is_valid_and_agrees_with_the_records(root: Path) -> None:
    file = root / "CITATION.cff"
    command = ["check-jsonschema", "--builtin-schema", "vendor.citation-file-format", str(file)]
    done = subprocess.run(
        [installed_program(command[0]), *command[1:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    citation = yaml.safe_load(file.read_text(encoding="utf-8"))
    (document,) = onrecord.rows("documents")
    (article,) = citation["references"]
    assert citation["type"] == "dataset"
    assert (article["title"], article["date-published"]) == (document["title"], document["date"].isoformat())
    assert article["authors"] == [{"name": document["publisher"]}]


def test_the_changelog_is_newest_first_and_separates_data_schema_and_tooling(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    head, *entries = re.split(r"^## ", text, flags=re.MULTILINE)
    assert all(word in head for word in ("MAJOR", "MINOR", "PATCH"))
    # Changes since the last release may wait for their number at the top.
    released = entries[1:] if entries[0].startswith("[Unreleased]\n") else entries
    found = [re.match(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)\n", entry) for entry in released]
    assert None not in found
    numbers = [tuple(map(int, match.groups()[:3])) for match in found if match]
    assert numbers == sorted(set(numbers), reverse=True)
    dates = [date.fromisoformat(match[4]) for match in found if match]
    assert dates == sorted(dates, reverse=True)
    for entry in entries:
        parts = re.findall(r"^### (.+)$", entry, re.MULTILINE)
        assert parts
        assert parts == [part for part in ("Data", "Schema", "Tooling") if part in parts]
        for part in re.split(r"^### .+$", entry, flags=re.MULTILINE)[1:]:
            assert part.strip().startswith("- ")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = locked(root, name)
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE)
    assert pins
    assert all("==" in pin for pin in pins)
    assert len(re.findall(r"==.*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)) == len(pins)


@pytest.mark.parametrize("name", COMPAT)
def test_releases_that_are_only_tried_are_pinned_and_name_no_index(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text, re.MULTILINE)
    assert locked(root, name)
    assert all("==" in pin for pin in locked(root, name))


def test_there_is_no_lock_that_is_not_tested(root: Path) -> None:
    assert {file.stem for file in (root / "requirements").iterdir()} == {*LOCKS, *COMPAT}


@pytest.mark.parametrize("name", ["run", "core", "wheel", "compat-core"])
def test_the_locks_agree(root: Path, name: str) -> None:
    # Who needs a package decides on which systems and versions of Python it is needed.
    pins, dev = ({pin.partition(" ;")[0] for pin in locked(root, lock)} for lock in (name, "dev"))
    assert pins <= dev


def names(requirements: list[str]) -> set[str]:
    """The packages of requirements, without versions."""
    return {re.split(r"[^A-Za-z0-9_.-]", requirement)[0] for requirement in requirements}


def test_the_wheel_is_tried_with_its_dependencies_and_pytest(root: Path, project: dict[str, Any]) -> None:
    core, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    assert names(project["dependency-groups"]["wheel"]) == {"pytest"}
    assert names(core) | {"pytest"} <= names(locked(root, "core"))
    assert not (names(extras["score"]) | names(extras["datasets"])) & names(locked(root, "core"))
    light = ("author", "baselines", "datasets", "page", "scale", "score")
    wanted = names([*core, *(line for extra in light for line in extras[extra])])
    assert wanted <= names(locked(root, "wheel"))
    assert not {"hatchling", "hypothesis", "ruff"} & names(locked(root, "wheel"))


def test_the_run_lock_has_the_core_and_what_loads_it(root: Path, project: dict[str, Any]) -> None:
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    assert names([*wanted, "datasets"]) <= names(locked(root, "run"))
    assert not {"scikit-learn", "scipy", "statsmodels", "sacrebleu"} & names(locked(root, "run"))


def test_the_lowest_lock_has_the_lower_bound_of_each_dependency(root: Path, project: dict[str, Any]) -> None:
    lowest = dict(pin.partition(" ;")[0].split("==") for pin in locked(root, "compat-lowest"))
    for requirement in project["project"]["dependencies"]:
        name, bound = requirement.split(">=")
        # uv writes 18.0 as 18.0.0.
        assert f"{lowest[name]}.".startswith(f"{bound}."), requirement


@pytest.mark.parametrize("release", RELEASES)
def test_a_compat_lock_has_the_release_of_datasets_that_it_is_named_for(root: Path, release: str) -> None:
    (pin,) = (pin for pin in locked(root, f"compat-datasets-{release}") if pin.startswith("datasets=="))
    assert pin.removeprefix("datasets==").startswith(f"{release}.")


def build(root: Path, target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, check=True, cwd=root, capture_output=True)
    return next(path for path in folder.iterdir() if path.is_file())


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build(root, "sdist", folder)) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    return next((folder / "unpacked").iterdir())


def test_the_wheel_contains_the_dataset_and_not_the_maintainers_tools(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = [MANIFEST, *read_manifest(root)]
    assert {name for name in names if name.startswith("onrecord/_dataset/")} == {
        f"onrecord/_dataset/{path}" for path in shipped
    }
    assert {"records/speakers.jsonl", "schema/tests/claims.json", "schema/crosswalk.jsonl"} <= set(shipped)
    assert "onrecord/py.typed" in names
    tasks = root / "src" / "onrecord" / "benchmark" / "harness" / "lm_eval_tasks"
    files = [path.name for path in tasks.iterdir() if path.is_file()]
    assert {f"onrecord/benchmark/harness/lm_eval_tasks/{name}" for name in files} <= names
    page = root / "src" / "onrecord" / "html"
    parts = [file for folder in ("templates", "assets") for file in (page / folder).iterdir()]
    assert {f"onrecord/html/{file.relative_to(page).as_posix()}" for file in parts} <= names
    assert {name.partition("/")[0] for name in names} == {
        "onrecord",
        f"onrecord-{version('onrecord')}.dist-info",
    }


def test_links_of_the_card_lead_to_files_of_the_wheel(root: Path) -> None:
    shipped = read_manifest(root)
    text = (root / "README.md").read_text(encoding="utf-8")
    links = {link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link}
    assert links
    dangling = [
        link for link in links if not any(path == link or path.startswith(f"{link}/") for path in shipped)
    ]
    assert dangling == []


def test_the_sdist_has_every_file_of_the_repository_and_no_article(root: Path, sdist: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so nothing says which files belong to it")
    packed = {path.relative_to(sdist).as_posix(): path for path in sdist.rglob("*") if path.is_file()}
    assert set(listed.stdout.splitlines()) - set(packed) == set()
    documents = onrecord.rows("documents", split=None)
    digests = {document["sha256"] for document in documents if not document["text_included"]}
    assert not digests & {file_digest(path) for path in packed.values()}
    # The article of the sample was written for the tests.
    own = {name for name in packed if name.startswith("tests/bad_records/") and name.endswith("/article.txt")}
    own |= {f"records/{row['document_id']}/article.txt" for row in documents if row["text_included"]}
    assert {name for name in packed if "article" in name and name.endswith(".txt")} == own


def test_the_sdist_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(build(sdist, "wheel", tmp_path)) as other:
        contents = [{name: archive.read(name) for name in archive.namelist()} for archive in (one, other)]
    assert contents[0] == contents[1]


def test_wheel_and_sdist_are_small(wheel: Path, sdist: Path) -> None:
    archive = next(sdist.parents[1].glob("*.tar.gz"))
    records = records_size(wheel)
    assert max(wheel.stat().st_size, archive.stat().st_size) - records < LARGEST
    assert records / len(onrecord.rows("documents", split=None)) < 100_000


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("LICENSE", ["Version 2.0, January 2004", *(f"   {number}. " for number in range(1, 10))]),
        ("LICENSE-DATA", ["Attribution 4.0 International", *(f"Section {n} -- " for n in range(1, 9))]),
    ],
    ids=["code", "data"],
)
def test_licences_are_complete_and_in_the_wheel_and_the_sdist(
    root: Path, wheel: Path, sdist: Path, name: str, parts: list[str]
) -> None:
    text = (root / name).read_text(encoding="utf-8")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    with zipfile.ZipFile(wheel) as archive:
        info = f"onrecord-{version('onrecord')}.dist-info/licenses/{name}"
        for copy in (info, f"onrecord/_dataset/{name}"):
            assert archive.read(copy).decode() == text
    assert (sdist / name).read_text(encoding="utf-8") == text


def test_the_licences_of_reuse_are_those_of_the_package(root: Path) -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in (root / "LICENSES").iterdir()}
    assert texts == {
        "Apache-2.0.txt": (root / "LICENSE").read_text(encoding="utf-8"),
        # The file of the package says first what the licence covers.
        "CC-BY-4.0.txt": (root / "LICENSE-DATA").read_text(encoding="utf-8").partition("\n\n")[2],
    }


def test_reuse_names_the_licence_that_the_package_declares_for_each_file(
    root: Path, project: dict[str, Any]
) -> None:
    entries = tomllib.loads((root / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    code, data = (entry["SPDX-License-Identifier"] for entry in entries)
    assert project["project"]["license"] == f"{code} AND {data}"
    assert entries[0]["path"] == "**"
    named = {path.removesuffix("/**") for path in entries[1]["path"]}
    assert all((root / path).exists() for path in named)
    assert {"records", "data", "schema", "docs", "README.md"} <= named


def test_the_page_on_installation_says_what_each_extra_is_for(project: dict[str, Any]) -> None:
    assert set(installation.NEEDED_FOR) == set(project["project"]["optional-dependencies"])


def test_the_core_keeps_its_limits_in_the_saved_measurement() -> None:
    core, before = (installation.measured(name) for name in ("core", "version 1.1.4"))
    assert core["megabytes"] <= installation.MOST_MEGABYTES < before["megabytes"]
    assert core["seconds"] <= installation.MOST_SECONDS < before["seconds"]


def test_addresses_of_the_project_agree_with_those_of_its_citation(
    root: Path, project: dict[str, Any]
) -> None:
    urls = project["project"].get("urls", {})
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert (urls.get("Homepage"), urls.get("Source")) == (
        citation.get("url"),
        citation.get("repository-code"),
    )
    assert all(url.startswith("https://") for url in urls.values())


def test_what_no_licence_covers_is_listed_in_one_place_that_the_card_links(root: Path) -> None:
    head = (root / "LICENSE-DATA").read_text(encoding="utf-8").partition("\n\n")[0]
    assert "Neither licence covers the news articles" in head
    licence = (root / "README.md").read_text(encoding="utf-8").partition("## Licence\n")[2]
    assert "[LICENSE-DATA](LICENSE-DATA)" in licence.partition("What neither of them covers")[2]


def test_the_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import datasets, onrecord; print(onrecord.path()); print(len(onrecord.rows('claims'))); "
        "print(datasets.load_dataset(onrecord.path(), split='test').num_rows)"
    )
    # The unpacked wheel comes before the checkout on the path.
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    count = str(len(onrecord.rows("claims")))
    assert done.stdout.split() == [str(tmp_path / "onrecord" / "_dataset"), count, count]
