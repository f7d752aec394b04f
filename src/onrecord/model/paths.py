"""The folder of the dataset's files: README.md, schema/ and data/, in an installed wheel or in a checkout."""

from functools import cache
from pathlib import Path


@cache
def home() -> Path:
    """The folder with README.md, schema/ and data/: inside the package in a wheel, else the checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_dataset"
    return shipped if shipped.is_dir() else package.parents[1]
