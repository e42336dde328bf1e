"""The features of visits."""

from __future__ import annotations

from features.findings import TYPES, type_counts
from features.refills import subject_refills
from features.subjects import Statement, yuan
from features.visits import REMEMBERED_DAYS

_FOUND = f"""
SELECT month, mdtrt_id, {type_counts("findings")}
FROM found
WHERE mdtrt_id IS NOT NULL
GROUP BY month, mdtrt_id
"""


def _share(part: str, whole: str) -> str:
    return f"CASE WHEN fact.{whole} > 0 THEN round(CAST({part} AS DOUBLE) / fact.{whole}, 4) END"


_SHARES = {
    "drug_share": _share("fact.drug_fee", "fee"),
    "exam_share": _share("fact.exam_fee", "fee"),
    "consumable_share": _share("fact.consumable_fee", "fee"),
    "treatment_share": _share("fact.treatment_fee", "fee"),
    "antibiotic_share": _share("fact.antibiotic_fee", "drug_fee"),
    "ownpay_share": _share("(fact.fee - fact.inscp)", "fee"),
    "night_share": _share("fact.night_lines", "lines"),
    "holiday_share": _share("fact.off_lines", "lines"),
}
_IS_REMEMBERED = f"last_stay.days_since_stay BETWEEN 0 AND {REMEMBERED_DAYS}"

VISIT = f"""
SELECT fact.month, fact.mdtrt_id, fact.psn_no, fact.fixmedins_code, fact.bilg_dr_codg, fact.visit_class, fact.insutype,
    fact.hosp_rank, CAST(timestampdiff(YEAR, fact.brdy, fact.begin_day) AS INT) AS age,
    CASE WHEN fact.is_offsite IS NOT NULL THEN CASE WHEN fact.is_offsite THEN 1 ELSE 0 END END AS is_offsite,
    CASE WHEN fact.has_oprn THEN 1 ELSE 0 END AS has_operation, fact.diagnoses, fact.lines, {yuan("fact.fee")} AS fee_amt,
    {yuan("fact.inscp")} AS inscp_amt, {yuan("fact.fund_amt")} AS fund_amt, fact.stay_days,
    CASE WHEN fact.stay_days > 0 THEN round(CAST(fact.fee AS DOUBLE) / 100 / fact.stay_days, 4) END AS fee_per_day,
    round(peered.fee_to_peers, 4) AS fee_to_peers, coalesce(peered.peers, 0) AS peers,
    {", ".join(f"{text} AS {name}" for name, text in _SHARES.items())},
    fact.override_lines, fact.doctors, CASE WHEN {_IS_REMEMBERED} THEN last_stay.days_since_stay END AS days_since_stay,
    same_day.visits AS same_day_visits, same_day.institutions AS same_day_institutions,
    coalesce(visit_refill.refills, 0) AS refills, coalesce(visit_refill.early_refills, 0) AS early_refills,
    {", ".join(f"coalesce(visit_found.findings_{name}, 0) AS findings_{name}" for name in TYPES)}
FROM visit_fact AS fact
LEFT JOIN visit_fact_peered AS peered ON peered.month = fact.month AND peered.mdtrt_id = fact.mdtrt_id
LEFT JOIN last_stay ON last_stay.month = fact.month AND last_stay.mdtrt_id = fact.mdtrt_id
LEFT JOIN same_day ON same_day.month = fact.month AND same_day.psn_no = fact.psn_no AND same_day.begin_day = fact.begin_day
    AND NOT fact.is_stay
LEFT JOIN visit_refill ON visit_refill.month = fact.month AND visit_refill.subject = fact.mdtrt_id
LEFT JOIN visit_found ON visit_found.month = fact.month AND visit_found.mdtrt_id = fact.mdtrt_id
"""


def visit_statements() -> list[Statement]:
    """Statements that end in ``visit_month``."""
    return [("visit_found", _FOUND), subject_refills("visit", "mdtrt_id"), ("visit_month", VISIT)]
