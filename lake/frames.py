"""Frames of rows that the driver holds.

They go to the JVM by Arrow and are part of the plan: from Python rows Spark starts Python workers, one more process for each
core, and plans as if nobody knew how many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def frame_of(spark: SparkSession, schema: pa.Schema | Mapping[str, pa.DataType], rows: Iterable[Sequence[object]]) -> DataFrame:
    """The rows, values in the order of the schema, as a frame of its columns; no rows are a frame too."""
    if not isinstance(schema, pa.Schema):
        schema = pa.schema(list(schema.items()))
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return spark.createDataFrame(pa.Table.from_arrays(arrays, schema=schema))
