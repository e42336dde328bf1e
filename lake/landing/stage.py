"""A landed file becomes staged Parquet: text columns by name, line numbers, persons as pseudonyms. Who they are is kept apart."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lake.errors import BadInput
from lake.identity.persons import NUMBER, PersonStore
from lake.landing.chunk import Chunk, FileRows
from lake.landing.csv_rows import read_csv
from lake.landing.folders import LandedFile, stamp_of
from lake.landing.identity import Pseudonymise
from lake.landing.parquet_rows import read_parquet
from lake.places import make_folder
from lake.tables import SOURCE_TABLES
from lake.tables.schema import Table

# True in a row that had too few or too many fields: only its line number is known.
MISFIT = "misfit"


@dataclass(frozen=True)
class StagedFile:
    """A staged file: where it lies, how many rows it holds (misfits too) and which columns were ignored."""

    landed: LandedFile
    path: Path
    rows: int
    unknown_columns: tuple[str, ...]


def staged_schema(table: Table) -> pa.Schema:
    """What every staged file of the table holds, whatever its source lacked."""
    fields = [(column.name, pa.string()) for column in table.file_columns if column.identity != "dropped"]
    return pa.schema([*fields, ("batch_id", pa.string()), ("file", pa.string()), ("line_no", pa.int64()), (MISFIT, pa.bool_())])


def staged_ddl(table: Table) -> str:
    """The staged columns as Spark's reader takes them."""
    spark_types = {pa.string(): "STRING", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN"}
    return ", ".join(f"`{field.name}` {spark_types[field.type]}" for field in staged_schema(table))


def stage(landed: LandedFile, folder: Path, pseudonymise: Pseudonymise, persons: PersonStore | None = None) -> StagedFile:
    """The file, decoded strictly and written to ``folder``; BadInput if it changes meanwhile, or it or its manifest is wrong.

    Whom it names goes into ``persons``, if there is such a store.
    """
    table = SOURCE_TABLES[landed.table]
    reader = read_csv if landed.path.suffix == ".csv" else read_parquet
    source = reader(landed.path, table, landed.label)
    target = folder / landed.table / f"batch-{landed.batch_id}.parquet"
    make_folder(target.parent)
    rows = _write(source, table, landed, target, pseudonymise, persons)
    if stamp_of(landed.path) != landed.stamp:
        raise BadInput(
            f"{landed.label}: was written to while it was read; land it under another name and rename it when it is whole"
        )
    if landed.stated_rows not in (None, rows):
        raise BadInput(f"{landed.label}: holds {rows} rows, the manifest says {landed.stated_rows}")
    return StagedFile(landed, target, rows, source.header.unknown)


def _write(
    source: FileRows,
    table: Table,
    landed: LandedFile,
    target: Path,
    pseudonymise: Pseudonymise,
    persons: PersonStore | None,
) -> int:
    """Writes all rows to ``target`` and says how many."""
    schema = staged_schema(table)
    rows = 0
    with target.open("wb") as file, pq.ParquetWriter(file, schema) as writer:
        for chunk in source.chunks:
            hidden = {NUMBER: pseudonymise(chunk.columns[NUMBER])} if NUMBER in chunk.columns else {}
            if persons and hidden:
                persons.keep(landed.batch_id, hidden[NUMBER], _clear(chunk, table))
            writer.write_batch(_record_batch(chunk.columns | hidden, chunk.line_no, False, landed, schema))
            rows += len(chunk.line_no)
        misfits = pa.array(source.misfits, pa.int64())
        writer.write_batch(_record_batch({}, misfits, True, landed, schema))
    return rows + len(misfits)


def _clear(chunk: Chunk, table: Table) -> dict[str, pa.Array]:
    """The columns that identify a person, as they came."""
    return {name: values for name, values in chunk.columns.items() if table.column(name).identity}


def _record_batch(
    columns: dict[str, pa.Array], line_no: pa.Array, misfit: bool, landed: LandedFile, schema: pa.Schema
) -> pa.RecordBatch:
    """The rows under the staged schema; columns that the file lacks are empty."""
    count = len(line_no)
    origin = {
        "batch_id": pa.repeat(landed.batch_id, count),
        "file": pa.repeat(landed.name, count),
        "line_no": line_no,
        MISFIT: pa.repeat(misfit, count),
    }
    given = columns | origin
    return pa.record_batch([given.get(field.name, pa.nulls(count, field.type)) for field in schema], schema=schema)
