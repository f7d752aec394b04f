#!/usr/bin/env bash
# Checks a repository's claim records: fails the job if there are findings, and writes a report for a dashboard.
# Usage: validate.sh [RECORDS] [REPORT]
set -uo pipefail
records=${1:-records}
report=${2:-onrecord-junit.xml}

onrecord validate "$records" --format junit > "$report"
onrecord validate "$records"  # the same again for the log; its exit code is the job's
