"""The dataset card (README.md) next to a folder of tables: the identity of the tables in its front matter.

`load_dataset` keys its cache on the card and not on the files, so it would read the old tables from the cache
if they changed under an unchanged card. This module keeps the lines `version` and `description` of each
config up to date. It keeps everything else: the rest of the card, its line ends, its mode and a link to it.

A build calls `check_card` before it replaces the tables, and `renew_card` right after. A crash between the
two leaves new tables with an old card: `stale_configs` finds that, and the next build repairs it.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from onrecord.building.replace_file import replacing
from onrecord.exceptions import OutputRefused
from onrecord.model.digest import Identity
from onrecord.model.findings import printable

CARD = "README.md"
_FRONT_MATTER = re.compile(rb"\A(?:\xef\xbb\xbf)?---\r?\n.*?^---\r?$", re.MULTILINE | re.DOTALL)
_CONFIG = re.compile(rb"^- config_name: (?P<table>[^\s]+)\r?\n(?:[ ].*\n)+", re.MULTILINE)


def config_lines(identity: Identity, table: str) -> list[str]:
    """The two lines of a table's config that change with its content."""
    return [f"  version: {identity.version}", f'  description: "sha256:{identity.tables[table]}"']


def check_card(data: Path) -> None:
    """Raise OutputRefused, with a message of one line, if a card next to `data` could not be renewed.

    A README.md without configs of tables in `data` is not a card and is not checked. Raises OSError if the
    system refuses to say whether there is one.
    """
    card = _card_of(data)
    if card is None:
        return
    content = card.read_bytes()
    if not _configs(content, data.name):
        return
    shown = printable(str(card))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise OutputRefused(
            f"{shown}:{line}: byte 0x{content[error.start]:02x} is not UTF-8 (expected a card in UTF-8, "
            "which `load_dataset` can read)"
        ) from error
    if not os.access(card.parent, os.W_OK | os.X_OK):
        raise OutputRefused(
            f"{shown}: the dataset card cannot be renewed, because its folder is not writable (it must state "
            "the digests of the new tables)"
        )


def renew_card(data: Path, identity: Identity) -> bool:
    """Write the identity of the tables in `data` into the card next to it. Returns whether that changed it.

    Only configs whose files are in `data` are changed. Without such a card nothing happens. The card is
    replaced atomically; if it is a link, its target is replaced. Raises OSError.
    """
    card = _card_of(data)
    if card is None:
        return False
    content = card.read_bytes()
    renewed = _renewed(content, data.name, identity)
    if renewed == content:
        return False
    with replacing(card) as stream:
        stream.write(renewed)
    return True


def stale_configs(data: Path, identity: Identity) -> list[str]:
    """The tables in `data` whose config on the card states another content or version. Raises OSError."""
    card = _card_of(data)
    if card is None:
        return []
    content = card.read_bytes()
    now = _configs(_renewed(content, data.name, identity), data.name)
    return [table for table, config in _configs(content, data.name).items() if config != now[table]]


def _card_of(data: Path) -> Path | None:
    """The file of the card, with links followed; None if there is no card."""
    card = data.absolute().parent / CARD
    return card.resolve() if card.is_file() else None


def _configs(content: bytes, folder: str) -> Mapping[str, bytes]:
    """The configs on the card whose files are in the folder, by table."""
    front = _FRONT_MATTER.match(content)
    found = _CONFIG.finditer(front[0]) if front else ()
    configs = {config["table"].decode(errors="replace"): config[0] for config in found}
    return {table: config for table, config in configs.items() if f" {folder}/{table}/".encode() in config}


def _renewed(content: bytes, folder: str, identity: Identity) -> bytes:
    for table, config in _configs(content, folder).items():
        if table in identity.tables:
            version, digest = (line.encode() for line in config_lines(identity, table))
            renewed = _with_line(rb"^  version: [^\r\n]*", version, config)
            renewed = _with_line(rb'^  description: "sha256:[^\r\n]*"', digest, renewed)
            content = content.replace(config, renewed, 1)
    return content


def _with_line(pattern: bytes, line: bytes, config: bytes) -> bytes:
    return re.sub(pattern, lambda _: line, config, count=1, flags=re.MULTILINE)
