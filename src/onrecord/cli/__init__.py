"""The command `onrecord`: arguments, output and exit codes; the work is in the other packages."""
