"""`python -m onrecord`: the command line where the script is not on the path."""

from onrecord.cli.main import main

main(prog_name="onrecord")
