"""The refuse list: what the fund will not pay, each line once, never more than a settlement was paid (SQL, both engines).

Source: contract, section 3 "Amounts", ``refuse_list``.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.engines.portable import as_yuan, text_literal

# One row for each finding and line at fault with money, as the hits have them.
REFUSE_CANDIDATE = """
SELECT finding.month, r.mdtrt_id, r.setl_id, r.feedetl_sn, finding.jr_id, finding.rule_id, finding.sev_deg,
    finding.catalogue_no, finding.control_mode, finding.vola_amt_stas, finding.finding_stas, r.vola_amt, r.vola_inscp_amt,
    r.fund_amt, r.setl_fund, r.hi_paymtd
FROM finding_row AS r
JOIN finding_group AS finding ON finding.rule_key = r.rule_key AND finding.month = r.month
    AND finding.subject <=> r.subject AND finding.f_mdtrt_id <=> r.f_mdtrt_id AND finding.f_setl_id <=> r.f_setl_id
WHERE r.item_type = 1 AND r.setl_id IS NOT NULL AND r.vola_amt > 0
"""

# The same rows from the tables: what a line was found with is kept, so nothing has to be judged again.
STORED_CANDIDATE = """
SELECT finding.found_for AS month, detl.mdtrt_id, line.setl_id, detl.feedetl_sn, finding.jr_id, finding.rule_id,
    finding.sev_deg, {catalogue_no} AS catalogue_no, finding.control_mode, finding.vola_amt_stas, finding.finding_stas,
    CAST(detl.vola_amt * 100 AS BIGINT) AS vola_amt, CAST(detl.vola_inscp_amt * 100 AS BIGINT) AS vola_inscp_amt,
    CAST(detl.fund_amt * 100 AS BIGINT) AS fund_amt, line.setl_fund, line.hi_paymtd
FROM finding
JOIN finding_detl AS detl ON detl.jr_id = finding.jr_id AND detl.found_for = finding.found_for
JOIN line ON line.mdtrt_id = detl.mdtrt_id AND line.feedetl_sn = detl.feedetl_sn
WHERE detl.vola_item_type = 1 AND detl.vola_amt > 0
"""

# One row for each refused line. The first finding of a line, by severity, catalogue order and rule_id, refuses it; then each
# settlement's fund payment is used up in the same order.
REFUSE_LIST = """
WITH eligible AS (
    SELECT month, mdtrt_id, setl_id, feedetl_sn, jr_id, rule_id, sev_deg, catalogue_no, vola_amt, vola_inscp_amt, fund_amt,
        setl_fund,
        row_number() OVER (
            PARTITION BY mdtrt_id, feedetl_sn ORDER BY sev_deg, catalogue_no, rule_id, jr_id
        ) AS place
    FROM refuse_candidate
    WHERE sev_deg = 1 AND control_mode IN ('SETTLE', 'ERROR') AND vola_amt_stas = 1 AND finding_stas = 'active'
        AND ({include_drg} OR coalesce(hi_paymtd, '') NOT IN ('3', '4'))
),
used AS (
    SELECT month, mdtrt_id, setl_id, feedetl_sn, jr_id, rule_id, vola_amt, vola_inscp_amt, fund_amt, setl_fund,
        sum(fund_amt) OVER (
            PARTITION BY setl_id ORDER BY sev_deg, catalogue_no, rule_id, feedetl_sn, mdtrt_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - fund_amt AS fund_before
    FROM eligible
    WHERE place = 1
)
SELECT month, mdtrt_id, setl_id, feedetl_sn, jr_id, rule_id,
    {vola_amt} AS vola_amt, {vola_inscp_amt} AS vola_inscp_amt, {fund_amt} AS fund_amt
FROM used
"""


def refuse_statements(include_drg: bool) -> list[tuple[str, str]]:
    """Statements for ``refuse_list`` from finding_row and finding_group; DRG and DIP settlements only if configured."""
    return [("refuse_candidate", REFUSE_CANDIDATE), _refuse_list(include_drg)]


def stored_refuse_statements(include_drg: bool, types: Sequence[str]) -> list[tuple[str, str]]:
    """The same from ``finding``, ``finding_detl`` and ``line``; ``types`` are rule types in catalogue order."""
    places = " ".join(f"WHEN {text_literal(name)} THEN {place}" for place, name in enumerate(types))
    catalogue_no = f"CASE finding.rule_type_id {places} END"
    return [("refuse_candidate", STORED_CANDIDATE.format(catalogue_no=catalogue_no)), _refuse_list(include_drg)]


def _refuse_list(include_drg: bool) -> tuple[str, str]:
    left = "greatest(least(CAST(fund_amt AS BIGINT), setl_fund - CAST(fund_before AS BIGINT)), CAST(0 AS BIGINT))"
    amounts = {
        "vola_amt": as_yuan("vola_amt"),
        "vola_inscp_amt": as_yuan("vola_inscp_amt"),
        "fund_amt": as_yuan(left),
    }
    return "refuse_list", REFUSE_LIST.format(include_drg=str(include_drg).upper(), **amounts)
