"""Dataset cards (README.md) in and next to a folder of tables: which lines of them a build may write.

A build writes between its marks and nowhere else. In the front matter a block is

    # onrecord:begin data
    # onrecord:end

and in the text it is `<!-- onrecord:begin data -->` to `<!-- onrecord:end -->`. The word after `begin` is the
folder of the tables as seen from the card, `.` for the folder that the card is in. A key that stands in the
front matter outside of the block is left out of the block.

What a build writes into `out` is part of the folder that replaces it. A card next to `out` is renewed right
after: a crash between the two leaves new tables with an old card, which `stale_configs` finds.
"""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onrecord.building.card import HERE, Sizes, config_lines, front_matter, text
from onrecord.building.replace_file import replacing
from onrecord.exceptions import OutputRefused
from onrecord.model.digest import Identity
from onrecord.model.findings import printable

CARD = "README.md"
_FRONT_MATTER = re.compile(rb"\A(?:\xef\xbb\xbf)?---\r?\n.*?^---\r?$", re.MULTILINE | re.DOTALL)
_CONFIG = re.compile(rb"^- config_name: (?P<table>[^\s]+)\r?\n(?:[ ].*\n)+", re.MULTILINE)
_KEY = re.compile(rb"^([a-z_]+):", re.MULTILINE)
_BLOCK = rb"^%(open)sonrecord:begin %(folder)s%(close)s\r?\n(?P<inner>.*?)^%(open)sonrecord:end%(close)s\r?$"


@dataclass(frozen=True, slots=True)
class Card:
    """A README.md, and the folder of the tables as its marks name it."""

    file: Path
    folder: str

    @property
    def shown(self) -> str:
        """The path as messages show it."""
        return printable(str(self.file))

    @property
    def exists(self) -> bool:
        """Whether there is such a file; a link counts if its target does."""
        return self.file.is_file()

    def is_marked(self) -> bool:
        """Whether the front matter has a block for the tables. Raises OSError."""
        return self.exists and _front_block(self.file.read_bytes(), self.folder) is not None


def card_in(out: Path) -> Card:
    """The card in the folder of the tables."""
    return Card(out / CARD, HERE)


def card_next_to(out: Path) -> Card:
    """The card next to the folder of the tables."""
    # Messages show the path as it was given, unless it has no name of its own, such as `..`.
    place = out if out.name.strip(".") else out.resolve()
    return Card(place.parent / CARD, place.name)


def check_cards(out: Path) -> None:
    """Raise OutputRefused, with a message of one line, if a marked card could not be renewed.

    Raises OSError if the system refuses to say whether there is one.
    """
    for card in (card_in(out), card_next_to(out)):
        if not card.is_marked():
            continue
        content = card.file.read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise OutputRefused(
                f"{card.shown}:{line}: byte 0x{content[error.start]:02x} is not UTF-8 (expected a card in "
                "UTF-8, which `load_dataset` can read)"
            ) from error
        if not os.access(card.file.resolve().parent, os.W_OK | os.X_OK):
            raise OutputRefused(
                f"{card.shown}: the dataset card cannot be renewed, because its folder is not writable (it "
                "must state the digests of the new tables)"
            )


def write_card(out: Path, new: Path, identity: Identity, sizes: Sizes) -> list[str]:
    """Put a card into the folder `new` that is to replace `out`, and report what was done with it.

    A card of the user's is copied, with its marked blocks renewed. Without one a new card is written, unless
    the card next to `out` is for these tables. Raises OSError.
    """
    card = card_in(out)
    if os.path.lexists(card.file):
        # A link stays a link, and `renew_card` renews what it points to.
        shutil.copy2(card.file, new / CARD, follow_symlinks=False)
        is_read = card.is_marked() or card_next_to(out).is_marked()
        is_renewed = not card.file.is_symlink() and renew_card(Card(new / CARD, HERE), identity, sizes)
        return [*([f"{card.shown}: {_RENEWED}"] if is_renewed else []), *([] if is_read else [_left(card)])]
    if card_next_to(out).is_marked():
        return []
    (new / CARD).write_text("\n".join(_new(identity, sizes)), encoding="utf-8", newline="\n")
    return [f"{card.shown}: written, so that `load_dataset` takes the folder"]


def renew_next_to(out: Path, identity: Identity, sizes: Sizes) -> list[str]:
    """Renew the marked blocks of the card next to `out`, and of one that a link in `out` points to."""
    cards = [card_next_to(out), *([card_in(out)] if card_in(out).file.is_symlink() else [])]
    done = [f"{card.shown}: {_RENEWED}" for card in cards if renew_card(card, identity, sizes)]
    stale = [card for card in cards if not card.is_marked() and _stale(card, identity)]
    return done + [_left(card) for card in stale]


_RENEWED = "the lines between the marks of onrecord were renewed, and nothing else"


def _left(card: Card) -> str:
    marks = f"`# onrecord:begin {card.folder}` and `# onrecord:end`"
    return (
        f"{card.shown}: its front matter is left as it is, because it has no marks. For `load_dataset` to "
        f"read these tables, put the lines {marks} into it, and build again"
    )


def renew_card(card: Card, identity: Identity, sizes: Sizes) -> bool:
    """Write what is to stand between the marks of a card. Returns whether that changed it.

    The card is replaced atomically and keeps its line ends and mode; if it is a link, its target is replaced.
    Raises OSError.
    """
    if not card.exists:
        return False
    content = card.file.read_bytes()
    renewed = _renewed(content, card.folder, identity, sizes)
    if renewed == content:
        return False
    with replacing(card.file) as stream:
        stream.write(renewed)
    return True


def stale_configs(data: Path, identity: Identity) -> list[str]:
    """The tables whose config on a card in or next to `data` states another content or version.

    Raises OSError.
    """
    found = [table for card in (card_in(data), card_next_to(data)) for table in _stale(card, identity)]
    return list(dict.fromkeys(found))


def _stale(card: Card, identity: Identity) -> list[str]:
    if not card.exists:
        return []
    return [
        table
        for table, config in _configs(card.file.read_bytes(), card.folder).items()
        if table in identity.tables
        and any(line.encode() not in config for line in config_lines(identity, table))
    ]


def _configs(content: bytes, folder: str) -> Mapping[str, bytes]:
    """The configs on the card whose files are in the folder, by table."""
    front = _FRONT_MATTER.match(content)
    place = b"" if folder == HERE else re.escape(folder.encode()) + b"/"
    return {
        found["table"].decode(errors="replace"): found[0]
        for found in (_CONFIG.finditer(front[0]) if front else ())
        if re.search(rb'[ "]' + place + re.escape(found["table"]) + b"/", found[0])
    }


def _new(identity: Identity, sizes: Sizes) -> list[str]:
    return [
        "---",
        f"# onrecord:begin {HERE}",
        *front_matter(identity, sizes),
        "# onrecord:end",
        "---",
        "",
        f"<!-- onrecord:begin {HERE} -->",
        *text(identity, sizes),
        "<!-- onrecord:end -->",
        "",
    ]


def _blocks(content: bytes, folder: str) -> list[re.Match[bytes]]:
    """The marked blocks for a folder: at most one in the front matter, then those of the text."""
    in_front = _front_block(content, folder)
    start = in_front.end() if in_front else 0
    in_text = _pattern(rb"<!-- ", rb" -->", folder).finditer(content, start)
    return [*([in_front] if in_front else []), *in_text]


def _front_block(content: bytes, folder: str) -> re.Match[bytes] | None:
    front = _FRONT_MATTER.match(content)
    return _pattern(rb"# ", b"", folder).search(content, 0, front.end()) if front else None


def _pattern(opening: bytes, closing: bytes, folder: str) -> re.Pattern[bytes]:
    parts = {b"open": opening, b"close": closing, b"folder": re.escape(folder.encode())}
    return re.compile(_BLOCK % parts, re.MULTILINE | re.DOTALL)


def _renewed(content: bytes, folder: str, identity: Identity, sizes: Sizes) -> bytes:
    # From the last to the first, because the places of those before it stay.
    for block in reversed(_blocks(content, folder)):
        if block[0].startswith(b"#"):
            lines = front_matter(identity, sizes, folder, keys_outside(content, folder))
        else:
            lines = text(identity, sizes)
        end = b"\r\n" if b"\r\n" in block[0] else b"\n"
        inner = b"".join(line.encode() + end for line in lines)
        content = content[: block.start("inner")] + inner + content[block.end("inner") :]
    return content


def keys_outside(content: bytes, folder: str) -> frozenset[str]:
    """The keys of the front matter that are not in the block for the folder: the user's own."""
    front = _FRONT_MATTER.match(content)
    outside = _pattern(rb"# ", b"", folder).sub(b"", front[0] if front else b"")
    return frozenset(key.decode() for key in _KEY.findall(outside))
