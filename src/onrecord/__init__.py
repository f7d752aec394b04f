"""OnRecord: news articles as claims on record.

The public face of the library. It owns nothing but the list of names: each is imported from its own room when
it is first asked for, so that `import onrecord` loads neither `datasets`, pandas nor pyarrow.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.baselines import baseline
    from onrecord.build import build
    from onrecord.crosswalk import crosswalk
    from onrecord.diff import diff
    from onrecord.hydrate import hydrate
    from onrecord.load import load, path, rows
    from onrecord.manifest import verify
    from onrecord.page import page
    from onrecord.schemas import TABLES, label_names
    from onrecord.scoring.compare import compare
    from onrecord.scoring.errors import errors
    from onrecord.scoring.predictions import check
    from onrecord.scoring.score import score
    from onrecord.tasks import TASKS, inputs
    from onrecord.validate import validate

    __version__: str

__all__ = [
    "TABLES",
    "TASKS",
    "__version__",
    "baseline",
    "build",
    "check",
    "compare",
    "crosswalk",
    "diff",
    "errors",
    "hydrate",
    "inputs",
    "label_names",
    "load",
    "page",
    "path",
    "rows",
    "score",
    "validate",
    "verify",
]

_ROOMS = {
    "TABLES": "schemas",
    "TASKS": "tasks",
    "baseline": "baselines",
    "build": "build",
    "check": "scoring.predictions",
    "compare": "scoring.compare",
    "crosswalk": "crosswalk",
    "diff": "diff",
    "errors": "scoring.errors",
    "hydrate": "hydrate",
    "inputs": "tasks",
    "label_names": "schemas",
    "load": "load",
    "page": "page",
    "path": "load",
    "rows": "load",
    "score": "scoring.score",
    "validate": "validate",
    "verify": "manifest",
}


class _Face(ModuleType):
    """Keeps a room from hiding the function it is named after.

    Importing `onrecord.build` makes Python set the module as the attribute `build` of this package, where the
    function of that name belongs.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _ROOMS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face


def __getattr__(name: str) -> object:
    """Import a public name from its room on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("onrecord")
    elif name in _ROOMS:
        value = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
