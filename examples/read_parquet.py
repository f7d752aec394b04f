"""The Parquet in pandas, Polars and DuckDB, one line each.

Run it with `python examples/read_parquet.py`.
"""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

import onrecord

CLAIMS = sorted(map(str, (Path(onrecord.path()) / "data" / "claims").glob("*.parquet")))


def main() -> None:
    """Count the claims of each speaker with three libraries.

    By default all three look for column values in the path (`…/document=x/…`); a list of files, or an option,
    keeps them to the columns of the table.
    """
    print(pd.concat(pd.read_parquet(file, partitioning=None) for file in CLAIMS)["speaker"].value_counts())
    print(pl.read_parquet(CLAIMS, hive_partitioning=False)["speaker"].value_counts(sort=True))
    claims = duckdb.read_parquet(CLAIMS, hive_partitioning=False)
    print(claims.aggregate("speaker, count(*) AS n").order("n DESC"))


if __name__ == "__main__":
    main()
