"""Landed files into the lake, the persons that they name into the identity store beside it."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import functions as F

from jobs.identity.open import open_persons
from jobs.ingest import ingest
from jobs.ingest.report import IngestReport
from jobs.ingest.typed import RegionalValues
from jobs.settings import Settings
from lake.errors import BadInput
from lake.identity.access import AccessLog
from lake.identity.persons import FILE, PersonStore
from lake.store import Lake
from lake.tables import ACCESS_HEAD, BATCH_FILE


def load_landed(lake: Lake, landing: Path, settings: Settings) -> IngestReport:
    """Loads every landed file that the lake does not hold yet, and pins the access records that there are by now.

    Refused before anything is written: another key than the identity store's, a store that is missing though the lake holds
    batches, and persons in the clear for a lake of pseudonyms.
    """
    region = RegionalValues(settings.region.codes, settings.region.drop_leading_zeros)
    store = settings.access.folder_of(lake.path) / FILE
    if settings.identity.mode == "clear":
        if store.is_file() and store.stat().st_size:
            raise BadInput(f"identity.mode is clear, but this lake holds pseudonyms: their persons are in {store}")
        return ingest(lake, landing, "clear", None, region)
    with open_persons(lake.path, settings, make=not lake.exists(BATCH_FILE)) as persons:
        report = ingest(lake, landing, "hmac", persons.pseudonym_key, region, persons)
        _pin(lake, persons)
    return report


def _pin(lake: Lake, persons: PersonStore) -> None:
    """Writes down in the lake how many access records there are, where that is new."""
    head = AccessLog(persons).head
    if head.records and lake.read(ACCESS_HEAD).where(F.col("records") == head.records).isEmpty():
        lake.append(ACCESS_HEAD, ACCESS_HEAD.frame(lake.spark, [(head.records, head.mac)]))
