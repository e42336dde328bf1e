"""What the suites' SQL needs of the settings and the day: one text for each place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from expectations.verdict import Limits
from jobs.settings import Settings
from lake.tables import SOURCE_TABLES
from rules.bills.facts import visit_class_sql
from rules.engines.portable import text_literal


def places(settings: Settings, business_date: date, present: Collection[str]) -> dict[str, str]:
    """The places by name; ``present``: source tables of which any row ever came."""
    volume = settings.gate.volume
    inpatient = " OR ".join(f"startswith(this.med_type, {text_literal(prefix)})" for prefix in settings.inpatient_prefixes)
    return {
        "today": f"DATE '{business_date.isoformat()}'",
        "tolerance": str(settings.gate.tolerance),
        "min_rows": str(settings.gate.min_rows),
        "unusable": str(settings.gate.unusable_share),
        "weeks": str(volume.weeks),
        "band": str(volume.band),
        "least": str(volume.least),
        "least_for_none": str(volume.least_for_none),
        "holidays": ", ".join(f"DATE '{day.isoformat()}'" for day in sorted(settings.features.holidays)) or "CAST(NULL AS DATE)",
        "levels": ", ".join(str(level) for level in sorted(settings.hosp_rank)) or "NULL",
        "visit_class": visit_class_sql(settings.med_class, "this.med_type"),
        "is_inpatient": f"({inpatient or 'FALSE'})",
        "is_hashed": _truth(settings.identity.mode == "hmac"),
        **{f"has_{name}": _truth(name in present) for name in SOURCE_TABLES},
    }


def limits(settings: Settings) -> Limits:
    """What the settings allow."""
    shares = {name: float(share) for name, share in settings.gate.share}
    return Limits(shares, settings.gate.min_rows)


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"
