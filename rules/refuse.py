"""The refuse list: what the fund will not pay, each line once, never more than a settlement was paid (SQL, both engines).

Source: contract, section 3 "Amounts", ``refuse_list``.
"""

from __future__ import annotations

from rules.engines.portable import as_yuan

# One row for each refused line. The first finding of a line, by severity, catalogue order and rule_id, refuses it; then each
# settlement's fund payment is used up in the same order.
REFUSE_LIST = """
WITH eligible AS (
    SELECT finding.month, r.mdtrt_id, r.setl_id, r.feedetl_sn, finding.jr_id, finding.rule_id, finding.sev_deg,
        finding.catalogue_no, r.vola_amt, r.vola_inscp_amt, r.fund_amt, r.setl_fund,
        row_number() OVER (
            PARTITION BY r.mdtrt_id, r.feedetl_sn
            ORDER BY finding.sev_deg, finding.catalogue_no, finding.rule_id, finding.jr_id
        ) AS place
    FROM finding_row AS r
    JOIN finding_group AS finding ON finding.rule_key = r.rule_key AND finding.month = r.month
        AND finding.subject <=> r.subject AND finding.f_mdtrt_id <=> r.f_mdtrt_id AND finding.f_setl_id <=> r.f_setl_id
    WHERE r.item_type = 1 AND r.setl_id IS NOT NULL AND r.vola_amt > 0
        AND finding.sev_deg = 1 AND finding.control_mode IN ('SETTLE', 'ERROR')
        AND finding.vola_amt_stas = 1 AND finding.finding_stas = 'active'
        AND ({include_drg} OR coalesce(r.hi_paymtd, '') NOT IN ('3', '4'))
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
    """The statement for ``refuse_list`` from finding_row and finding_group; DRG and DIP settlements only if configured."""
    left = "greatest(least(CAST(fund_amt AS BIGINT), setl_fund - CAST(fund_before AS BIGINT)), CAST(0 AS BIGINT))"
    amounts = {
        "vola_amt": as_yuan("vola_amt"),
        "vola_inscp_amt": as_yuan("vola_inscp_amt"),
        "fund_amt": as_yuan(left),
    }
    return [("refuse_list", REFUSE_LIST.format(include_drg=str(include_drg).upper(), **amounts))]
