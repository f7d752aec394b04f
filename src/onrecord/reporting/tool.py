"""What the formats for programs share: version, paths from the top of the repository, order by severity."""

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.model.table_files import PARQUET

NAME = "onrecord"
WORKSPACE = "GITHUB_WORKSPACE"


def tool_version() -> str:
    """The version of the package, and so of the rules."""
    # Imported here because the text format does not need it and should not wait for it.
    from importlib.metadata import version

    return version(NAME)


def project_urls() -> Mapping[str, str]:
    """The addresses of the project that the package's metadata state, by label in lower case; often none.

    `homepage` is what people see first, and `rules` the page that explains the rules.
    """
    from importlib.metadata import metadata

    stated = metadata(NAME).get_all("Project-URL") or []
    pairs = (str(entry).partition(",") for entry in stated)
    return {label.strip().lower(): url.strip() for label, _, url in pairs}


def repository_path(file: str) -> str:
    """The file's path from the top of the repository if it is inside, else as it was given.

    The top is the workspace that a CI runner names, or else the working directory.
    """
    working = Path.cwd()
    return _path_from(Path(os.environ.get(WORKSPACE) or working), working, file)


# Thousands of findings are in the same file.
@lru_cache(maxsize=1_024)
def _path_from(top: Path, working: Path, file: str) -> str:
    # `resolve` would follow links out of the repository.
    absolute = Path(os.path.normpath(working / file))
    return absolute.relative_to(top).as_posix() if absolute.is_relative_to(top) else Path(file).as_posix()


def text_line(finding: Finding) -> int | None:
    """The line of a finding in a text file; None for a row of a Parquet file."""
    return None if finding.file.endswith(PARQUET) else finding.line


def with_expected(finding: Finding) -> str:
    """Message and expectation in one text, and the row of a Parquet file: formats have no field for it."""
    row = f"row {finding.line}: " if finding.line is not None and text_line(finding) is None else ""
    expected = "" if finding.expected is None else f" (expected {finding.expected})"
    return f"{row}{finding.message}{expected}"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings, lower levels first, because a failure there hides what may be wrong above."""
    return sorted(findings, key=lambda finding: (finding.severity != "error", finding.level))
