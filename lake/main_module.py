"""A main module without a file (`python -c`, a fork server's): PySpark takes such a process for doctests."""

import sys


def has_a_file() -> None:
    """Called before pyspark.sql.connect may be imported, as Great Expectations does: it ends such a process, with exit code 0."""
    vars(sys.modules["__main__"]).setdefault("__file__", __file__)
