"""From landing folders to typed source rows, what is set aside, and what was loaded."""

from jobs.ingest.current import current_rows
from jobs.ingest.report import FileCounts, IngestReport
from jobs.ingest.run import ingest
from jobs.ingest.typed import RegionalValues

__all__ = ["FileCounts", "IngestReport", "RegionalValues", "current_rows", "ingest"]
