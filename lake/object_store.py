"""What Spark needs to reach a lake on an object store through S3A."""

from __future__ import annotations

import os
from pathlib import Path

from lake.errors import EnvironmentFailure
from lake.places import ENDPOINT, REGION


def s3a_properties(jars: Path) -> dict[str, str]:
    """Spark's properties for the store that the environment names; ``jars`` is the folder of `make jars-s3`, on executors too."""
    if not list(jars.glob("hadoop-aws-*.jar")):
        raise EnvironmentFailure(f"{jars}: the jars for a lake on an object store are missing: run `make jars-s3`")
    # On the class path, not in spark.jars: that would copy 700 MB for every session.
    found = {name: f"{jars.resolve()}/*" for name in ("spark.driver.extraClassPath", "spark.executor.extraClassPath")}
    if region := os.environ.get(REGION):
        found["spark.hadoop.fs.s3a.endpoint.region"] = region
    if endpoint := os.environ.get(ENDPOINT):
        found["spark.hadoop.fs.s3a.endpoint"] = endpoint
        # Stores of one's own seldom have a host name for each bucket.
        found["spark.hadoop.fs.s3a.path.style.access"] = "true"
    return found
