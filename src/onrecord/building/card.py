"""The dataset card beside a folder of tables: what its front matter says of their identity.

`load_dataset` keys its cache on the card and not on the files, so tables that change under a card that does
not would be read from the cache as they were. Owns the lines `version` and `description` of each config; all
else in the card is its author's.
"""

import re
from pathlib import Path

from onrecord.model.digest import Identity

CARD = "README.md"
_FRONT_MATTER = re.compile(r"\A---\n.*?^---$", re.MULTILINE | re.DOTALL)
_CONFIG = re.compile(r"^- config_name: (?P<table>\S+)\n(?:[ ].*\n)+", re.MULTILINE)


def config_lines(identity: Identity, table: str) -> list[str]:
    """The two lines of a table's config that change with its content."""
    return [f"  version: {identity.version}", f'  description: "sha256:{identity.tables[table]}"']


def renew_card(data: Path, identity: Identity) -> bool:
    """Write the identity of the tables in `data` into the card beside it; whether anything changed.

    Only configs whose files lie in `data` are touched. Without such a card nothing happens. Raises OSError.
    """
    card = data.absolute().parent / CARD
    if not card.is_file():
        return False
    text = card.read_text(encoding="utf-8")
    renewed = _FRONT_MATTER.sub(lambda front: _renewed(front[0], data.name, identity), text, count=1)
    if renewed == text:
        return False
    fresh = card.with_name(f".{CARD}.new")
    fresh.write_text(renewed, encoding="utf-8")
    fresh.replace(card)
    return True


def _renewed(front: str, folder: str, identity: Identity) -> str:
    def config(found: re.Match[str]) -> str:
        table, text = found["table"], found[0]
        if table not in identity.tables or f" {folder}/{table}/" not in text:
            return text
        version, digest = config_lines(identity, table)
        text = re.sub(r"^  version: .*$", version, text, count=1, flags=re.MULTILINE)
        return re.sub(r'^  description: "sha256:.*"$', digest, text, count=1, flags=re.MULTILINE)

    return _CONFIG.sub(config, front)
