"""A click group that imports a command only when it is run or asked about (click's recipe `LazyGroup`).

The group knows nothing of OnRecord: which commands there are, and in which groups, is in `main`.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click


class LazyCommand(NamedTuple):
    """A command that is not imported yet: where it is, and its line in the list of commands."""

    import_path: str
    """Module and attribute, such as `onrecord.cli.data.build`."""
    short_help: str
    is_hidden: bool = False
    """Whether the list of commands leaves it out, as an old name that goes on working."""

    def load(self) -> click.Command:
        """Import the command."""
        module, _, attribute = self.import_path.rpartition(".")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.import_path} is a {type(command).__name__}, not a click command")
        command.short_help = self.short_help
        command.hidden = self.is_hidden
        return command


class LazyGroup(click.Group):
    """A group of commands in sections, listed from their short help texts alone."""

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, LazyCommand]], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._sections = sections
        self._lazy = {name: command for section in sections.values() for name, command in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, section by section."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; None where there is none."""
        if cmd_name in self._lazy:
            return self._lazy[cmd_name].load()
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; the error for an unknown one names the nearest."""
        name = args[0]
        if name not in self.list_commands(ctx) and not ctx.resilient_parsing:
            # Loaded for an error only, as click does for options.
            from difflib import get_close_matches

            offered = [known for known, command in self._lazy.items() if not command.is_hidden]
            if near := get_close_matches(name, offered, n=1):
                ctx.fail(f"No such command {name!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        del ctx
        widest = max(map(len, self._lazy))
        for title, section in self._sections.items():
            rows: Sequence[tuple[str, str]] = [
                # All sections in one column, although each is a table of its own.
                (name.ljust(widest), command.short_help)
                for name, command in section.items()
                if not command.is_hidden
            ]
            with formatter.section(title):
                formatter.write_dl(rows)
