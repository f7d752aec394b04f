"""How tasks run: one after another, on processes of this machine, or on the workers of a Dask cluster."""
