"""What a record is: tables, schemas, validators, labels, dates, digests. Reads schema/ and nothing else."""
