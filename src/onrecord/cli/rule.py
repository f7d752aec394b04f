"""The command rule: it explains a rule of validation."""

from pathlib import Path
from typing import Any

import click

from onrecord.cli.output import Unusable, output_option, write_lines


class _RuleId(click.ParamType[str]):
    """The id of a rule, which the shell can complete."""

    name = "rule"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        del ctx, param
        from click.shell_completion import CompletionItem

        from onrecord.reporting.explanation import all_rules

        return [CompletionItem(rule) for rule in sorted(all_rules()) if rule.startswith(incomplete)]


@click.command(epilog="\b\nExample:\n  onrecord rule unknown-label")
@click.argument("rule_id", metavar="ID", type=_RuleId())
@output_option
def rule(rule_id: str, output: Path | None) -> None:
    """Explain the rule ID: what it forbids, why, how to fix it, a bad example and a near miss.

    ID is the name in a finding, such as unknown-label. docs/rules.md lists all rules.
    """
    from onrecord.reporting.explanation import explanation, find_rule

    try:
        found = find_rule(rule_id)
    except ValueError as error:
        raise Unusable(error) from error
    write_lines(explanation(found), output)
