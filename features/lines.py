"""What a visit was billed in a month by each doctor: of the asked months all that features are made of, of the months that they
look at lines and amount.

Reads ``line`` (net lines of the window of months, as each month knew them), ``asked``, ``antibiotic`` (code_key), ``day_off``
(fee_date) and ``restricted_line`` (month, missing where it is the same for all; mdtrt_id, feedetl_sn, hosp_appr_flag). SQL that
both engines answer alike.
"""

from __future__ import annotations

# National fee categories: 03 检查, 04 化验; 05 治疗, 06 手术.
_IS_DRUG = "line.list_type IN ('101', '102', '103')"
_IS_EXAM = "line.med_chrgitm_type IN ('03', '04')"
_IS_TREATMENT = "line.med_chrgitm_type IN ('05', '06')"
_IS_NIGHT = "hour(line.fee_time) NOT BETWEEN 6 AND 21"
# Of 分 and of lines, summed over the lines that a condition leaves.
SUMS = {
    "lines": "1",
    "fee": "line.net_amt",
    "inscp": "line.net_inscp",
    "drug_fee": f"CASE WHEN {_IS_DRUG} THEN line.net_amt ELSE 0 END",
    "exam_fee": f"CASE WHEN {_IS_EXAM} THEN line.net_amt ELSE 0 END",
    "consumable_fee": "CASE WHEN line.list_type = '301' THEN line.net_amt ELSE 0 END",
    "treatment_fee": f"CASE WHEN {_IS_TREATMENT} THEN line.net_amt ELSE 0 END",
    "antibiotic_fee": f"CASE WHEN {_IS_DRUG} AND antibiotic.code_key IS NOT NULL THEN line.net_amt ELSE 0 END",
    "drug_lines": f"CASE WHEN {_IS_DRUG} THEN 1 ELSE 0 END",
    "night_lines": f"CASE WHEN {_IS_NIGHT} THEN 1 ELSE 0 END",
    "off_lines": "CASE WHEN day_off.fee_date IS NOT NULL THEN 1 ELSE 0 END",
}
# What a visit's lines add up to, and what else is known of them.
ADDED = (*SUMS, "restricted_lines", "override_lines")


def added(relation: str, names: tuple[str, ...] = ADDED) -> str:
    """SQL of the sums of columns of a relation, under their names."""
    return ", ".join(f"CAST(sum({relation}.{name}) AS BIGINT) AS {name}" for name in names)


_SUMMED = ", ".join(f"CAST(sum({text}) AS BIGINT) AS {name}" for name, text in SUMS.items())
_SHOWN = ", ".join(f"summed.{name}" for name in SUMS)

# One row for each visit, month of the window and doctor; '' where no doctor is named.
BILLED = """
SELECT line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '') AS bilg_dr_codg, count(*) AS lines,
    CAST(sum(line.net_amt) AS BIGINT) AS fee
FROM line
GROUP BY line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '')
"""

# Lines of restricted use, and those for which the hospital claims that the restriction is met.
RESTRICTED = """
SELECT line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '') AS bilg_dr_codg, count(*) AS restricted_lines,
    count(CASE WHEN marked.hosp_appr_flag = 1 THEN 1 END) AS override_lines
FROM line
JOIN asked ON asked.month = line.month
JOIN restricted_line AS marked ON marked.mdtrt_id = line.mdtrt_id AND marked.feedetl_sn = line.feedetl_sn
    AND coalesce(marked.month, line.month) = line.month
GROUP BY line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '')
"""

# One row for each visit, asked month and doctor.
DOCTOR_LINE = f"""
WITH summed AS (
    SELECT line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '') AS bilg_dr_codg, {_SUMMED}
    FROM line
    JOIN asked ON asked.month = line.month
    LEFT JOIN antibiotic ON antibiotic.code_key = line.code_key
    LEFT JOIN day_off ON day_off.fee_date = line.fee_date
    GROUP BY line.month, line.mdtrt_id, coalesce(line.bilg_dr_codg, '')
)
SELECT summed.month, summed.mdtrt_id, summed.bilg_dr_codg, {_SHOWN},
    coalesce(restricted.restricted_lines, 0) AS restricted_lines, coalesce(restricted.override_lines, 0) AS override_lines
FROM summed
LEFT JOIN restricted ON restricted.month = summed.month AND restricted.mdtrt_id = summed.mdtrt_id
    AND restricted.bilg_dr_codg = summed.bilg_dr_codg
"""

# One row for each visit and asked month, with the doctor of the largest amount.
VISIT_LINE = f"""
SELECT line.month, line.mdtrt_id, {added("line")}, count(nullif(line.bilg_dr_codg, '')) AS doctors,
    nullif(max_by(line.bilg_dr_codg, struct(line.fee, line.bilg_dr_codg)), '') AS bilg_dr_codg
FROM doctor_line AS line
GROUP BY line.month, line.mdtrt_id
"""

STATEMENTS = (("billed", BILLED), ("restricted", RESTRICTED), ("doctor_line", DOCTOR_LINE), ("visit_line", VISIT_LINE))
