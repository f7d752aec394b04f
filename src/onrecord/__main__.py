"""The process `onrecord`, also as `python -m onrecord`: signals first, then the command line."""

import sys

from onrecord.cli import signals


def main() -> None:
    """Run the command line as a process of its own; never returns."""
    signals.install()
    try:
        # Not at the top: these imports take longest, and a signal may come meanwhile.
        from onrecord.cli.main import main as command

        command(prog_name="onrecord")
    finally:
        if signals.received() is not None:
            # Before the next signal ends the process.
            from onrecord.execution.leftovers import remove_own

            remove_own()
        signals.end_at_once()
        if (code := signals.received()) is not None:
            # Whatever became of the exception on its way here.
            sys.exit(code)


if __name__ == "__main__":
    main()
