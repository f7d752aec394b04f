"""All rules by id, and the checks of levels 3 and 4 in the order in which they run.

A rule is declared in the module of its level or table group: `onrecord.file_rules` (1), `schema_rules`
(2), `identity`, `references`, `segments`, `claims`, `relations`, `lists`, `annotations`, `derived` (3),
`sources` (4). docs/rules.md is made from here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from onrecord.model.findings import Rule
from onrecord.reading import file_rules
from onrecord.rules import (
    annotations,
    claims,
    derived,
    identity,
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
"""Run first: a table in which they find something is not relied on for what is missing from it."""

TABLE_CHECKS: tuple[Check, ...] = (
    *references.CHECKS,
    *segments.CHECKS,
    *claims.CHECKS,
    *relations.CHECKS,
    *lists.CHECKS,
    *annotations.CHECKS,
    *derived.CHECKS,
)
"""Run after those of identity, in this order: a record that one of them blames is left out of the next."""

SPEAKER_CHECKS: tuple[Check, ...] = speakers.CHECKS
"""Run over the speakers, which all documents share, after those of identity."""

INTEGRITY_CHECKS: tuple[Check, ...] = sources.INTEGRITY_CHECKS
"""Run between those of identity and of tables where the article is at hand: a segment that is not where it
says would set off findings in all that is anchored in it."""

SOURCE_CHECKS: tuple[Check, ...] = sources.CHECKS
"""Run last, where the article is at hand and hashes to what the document says."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            *file_rules.RULES,
            *schema_rules.RULES,
            *(check.rule for check in (*IDENTITY_CHECKS, *TABLE_CHECKS)),
            *(check.rule for check in SPEAKER_CHECKS),
            speakers.UNUSED_SPEAKER,
            *(check.rule for check in (*INTEGRITY_CHECKS, *SOURCE_CHECKS)),
        )
    }
)
"""Every rule that a finding can name, by level."""
