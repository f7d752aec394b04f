"""Where the dataset's files are: the folder that holds README.md, schema/ and data/.

Owns that one question, for an installed wheel and for a checkout alike; reads none of the files.
"""

from functools import cache
from pathlib import Path


@cache
def home() -> Path:
    """The folder with README.md, schema/ and data/: inside the package in a wheel, else the checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_dataset"
    return shipped if shipped.is_dir() else package.parents[1]
