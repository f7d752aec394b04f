"""The Parquet in pandas, Polars and DuckDB, one line each.

Run it with `python examples/read_parquet.py`.
"""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

import onrecord

CLAIMS = str(Path(onrecord.path()) / "data" / "claims" / "*.parquet")


def main() -> None:
    """Count the claims of each speaker, three times over."""
    print(pd.read_parquet(Path(CLAIMS).parent)["speaker"].value_counts())
    print(pl.read_parquet(CLAIMS)["speaker"].value_counts(sort=True))
    print(duckdb.sql(f"SELECT speaker, count(*) AS n FROM '{CLAIMS}' GROUP BY ALL ORDER BY n DESC"))


if __name__ == "__main__":
    main()
