"""About: what a dataset is called, its version, and who answers for it, as records/dataset.json says.

The file is read in `reading.about`; its shape is schema/dataset.schema.json.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

UNKNOWN_NAME = "onrecord"
"""The name of tables whose footers have none: every build before dataset.json had this one."""


@dataclass(frozen=True, slots=True)
class About:
    """The record of dataset.json, field by field."""

    name: str
    version: str
    title: str
    description: str
    license: str | None = None
    languages: tuple[str, ...] = ()
    maintainers: tuple[str, ...] = ()
    homepage: str | None = None
    citation: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "About":
        """From a record, of whatever version of the schema. Raises ValueError where it names no dataset."""
        known = {field.name: record[field.name] for field in fields(cls) if field.name in record}
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        try:
            return cls(**{**known, **lists})
        except TypeError as error:
            raise ValueError(f"the description of the dataset is incomplete: {error}") from error

    def as_record(self) -> dict[str, Any]:
        """The record as JSON has it."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    def cite(self, sha256: str) -> str:
        """How to cite the dataset: its own words, else BibTeX made from the other fields."""
        if self.citation:
            return self.citation
        lines = [f"@misc{{{self.name},", f"  title   = {{{self.title}}},"]
        if self.maintainers:
            lines.append(f"  author  = {{{' and '.join(f'{{{name}}}' for name in self.maintainers)}}},")
        lines += [
            f"  version = {{{self.version}}},",
            f"  note    = {{Dataset; content sha256:{sha256}}},",
            "}",
        ]
        return "\n".join(lines)


def name_from(title: str) -> str:
    """A name for programs, made from the letters and digits of a title or of a folder's name."""
    return "-".join(re.findall("[a-z0-9]+", title.lower())) or "records"


def unnamed(version: str) -> About:
    """What is known of tables whose footers hold a version and nothing else about the dataset."""
    return About(UNKNOWN_NAME, version, "OnRecord", "News articles as claims on record.")
