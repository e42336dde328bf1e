"""Brings bills and findings up to date: what a night touched alone where that is exact, else the whole."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from jobs.again import audit_again
from jobs.audit import RuleBase, audit
from jobs.bills import build_bills, rebuild_bills
from jobs.changes import changes_since
from jobs.night import judged_months, may_judge_part
from jobs.settings import Settings
from lake.publications import Publication
from lake.store import Lake
from lake.tables import BILL_LINE
from rules.judge import JudgedMonth

log = logging.getLogger(__name__)


def judge(
    lake: Lake, settings: Settings, base: RuleBase, published: Publication | None, months: Sequence[JudgedMonth],
    history_from: date, changed: bool,
) -> list[str]:  # fmt: skip
    """Judges ``months``; those whose findings or bills may differ from ``published`` now. ``changed``: rows came or went."""
    if changed:
        moved = _judge_part(lake, settings, base, published, months, history_from)
        if moved is not None:
            return moved
    if months:
        log.info("judging %s", ", ".join(month.month for month in months))
        audit(lake, settings, base, months, history_from, lake.rows(BILL_LINE))
    return [month.month for month in months]


def _judge_part(
    lake: Lake, settings: Settings, base: RuleBase, published: Publication | None, months: Sequence[JudgedMonth],
    history_from: date,
) -> list[str] | None:  # fmt: skip
    """Makes the bills anew, and judges what new rows touch; None: the whole is to be judged."""
    changes = None
    if settings.audit.touched_only and published and may_judge_part(lake, settings, published, base.rulebook_ver, history_from):
        changes = changes_since(lake, published)
    if published is None or changes is None:
        build_bills(lake, settings)
        return None
    rebuilt = rebuild_bills(lake, settings, changes)
    fresh = sorted({month.month for month in months} - judged_months(lake, published).keys())
    log.info("judging again the bills of %s persons", f"{rebuilt.persons.num_rows:,}")
    return audit_again(lake, settings, base, months, fresh, history_from, rebuilt)
