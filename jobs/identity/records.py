"""The access records of a lake: tested against change, and listed."""

from __future__ import annotations

from pathlib import Path

from jobs.identity.open import open_persons
from jobs.identity.who import require_role
from jobs.settings import Settings
from jobs.spark import open_published
from lake.identity.access import Access, AccessLog, Head
from lake.tables import ACCESS_HEAD

ACTS = {"reveal": "查阅", "rotate": "更换密钥"}


def verify(lake_path: Path, settings: Settings) -> tuple[int, int]:
    """How many records there are, and how many heads of them the lake keeps; IntegrityFailure for any change."""
    lake = open_published(lake_path, settings)
    with open_persons(lake_path, settings) as persons:
        log = AccessLog(persons)
        log.records()  # a fault in the file itself needs no JVM
        pinned = [Head(row.records, row.mac) for row in lake.read(ACCESS_HEAD).collect()] if lake.exists(ACCESS_HEAD) else []
        return len(log.records(pinned)), len(pinned)


def listed(lake_path: Path, user: str, settings: Settings) -> str:
    """All records in Chinese, the latest first; NotAllowed without the role, IntegrityFailure if they were changed."""
    require_role(settings, user, "review")
    with open_persons(lake_path, settings) as persons:
        records = AccessLog(persons).records()
    return "\n".join(_line(number, access) for number, access in reversed(list(enumerate(records, 1)))) or "没有查阅记录"


def _line(number: int, access: Access) -> str:
    about = f"  案件 {access.case_id}" if access.case_id else ""
    act = ACTS[access.act] + ("" if access.granted else "（被拒）")
    return f"{number}  {access.at}  {access.by}  {act}{about}  理由：{access.reason}"
