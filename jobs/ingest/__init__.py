"""From landing folders to typed source rows, what is set aside, and what was loaded."""

from jobs.ingest.current import current_rows
from jobs.ingest.report import FileCounts, IngestReport
from jobs.ingest.run import ingest

__all__ = ["FileCounts", "IngestReport", "current_rows", "ingest"]
