"""What formats for programs share: the version, paths as readers want them, the order of severity.

Owns how a finding's file becomes a path from the top of the repository.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.validation.inputs import PARQUET

NAME = "onrecord"
WORKSPACE = "GITHUB_WORKSPACE"


def tool_version() -> str:
    """The version of the package, and so of the rules."""
    # Only the formats for programs ask, and the text for people should not wait for it.
    from importlib.metadata import version

    return version(NAME)


def repository_path(file: str) -> str:
    """The file from the top of the repository, where it lies inside; else as it was given.

    The top is the workspace that a CI runner names, or else the working directory.
    """
    path = Path(file)
    top = Path(os.environ.get(WORKSPACE) or Path.cwd())
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow links out of the repository.
    return absolute.relative_to(top).as_posix() if absolute.is_relative_to(top) else path.as_posix()


def text_line(finding: Finding) -> int | None:
    """The line of a finding in a text file; a row of a Parquet file is none."""
    return None if finding.file.endswith(PARQUET) else finding.line


def with_expected(finding: Finding) -> str:
    """Message and expectation in one text; the row of a Parquet file too, which no format has a place for."""
    row = f"row {finding.line}: " if finding.line is not None and text_line(finding) is None else ""
    expected = "" if finding.expected is None else f" (expected {finding.expected})"
    return f"{row}{finding.message}{expected}"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings, lower levels first: what is broken there hides what may be wrong above."""
    return sorted(findings, key=lambda finding: (finding.severity != "error", finding.level))
