"""The files around the records of a new dataset: what git ignores, a hook for pre-commit, a CI workflow.

How OnRecord is installed in CI follows from how it was installed here, because a name or an address that is
only guessed would install nothing, or something else.
"""

import json
from collections.abc import Mapping
from importlib.metadata import distribution

GITIGNORE = """\
# The texts of documents: most may not be passed on. For a text that may be, add a line such as
# !records/gazette-2024-03-05/article.txt
records/*/article.txt

# What a killed build leaves behind; the next one removes it.
.data.*/
"""

PRE_COMMIT = """\
# `pre-commit install` runs this at every commit, with the `onrecord` that is installed where you work.
# To let pre-commit install it instead, give the address of OnRecord's repository and a tag of it:
# - repo: ADDRESS
#   rev: TAG
#   hooks:
#     - id: onrecord-validate
repos:
  - repo: local
    hooks:
      - id: onrecord-validate
        name: validate claim records
        entry: onrecord validate records
        language: system
        always_run: true
        pass_filenames: false
"""

_WORKFLOW = """\
name: records
on: [push, pull_request]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
{install}
      - run: onrecord validate records --format github
      - run: onrecord build records data
"""

_LOCAL = """\
      # OnRecord was installed from a file or folder when this was written, so its wheel has to be in tools/:
      # pip wheel --no-deps --wheel-dir tools PATH-OF-ITS-CLONE
      # Where it is published, put its name or address here instead: pip install NAME
      - run: pip install tools/onrecord-*.whl"""


def workflow(requirement: str | None) -> str:
    """A workflow for GitHub Actions that installs OnRecord by this requirement, or else from a wheel."""
    install = _LOCAL if requirement is None else f'      - run: pip install "{requirement}"'
    return _WORKFLOW.format(install=install)


def own_requirement() -> str | None:
    """How pip finds the OnRecord that runs; None where it came from a file or folder of this machine."""
    own = distribution("onrecord")
    # PEP 610: where a package came from, unless it came from an index.
    recorded = own.read_text("direct_url.json")
    return requirement(own.version, json.loads(recorded) if recorded else None)


def requirement(version: str, origin: Mapping[str, object] | None) -> str | None:
    """The requirement for a version that came from there (the content of direct_url.json)."""
    if origin is None:
        return f"onrecord=={version}"
    url, vcs = str(origin.get("url", "")), origin.get("vcs_info")
    if url.startswith("file:") or not url:
        return None
    if isinstance(vcs, dict):
        return f"onrecord @ {vcs['vcs']}+{url}@{vcs['commit_id']}"
    return f"onrecord @ {url}"
