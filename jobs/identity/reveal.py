"""The reveal job: the person of one case, named to a user who may know, and put on record before it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pyspark.sql import functions as F

from jobs.identity.open import open_persons
from jobs.identity.who import admit
from jobs.settings import Settings
from jobs.spark import open_published
from lake.errors import BadInput, IntegrityFailure
from lake.identity.access import Access, AccessLog
from lake.publications import last, read_published
from lake.tables import CASE_LIST

WORDS = {"psn_name": "姓名", "certno": "证件号码", "tel": "电话", "psn_no": "人员编号"}
NOT_LANDED = "未登记"


def reveal(lake_path: Path, case_id: str, reason: str, user: str, now: datetime, settings: Settings) -> str:
    """Who the person of the case is, in Chinese; what is not known of them is said.

    NotAllowed, and on record too, for a user without the role. BadInput for a case that is not published, or that is
    about several persons or none.
    """
    access = Access(now.isoformat(" ", "seconds"), user, "reveal", True, checked_reason(reason), case_id)
    admit(lake_path, access, settings)
    with open_persons(lake_path, settings) as persons:
        psn_no = _person_of(lake_path, case_id, settings)
        person = persons.find(psn_no)
        if person is None:
            raise IntegrityFailure(f"{persons.path}: knows nobody for the person of case {case_id}: restore it")
        number = AccessLog(persons).add(replace(access, psn_no=psn_no))
    lines = [f"{words} {person.get(name, NOT_LANDED)}" for name, words in WORDS.items()]
    return "\n".join([f"案件 {case_id}", *lines, f"查阅记录第 {number} 号，查阅人 {user}"])


def checked_reason(reason: str) -> str:
    """The reason as it is put on record; BadInput without one."""
    if not reason.strip():
        raise BadInput("--reason: must say why; it is put on record")
    return " ".join(reason.split())


def _person_of(lake_path: Path, case_id: str, settings: Settings) -> str:
    """The pseudonym of the one person that the published case is about."""
    lake = open_published(lake_path, settings)
    publication = last(lake)
    if publication is None:
        raise BadInput(f"{lake_path}: nothing is published in this lake yet")
    cases = read_published(lake, CASE_LIST, publication).where(F.col("case_id") == F.lit(case_id))
    found = [row.psn_no for row in cases.select("psn_no").distinct().collect()]
    if not found:
        raise BadInput(f"--case {case_id}: publication {publication.publication_id} has no such case")
    if found[0] is None:
        raise BadInput(f"--case {case_id}: is about an institution or several persons; only the person of a case can be named")
    return str(found[0])
