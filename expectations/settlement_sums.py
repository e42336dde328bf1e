"""What a settlement's amounts must sum up to (contract, section 1 "Amount identities")."""

from __future__ import annotations

from expectations.check import Check
from expectations.faults import apart

FUND_PARTS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay")
OWN_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")


def _if_sent(columns: tuple[str, ...], fault: str) -> str:
    """The fault where any of these amounts is sent: an amount that a site does not send is 0.00 in every row."""
    return f"CASE WHEN {' OR '.join(f'this.{column} <> 0' for column in columns)} THEN {fault} END"


IDENTITIES = (
    Check(
        id="total",
        name="总费用≠基金支付+个人负担",
        reason="结算不平则基金支付额不可信，拒付上限随之出错",
        fault=_if_sent(
            ("psn_part_amt", "acct_pay", "psn_cash_pay"),
            apart("this.medfee_sumamt", "this.fund_pay_sumamt + this.psn_part_amt"),
        ),
        share="sums",
    ),
    Check(
        id="fund_parts",
        name="基金支付≠各项基金之和",
        reason="各基金分担不平，追回金额无法归属",
        fault=_if_sent(FUND_PARTS, apart("this.fund_pay_sumamt", " + ".join(f"this.{part}" for part in FUND_PARTS))),
        share="sums",
    ),
    Check(
        id="person_parts",
        name="个人负担≠个账+现金",
        reason="个人负担不平，提示金额列错位",
        fault=_if_sent(("acct_pay", "psn_cash_pay"), apart("this.psn_part_amt", "this.acct_pay + this.psn_cash_pay")),
        share="sums",
    ),
    Check(
        id="fund_beyond",
        name="基金支付大于总费用",
        reason="部分不能大于整体",
        fault="abs(this.fund_pay_sumamt) > abs(this.medfee_sumamt) + {tolerance}",
        share="sums",
    ),
    Check(
        id="lines_total",
        name="总费用≠明细合计",
        reason="明细缺失、重复或金额移位时，结算与明细不再相等",
        fault=apart("this.medfee_sumamt", "lines.amt"),
        share="sums",
    ),
    Check(
        id="lines_scope",
        name="符合范围金额≠明细合计",
        reason="符合范围金额不平则每条明细的基金支付推算出错",
        fault=apart("this.inscp_scp_amt", "lines.inscp"),
        share="sums",
    ),
    Check(
        id="lines_own",
        name="全自费、超限价、先行自付≠明细合计",
        reason="自付各项不平，提示明细或结算的金额列错位",
        fault=_if_sent(OWN_PARTS, " OR ".join(apart(f"this.{part}", f"lines.{part}") for part in OWN_PARTS)),
        share="sums",
    ),
)

# One row for each new settlement that has valid lines, of whichever batch, with what they sum up to.
SETTLEMENT_LINES = """
SELECT setl_id, sum(det_item_fee_sumamt) AS amt, sum(inscp_scp_amt) AS inscp, sum(fulamt_ownpay_amt) AS fulamt_ownpay_amt,
    sum(overlmt_amt) AS overlmt_selfpay, sum(preselfpay_amt) AS preselfpay_amt
FROM fee_list_d
WHERE coalesce(vali_flag, 1) <> 0 AND setl_id IN (SELECT setl_id FROM new_setl_d)
GROUP BY setl_id
"""
