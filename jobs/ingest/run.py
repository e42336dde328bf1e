"""The ingest job: what landed and is not yet loaded goes into the lake."""

from collections import Counter
from contextlib import nullcontext
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame

from jobs.ingest.load import Loading, in_batches, load_tables
from jobs.ingest.references import REFERRED
from jobs.ingest.report import FileCounts, IngestReport
from jobs.ingest.set_aside import current_orphans, replace_counts, replace_rejects
from jobs.ingest.typed import RegionalValues
from lake.identity.persons import PersonStore
from lake.landing.folders import LandedFile, find_files
from lake.landing.identity import pseudonymiser
from lake.landing.stage import StagedFile, stage
from lake.places import remove_tree
from lake.store import Lake
from lake.tables import BATCH_FILE, SOURCE_TABLES

STAGING = "_staging"
AS_THEY_ARE = RegionalValues()


def ingest(
    lake: Lake,
    landing: Path,
    identity_mode: str,
    identity_key: bytes | None,
    region: RegionalValues = AS_THEY_ARE,
    persons: PersonStore | None = None,
) -> IngestReport:
    """Loads every landed file that the lake does not hold yet, and says what came of it; ``persons`` keeps whom the files name.

    Whatever is refused as BadInput is refused before the first write. `batch_file` is written last: a load that
    was cut off is done again from its start, and replaces what it had written. The caller holds the writer's lock.
    """
    pseudonymise = pseudonymiser(identity_mode, identity_key)
    landed = find_files(landing)
    new = _not_loaded(lake, landed.files)
    staging = lake.path / STAGING
    remove_tree(staging)
    try:
        with persons.changes() if persons else nullcontext():
            staged = [stage(file, staging, pseudonymise, persons) for file in new]
        report = _load(lake, staged, landed.unknown, region)
    finally:
        remove_tree(staging)
    report.log()
    return report


def _not_loaded(lake: Lake, files: tuple[LandedFile, ...]) -> list[LandedFile]:
    """The files that are new or differ from what was loaded under their name."""
    if not lake.exists(BATCH_FILE):
        return list(files)
    loaded = {(row.batch_id, row.file, row.sha256) for row in lake.read(BATCH_FILE).collect()}
    return [file for file in files if (file.batch_id, file.name, file.sha256) not in loaded]


def _load(lake: Lake, staged: list[StagedFile], unknown: tuple[str, ...], region: RegionalValues) -> IngestReport:
    if not staged:
        return IngestReport(unknown_entries=unknown)
    slices = {(file.landed.batch_id, file.landed.table) for file in staged}
    batch_ids = {batch_id for batch_id, _ in slices}
    replaces = _replaces_referred(lake, slices)
    loading = load_tables(lake, staged, region)
    # Small, and read twice: compared with the orphans of before, then written.
    found = current_orphans(lake, slices, everywhere=replaces).persist()
    loading.cached.append(found)
    touched = replace_rejects(lake, slices, loading.rejects, found)
    counts = replace_counts(lake, [_read(file, loading) for file in staged], touched)
    loading.release()
    return IngestReport(
        files=tuple(counts),
        batch_ids=frozenset(batch_ids),
        touched=frozenset(touched),
        unknown_entries=unknown,
        unknown_columns=tuple((file.landed.label, column) for file in staged for column in file.unknown_columns),
        warnings=_warnings(staged, loading),
    )


def _replaces_referred(lake: Lake, slices: set[tuple[str, str]]) -> bool:
    """Whether rows that others may refer to are in the lake already under a batch and table that comes now."""
    held = [
        lake.read(SOURCE_TABLES[name]).where(in_batches(batches)).select("batch_id").limit(1)
        for name in REFERRED
        if lake.exists(SOURCE_TABLES[name]) and (batches := [batch_id for batch_id, table in slices if table == name])
    ]
    return bool(held) and not reduce(DataFrame.unionByName, held).isEmpty()


def _read(file: StagedFile, loading: Loading) -> FileCounts:
    """What is known of the file before its rows are counted in the tables."""
    name = (file.landed.batch_id, file.landed.name)
    return FileCounts(
        batch_id=file.landed.batch_id,
        file=file.landed.name,
        table_name=file.landed.table,
        sha256=file.landed.sha256,
        rows_read=file.rows,
        rows_kept=0,
        rows_rejected=0,
        rows_repeated=loading.repeated.get(name, 0),
        warnings=sum(loading.warnings.get(name, {}).values()),
    )


def _warnings(staged: list[StagedFile], loading: Loading) -> tuple[tuple[str, str, int], ...]:
    """Values that became missing, per table and column."""
    totals: Counter[tuple[str, str]] = Counter()
    for file in staged:
        for column, times in loading.warnings.get((file.landed.batch_id, file.landed.name), {}).items():
            totals[file.landed.table, column] += times
    return tuple((table, column, times) for (table, column), times in sorted(totals.items()))
