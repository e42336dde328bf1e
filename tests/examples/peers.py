"""Institutions of one rank with enough cases that each yield exactly the x of an example's `peers`."""

from __future__ import annotations

from decimal import Decimal

from tests.examples.settlement import BEGIN, END, Row, setl_id_of, settlement

RANKED = "5"  # hosp_lv 二甲
REPORTS = 50  # an institution's reports: every share of an example is a whole number of fiftieths


def peer_tables(peers: list[dict[str, str]], rule: dict[str, str]) -> dict[str, list[Row]]:
    """Tables of a profile example: fixmedins_d with the level, and stays (S10 avg_fee) or reports (S06 normal_rate)."""
    tables: dict[str, list[Row]] = {"fixmedins_d": [], "fee_list_d": [], "setl_d": [], "mdtrt_d": [], "diag_d": []}
    for peer in peers:
        level = peer.get("hosp_lv", RANKED)
        tables["fixmedins_d"].append({"fixmedins_code": peer["inst"], "hosp_lv": level})
        if rule["rule_type_id"] == "S10":
            assert rule["metric"] == "avg_fee", "the only metric that the contract's examples use"
            _add_stays(tables, peer, level, rule)
        else:
            tables.setdefault("report_d", []).extend(_reports(tables, peer, level, rule))
    return tables


def _add_stays(tables: dict[str, list[Row]], peer: dict[str, str], level: str, rule: dict[str, str]) -> None:
    """As many stays as the rule asks for, if ``cases`` says no other number, each of another person, with one line of x."""
    inst, fee = peer["inst"], Decimal(peer["x"])
    for number in range(1, int(peer.get("cases", rule["min_cases"])) + 1):
        visit = _add_visit(tables, f"M{inst}-{number}", f"P{inst}-{number}", inst, level, "21", fee)
        line = {k: visit[k] for k in ("mdtrt_id", "psn_no", "fixmedins_code", "med_type")}
        line |= {"feedetl_sn": "L1", "setl_id": setl_id_of(str(visit["mdtrt_id"])), "vali_flag": "1"}
        line |= {"fee_ocur_time": "2025-03-10 09:00:00", "med_list_codg": "X00", "cnt": "1", "pric": f"{fee:.2f}"}
        line |= {"det_item_fee_sumamt": f"{fee:.2f}", "inscp_scp_amt": f"{fee:.2f}", "chrgitm_lv": "1"}
        tables["fee_list_d"].append(line)
        diagnosis = {"mdtrt_id": visit["mdtrt_id"], "diag_srt_no": "1", "diag_code": f"{rule['diag_set']}.900"}
        tables["diag_d"].append(diagnosis | {"inout_diag_type": "1", "maindiag_flag": "1", "vali_flag": "1"})


def _reports(tables: dict[str, list[Row]], peer: dict[str, str], level: str, rule: dict[str, str]) -> list[Row]:
    """Fifty reports of one visit, if ``cases`` says no other number, of which the share x is normal."""
    inst, reports = peer["inst"], int(peer.get("cases", REPORTS))
    visit = _add_visit(tables, f"M{inst}", f"P{inst}", inst, level, "11", Decimal())
    normal = Decimal(peer["x"]) * reports
    assert normal == int(normal), f"{peer['x']} is no whole number of {reports} reports"
    report = {"mdtrt_id": visit["mdtrt_id"], "med_list_codg": rule["item_codes"], "exam_date": "2025-03-10"}
    return [
        report | {"rpotc_no": str(number), "exam_rslt_abn": "0" if number <= normal else "1"} for number in range(1, reports + 1)
    ]


def _add_visit(
    tables: dict[str, list[Row]], mdtrt_id: str, psn_no: str, inst: str, level: str, med_type: str, fee: Decimal
) -> Row:
    visit: Row = {"mdtrt_id": mdtrt_id, "psn_no": psn_no, "fixmedins_code": inst, "med_type": med_type}
    visit |= {"begntime": BEGIN, "endtime": END, "dscg_way": "1", "vali_flag": "1"}
    tables["mdtrt_d"].append(visit)
    tables["setl_d"].append(settlement(visit, fee, fee, fee * Decimal("0.80")) | {"hosp_lv": level})
    return visit
