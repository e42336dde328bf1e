"""What an ingest did, for the caller and the log."""

import logging
from dataclasses import dataclass

log = logging.getLogger("fundguard.ingest")


@dataclass(frozen=True)
class FileCounts:
    """One loaded file: rows_read = rows_kept + rows_rejected + rows_repeated."""

    batch_id: str
    file: str
    table_name: str
    sha256: str
    rows_read: int
    rows_kept: int
    rows_rejected: int
    rows_repeated: int
    warnings: int

    @property
    def adds_up(self) -> bool:
        return self.rows_read == self.rows_kept + self.rows_rejected + self.rows_repeated


@dataclass(frozen=True)
class IngestReport:
    """``batch_ids`` brought new or changed files; ``touched`` are those and the batches whose orphans changed."""

    files: tuple[FileCounts, ...] = ()
    batch_ids: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    unknown_entries: tuple[str, ...] = ()
    unknown_columns: tuple[tuple[str, str], ...] = ()  # "batch/file" and column
    warnings: tuple[tuple[str, str, int], ...] = ()  # table, column, values that became missing

    @property
    def changed(self) -> bool:
        """Whether the lake differs from before."""
        return bool(self.batch_ids)

    @property
    def totals(self) -> dict[str, int]:
        """Rows of all files that were loaded: read = kept + rejected + repeated."""
        return {
            "read": sum(file.rows_read for file in self.files),
            "kept": sum(file.rows_kept for file in self.files),
            "rejected": sum(file.rows_rejected for file in self.files),
            "repeated": sum(file.rows_repeated for file in self.files),
        }

    def log(self) -> None:
        """One line for each loaded file, ignored entry or column, and column with unparseable values."""
        for entry in self.unknown_entries:
            log.warning("%s: no table has this name; ignored", entry)
        for label, column in self.unknown_columns:
            log.warning("%s: unknown column %r ignored", label, column)
        for counts in self.files:
            log.info(
                "%s/%s: %d rows read, %d kept, %d set aside, %d repeated",
                counts.batch_id,
                counts.file,
                counts.rows_read,
                counts.rows_kept,
                counts.rows_rejected,
                counts.rows_repeated,
            )
        for table, column, times in self.warnings:
            log.warning("%s.%s: %d values could not be parsed and are missing", table, column, times)
