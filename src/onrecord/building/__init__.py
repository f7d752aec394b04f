"""Records to Parquet: derived fields, canonical lines, tables replaced whole, the card."""
