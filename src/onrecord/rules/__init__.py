"""All rules by id, and the checks of levels 3 and 4 in the order in which they run.

A rule is declared in the module of its level or table group: `reading.file_rules` (1), `schema_rules`
(2), `identity`, `references`, `segments`, `claims`, `relations`, `lists`, `annotations`, `derived`,
`annotators`, `speakers`, `included_text`, `contrasts` (3), `sources` (4). docs/rules.md is generated from
them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from onrecord.model.findings import Rule
from onrecord.reading import file_rules
from onrecord.rules import (
    annotations,
    annotators,
    claims,
    contrasts,
    derived,
    identity,
    included_text,
    lists,
    references,
    relations,
    schema_rules,
    segments,
    sources,
    speakers,
)
from onrecord.rules.check import Check

IDENTITY_CHECKS: tuple[Check, ...] = (*identity.CHECKS, *lists.IDENTITY_CHECKS)
"""Run first. A table in which they find an error is not used to report missing records."""

TABLE_CHECKS: tuple[Check, ...] = (
    *references.CHECKS,
    *segments.CHECKS,
    *claims.CHECKS,
    *relations.CHECKS,
    *lists.CHECKS,
    *annotators.CHECKS,
    *annotations.CHECKS,
    *derived.CHECKS,
    *included_text.CHECKS,
    *contrasts.CHECKS,
)
"""Run after the identity checks, in this order; each skips records in which an earlier one found an error."""

SPEAKER_CHECKS: tuple[Check, ...] = speakers.CHECKS
"""Run on the speakers, which all documents share, after the identity checks."""

AVAILABILITY_CHECKS: tuple[Check, ...] = included_text.AVAILABILITY_CHECKS
"""Run once a document's text was looked up, whether it is available or not."""

INTEGRITY_CHECKS: tuple[Check, ...] = sources.INTEGRITY_CHECKS
"""Run between the identity and the table checks if the article is available. A segment with wrong offsets
would cause findings in everything that is anchored in it."""

SOURCE_CHECKS: tuple[Check, ...] = sources.CHECKS
"""Run last, if the article is available and has the hash that the document states."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            *file_rules.RULES,
            *schema_rules.RULES,
            *(check.rule for check in (*IDENTITY_CHECKS, *TABLE_CHECKS)),
            *(check.rule for check in SPEAKER_CHECKS),
            speakers.UNUSED_SPEAKER,
            annotators.UNUSED_ANNOTATOR,
            *(check.rule for check in (*AVAILABILITY_CHECKS, *INTEGRITY_CHECKS, *SOURCE_CHECKS)),
        )
    }
)
"""Every rule that a finding can name, by level."""
