"""What the quarantine withholds: bills that no rule sees until their rows are put right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Lines set aside themselves, or with their visit or settlement. Reads ``quarantined`` (batch_id, file, line_no, table_name).
_SET_ASIDE = """
SELECT DISTINCT {table}.{key}
FROM {table}
JOIN quarantined ON quarantined.table_name = '{table}' AND quarantined.batch_id = {table}.batch_id
    AND quarantined.file = {table}.file AND quarantined.line_no = {table}.line_no
"""
_WITHHELD = """
SELECT count(*) AS lines, count(DISTINCT line.setl_id) AS settlements,
    coalesce(sum(line.det_item_fee_sumamt), 0) AS amount, coalesce(sum(line.inscp_scp_amt), 0) AS in_scope
FROM fee_list_d AS line
LEFT JOIN quarantined AS own ON own.table_name = 'fee_list_d' AND own.batch_id = line.batch_id AND own.file = line.file
    AND own.line_no = line.line_no
LEFT JOIN quarantined_visit AS visit ON visit.mdtrt_id = line.mdtrt_id
LEFT JOIN quarantined_settlement AS settlement ON settlement.setl_id = line.setl_id
WHERE own.line_no IS NOT NULL OR visit.mdtrt_id IS NOT NULL OR settlement.setl_id IS NOT NULL
"""
STATEMENTS = (
    ("quarantined_visit", _SET_ASIDE.format(table="mdtrt_d", key="mdtrt_id")),
    ("quarantined_settlement", _SET_ASIDE.format(table="setl_d", key="setl_id")),
    ("withheld", _WITHHELD),
)


@dataclass(frozen=True)
class Impact:
    """Rows set aside, and the bills that are withheld with them. ``findings`` is estimated; None before anything was judged."""

    rows: int
    lines: int
    settlements: int
    amount: Decimal
    in_scope: Decimal
    findings: int | None


def expected_findings(lines: int, findings_before: int, lines_before: int) -> int | None:
    """Findings that so many lines would have, at the last publication's rate; None if there is none to go by."""
    return round(lines * findings_before / lines_before) if lines_before else None
