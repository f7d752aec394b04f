"""OnRecord: news articles as claims on record.

The public names of the library. Each is imported from its module on first use, so that `import onrecord`
loads neither `datasets`, pandas nor pyarrow. No package is named like a public function, because the package
would hide the function. Types of rows and labels are in `onrecord.row_types`, exceptions in
`onrecord.exceptions`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.authoring.init import init
    from onrecord.benchmark.baselines import baseline
    from onrecord.benchmark.compare import Comparison, compare
    from onrecord.benchmark.errors import Errors, errors
    from onrecord.benchmark.predictions import check
    from onrecord.benchmark.report import Score
    from onrecord.benchmark.score import score
    from onrecord.benchmark.tasks import TASKS, Task, inputs
    from onrecord.building.build import BuildReport, build
    from onrecord.dataset.agreement_report import AgreementReport, agreement
    from onrecord.dataset.comparison.diff import Diff, diff
    from onrecord.dataset.crosswalk import crosswalk
    from onrecord.dataset.exchange.export import export_to
    from onrecord.dataset.exchange.read_back import import_annotations
    from onrecord.dataset.export import export_records
    from onrecord.dataset.hydrate import hydrate
    from onrecord.dataset.load import load, path, rows
    from onrecord.dataset.manifest import verify
    from onrecord.exceptions import OnRecordError
    from onrecord.html import page
    from onrecord.model.findings import Finding
    from onrecord.model.tables import TABLES, label_names
    from onrecord.validation.validate import Validation, validate

    __version__: str

__all__ = [
    "TABLES",
    "TASKS",
    "AgreementReport",
    "BuildReport",
    "Comparison",
    "Diff",
    "Errors",
    "Finding",
    "OnRecordError",
    "Score",
    "Task",
    "Validation",
    "__version__",
    "agreement",
    "baseline",
    "build",
    "check",
    "compare",
    "crosswalk",
    "diff",
    "errors",
    "export_records",
    "export_to",
    "hydrate",
    "import_annotations",
    "init",
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

_MODULES = {
    "TABLES": "model.tables",
    "TASKS": "benchmark.tasks",
    "AgreementReport": "dataset.agreement_report",
    "BuildReport": "building.build",
    "Comparison": "benchmark.compare",
    "Diff": "dataset.comparison.diff",
    "Errors": "benchmark.errors",
    "Finding": "model.findings",
    "OnRecordError": "exceptions",
    "Score": "benchmark.report",
    "Task": "benchmark.tasks",
    "Validation": "validation.validate",
    "agreement": "dataset.agreement_report",
    "baseline": "benchmark.baselines",
    "build": "building.build",
    "check": "benchmark.predictions",
    "compare": "benchmark.compare",
    "crosswalk": "dataset.crosswalk",
    "diff": "dataset.comparison.diff",
    "errors": "benchmark.errors",
    "export_records": "dataset.export",
    "export_to": "dataset.exchange.export",
    "hydrate": "dataset.hydrate",
    "import_annotations": "dataset.exchange.read_back",
    "init": "authoring.init",
    "inputs": "benchmark.tasks",
    "label_names": "model.tables",
    "load": "dataset.load",
    "page": "html",
    "path": "dataset.load",
    "rows": "dataset.load",
    "score": "benchmark.score",
    "validate": "validation.validate",
    "verify": "dataset.manifest",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("onrecord")
    elif name in _MODULES:
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
