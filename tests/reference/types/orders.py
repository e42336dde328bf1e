"""Orders of a visit and the catalogue code that each names."""

from __future__ import annotations

from tests.reference.bills import Visit
from tests.reference.job import Job
from tests.reference.values import Row, date_of, day, moment, text


def orders_of(job: Job, visit: Visit) -> list[Row]:
    """The visit's valid orders."""
    return job.lake.of_visit("drord_d", visit)


def order_code(job: Job, visit: Visit, order: Row) -> str | None:
    """med_list_codg, else that of the hospital's own code by the map valid when the order was issued."""
    own = text(order, "medins_list_codg")
    issued = date_of(moment(order, "drord_isu_time"))
    if text(order, "med_list_codg") or own is None or issued is None:
        return text(order, "med_list_codg")
    for row in job.lake.rows.get("medins_map_d", []):
        begin, end = day(row, "begndate"), day(row, "enddate")
        is_valid = (begin is None or begin <= issued) and (end is None or issued <= end)
        if text(row, "fixmedins_code") == visit.institution and text(row, "medins_list_codg") == own and is_valid:
            return text(row, "med_list_codg")
    return None
