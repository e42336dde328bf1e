"""A named person releases a refused batch; the next night passes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jobs.gate.pending import pending
from jobs.run import recorded
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import last
from lake.startup import check_lake
from lake.tables import GATE_APPROVAL


def approve(lake_path: Path, batch_id: str, reason: str, name: str, now: datetime, settings: Settings) -> None:
    """Records that ``name`` releases the batch with the files that it has now.

    BadInput without a reason or a name, or if the batch is not in the lake, is published, or is released already.
    """
    for option, text in (("--reason", reason), ("--by", name)):
        if not text.strip():
            raise BadInput(f"{option}: must not be empty; the release is recorded with it")
    lake = open_published(lake_path, settings)
    with recorded(lake_path, "gate approve"), one_writer(lake_path):
        check_lake(lake_path)
        waiting = pending(lake, last(lake))
        if batch_id not in waiting.batches:
            listed = ", ".join(waiting.batches) or "none"
            raise BadInput(f"--batch {batch_id}: does not wait for the gate; waiting: {listed}")
        if batch_id in waiting.released:
            raise BadInput(f"--batch {batch_id}: is released already")
        row = (batch_id, waiting.batches[batch_id], reason.strip(), name.strip(), now.replace(microsecond=0))
        lake.append(GATE_APPROVAL, GATE_APPROVAL.frame(lake.spark, [row]))
