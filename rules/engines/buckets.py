"""The embedded engine inside Spark tasks: each task judges the bills of one bucket of persons, from the bucket's own files.

Exact for rules that look at one person's bills alone, since a person's bills lie in one bucket (docs/decisions/0138).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import TaskContext
from pyspark.sql import DataFrame

from rules.engines import Statement, run
from rules.engines.budget import OverBudget
from rules.engines.duck import DuckEngine
from rules.engines.spark import SparkEngine

# Persons whose visits bear lines or settlements of another person: they hang together, so all of them go into bucket 0.
_ODD_PERSON = """
WITH named AS (
    SELECT mdtrt_id, psn_no FROM line UNION ALL SELECT mdtrt_id, psn_no FROM settlement
),
differing AS (
    SELECT coalesce(named.psn_no, '') AS one, coalesce(visit.psn_no, '') AS other
    FROM named
    JOIN visit ON visit.mdtrt_id = named.mdtrt_id
    WHERE coalesce(named.psn_no, '') <> coalesce(visit.psn_no, '')
)
SELECT one AS psn_no FROM differing UNION SELECT other FROM differing
"""
_PERSON_BUCKET = """
SELECT owned.*, CAST(CASE WHEN odd.psn_no IS NULL THEN pmod(xxhash64(coalesce(owned.psn_no, '')), {buckets}) ELSE 0 END AS INT)
    AS person_bucket
FROM {name} AS owned
LEFT JOIN odd_person AS odd ON odd.psn_no = coalesce(owned.psn_no, '')
"""
_VISIT_BUCKET = """
SELECT owned.*, bucket.person_bucket
FROM {name} AS owned
JOIN visit_bucket AS bucket ON bucket.mdtrt_id = owned.mdtrt_id
"""
BILLS = ("line", "visit", "settlement")
# A row without a rule says how long a shape took in a bucket; without seconds: it was stopped.
RESULT = "shape STRING, seconds DOUBLE"


def lay_out(engine: SparkEngine, relations: Sequence[str], buckets: int, folder: Path) -> None:
    """Writes the bills and ``relations`` under ``folder``: own/<relation>/person_bucket=N, or whole where nobody owns a row."""
    engine.sql("odd_person", _ODD_PERSON, reused=True)
    for name in (*BILLS, *relations):
        frame = engine.frame(name)
        if name in BILLS or ("mdtrt_id" not in frame.columns and "psn_no" in frame.columns):
            _write_own(engine, name, _PERSON_BUCKET.format(name=name, buckets=buckets), buckets, folder)
        elif "mdtrt_id" in frame.columns:
            _write_own(engine, name, _VISIT_BUCKET.format(name=name), buckets, folder)
        else:
            frame.coalesce(1).write.parquet(str(folder / "shared" / name))
        if name == "visit":
            engine.sql("visit_bucket", f"SELECT mdtrt_id, person_bucket FROM parquet.`{folder}/own/visit`")


def _write_own(engine: SparkEngine, name: str, query: str, buckets: int, folder: Path) -> None:
    engine.view(f"bucketed_{name}", query)
    frame = engine.frame(f"bucketed_{name}")
    # By number: a hash of so few values leaves some tasks several buckets to write, and others none.
    frame.repartitionById(buckets, "person_bucket").write.partitionBy("person_bucket").parquet(str(folder / "own" / name))
    empty = folder / "empty" / f"{name}.parquet"
    empty.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(engine.frame(name).limit(0).toArrow(), empty)


def judged_in_tasks(
    engine: SparkEngine, folder: Path, compiled: Mapping[str, pa.Table], shapes: Mapping[str, Sequence[Statement]],
    columns: pa.Schema, buckets: int, seconds: float, memory: str,
) -> DataFrame:  # fmt: skip
    """The hits of ``shapes`` (``RESULT`` and ``columns``) over the buckets that ``lay_out`` wrote to ``folder``.

    Each task may take ``memory``, each shape of a bucket ``seconds``. Every worker must reach ``folder``.
    """
    for name, rows in compiled.items():
        path = folder / "shared" / name
        path.mkdir(parents=True)
        pq.write_table(rows, path / "rows.parquet")

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for bucket in batch.column("id").to_pylist():
                yield from _judge_bucket(folder, bucket, shapes, columns, seconds, memory)

    spark = engine.frame("line").sparkSession
    types = {pa.int32(): "INT", pa.int64(): "BIGINT", pa.string(): "STRING"}
    schema = ", ".join([RESULT, *(f"{column.name} {types[column.type]}" for column in columns)])
    found = str(folder / "hits")
    spark.range(0, buckets, 1, buckets).mapInArrow(judge, schema).write.parquet(found)
    return spark.read.parquet(found)


def _judge_bucket(
    folder: Path, bucket: int, shapes: Mapping[str, Sequence[Statement]], columns: pa.Schema, seconds: float, memory: str
) -> Iterator[pa.RecordBatch]:
    """The hits of one bucket by an engine of one thread, each shape's with a row of the seconds that it took."""
    engine = DuckEngine(threads=1, spill=_spill(), memory=memory)
    for shared in sorted((folder / "shared").iterdir()):
        engine.register_files(shared.name, sorted(map(str, shared.glob("*.parquet"))))
    for own in sorted((folder / "own").iterdir()):
        files = sorted(map(str, (own / f"person_bucket={bucket}").glob("*.parquet")))
        engine.register_files(own.name, [str(folder / "empty" / f"{own.name}.parquet"), *files])
    for shape, statements in shapes.items():
        started = time.monotonic()
        hits, took = columns.empty_table(), None
        try:
            with engine.limited(seconds):
                run(engine, statements)
                hits = engine.arrow(f"hit_{shape}").select(columns.names).cast(columns)
            took = time.monotonic() - started
        except OverBudget:
            hits = columns.empty_table()
        said = pa.table({"shape": [shape], "seconds": pa.array([took], pa.float64())})
        empty = {column.name: pa.nulls(1, column.type) for column in columns}
        yield from _with(said, empty).to_batches()
        named = pa.table(
            {"shape": pa.array([shape] * hits.num_rows, pa.string()), "seconds": pa.nulls(hits.num_rows, pa.float64())}
        )
        yield from _with(named, {name: hits[name] for name in columns.names}).to_batches()
    engine.close()


def _spill() -> Path:
    """A folder of this attempt of the task alone, on the worker's own disk: a slow task may be running elsewhere as well."""
    attempt = TaskContext.get()
    assert attempt is not None
    return Path(os.environ["SPARK_LOCAL_DIRS"].split(",")[0]) / f"spill-{attempt.taskAttemptId()}"


def _with(table: pa.Table, further: Mapping[str, pa.Array]) -> pa.Table:
    for name, values in further.items():
        table = table.append_column(name, values)
    return table
