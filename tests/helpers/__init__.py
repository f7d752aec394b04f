"""What tests of several packages share: a sample of records, corpora, predictions."""
