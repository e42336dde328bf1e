"""The vacuum job: deletes the data files that no kept publication names, and the records of old runs. Delta's logs stay whole."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from jobs.run import recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.flush import flush
from lake.lock import one_writer
from lake.pins import pins_of
from lake.places import require_local
from lake.retention import expiring, unneeded_files
from lake.runs import old_run_files
from lake.startup import check_lake
from lake.tables import PUBLICATION_EXPIRED


def vacuum(lake_path: Path, today: date, is_delete: bool, settings: Settings) -> str:
    """Says which publications expire, and how many files that frees and old runs left; deletes them if asked to.

    What expires is recorded before the first file is gone, so that a run that is cut off leaves nothing unnamed.
    """
    require_local(lake_path, "vacuum")
    lake = open_published(lake_path, settings)
    with recorded(lake_path, "vacuum"), one_writer(lake_path):
        check_lake(lake_path)
        pins = pins_of(lake_path)
        expired = expiring(pins, today, settings.retention.days, settings.retention.month_end_years)
        files = unneeded_files(lake_path, pins, expired)
        size = sum(file.stat().st_size for file in files)
        of_runs = old_run_files(lake_path, today - timedelta(days=settings.retention.run_days))
        new = sorted(expired - pins.expired)
        if is_delete:
            if new:
                rows = [(number, today) for number in new]
                lake.append(PUBLICATION_EXPIRED, PUBLICATION_EXPIRED.frame(lake.spark, rows))
                flush(lake_path, {PUBLICATION_EXPIRED.name: lake.version(PUBLICATION_EXPIRED)}, {})
            for file in (*files, *of_runs):
                file.unlink()
    verb = "deleted" if is_delete else "would be deleted (--delete does it)"
    freed = f"{len(files):,} files, {size:,} bytes, {len(of_runs):,} files of old runs"
    return f"publications expired: {', '.join(map(str, new)) or 'none'}; {freed} {verb}"
