"""The command `onrecord`: arguments, output and exit codes; the work is done elsewhere."""
