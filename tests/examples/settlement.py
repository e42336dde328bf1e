"""The valid settlement that every visit of an example has."""

from __future__ import annotations

from decimal import Decimal

Row = dict[str, str | None]
BEGIN, END = "2025-03-10 08:00:00", "2025-03-10 18:00:00"


def settlement(visit: Row, amount: Decimal, in_scope: Decimal, fund: Decimal) -> Row:
    """The valid settlement of a visit: person P1's sex and birth date, at the visit's end."""
    return {
        "setl_id": setl_id_of(str(visit["mdtrt_id"])),
        "mdtrt_id": visit["mdtrt_id"],
        "psn_no": visit["psn_no"],
        "gend": "1",
        "brdy": "1980-01-01",
        "insutype": "310",
        "insu_admdvs": "330102",
        "fixmedins_code": visit["fixmedins_code"],
        "hosp_lv": "5",
        "begndate": str(visit["begntime"])[:10],
        "enddate": str(visit["endtime"])[:10],
        "setl_time": visit["endtime"],
        "med_type": visit["med_type"],
        "hi_paymtd": "1",
        "medfee_sumamt": f"{amount:.2f}",
        "inscp_scp_amt": f"{in_scope:.2f}",
        "fulamt_ownpay_amt": f"{amount - in_scope:.2f}",
        "fund_pay_sumamt": f"{fund:.2f}",
        "hifp_pay": f"{fund:.2f}",
        "psn_part_amt": f"{amount - fund:.2f}",
        "psn_cash_pay": f"{amount - fund:.2f}",
        "refd_setl_flag": "0",
        "vali_flag": "1",
    }


def setl_id_of(mdtrt_id: str) -> str:
    """S1 for visit M1, SA for MA."""
    return "S" + mdtrt_id[1:]
