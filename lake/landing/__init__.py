"""Landing files, before any Spark: strict decoding, columns by name, identities replaced, staged as text Parquet."""
