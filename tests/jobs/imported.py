"""What a night imports: a process forked from one that has imported this begins where a night begins to work."""

import sys

from lake import usage_data

# A fork server's main module has no file; pyspark.sql.connect takes such a process for doctests and ends it.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)
usage_data.switch_off()

import great_expectations.expectations  # noqa: E402, F401 - after the two lines above

import jobs.cli  # noqa: E402
import jobs.nightly  # noqa: E402, F401
