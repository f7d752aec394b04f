"""The JSON files of an export: how they are written, and how those that come back are read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from onrecord.exceptions import UnusableExchange
from onrecord.reading.files import NOWHERE, display, entries


def json_file(content: object) -> str:
    """The text of a file: JSON for programs and for people, in its own script."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def files_in(path: Path, suffixes: Sequence[str]) -> list[Path]:
    """The file, or the files of a folder with one of these endings, by name.

    Raises UnusableExchange where there is none, and OSError.
    """
    if not path.exists():
        raise UnusableExchange([f"{display(path)}: {NOWHERE}"])
    if not path.is_dir():
        return [path]
    found = [file for file in entries(path) if file.suffix in suffixes and file.is_file()]
    if not found:
        raise UnusableExchange([f"{display(path)}: no file here ends in {' or '.join(suffixes)}"])
    return found


def read_text(file: Path) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises UnusableExchange and OSError."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableExchange([f"{display(file)}: byte {error.start + 1} is not UTF-8"]) from error


def json_files(path: Path, suffixes: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The JSON files at a path, each with its name. Raises UnusableExchange and OSError."""
    for file in files_in(path, suffixes):
        try:
            yield display(file), json.loads(read_text(file))
        except (ValueError, RecursionError) as error:
            if isinstance(error, UnusableExchange):
                raise
            raise UnusableExchange([f"{display(file)}: not JSON: {error}"]) from error
