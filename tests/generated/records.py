"""The further tables of a batch: registers, orders, reports, records, consents, filings, stock."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.generated import pools
from tests.generated.world import Row, World


def further_tables(rnd: Random, world: World) -> dict[str, list[Row]]:
    """Every other table that a rule type may read; each is absent from one batch in six."""
    makers: dict[str, Callable[[Random, World], list[Row]]] = {
        "psn_d": _persons,
        "fixmedins_d": _institutions,
        "prac_psn_d": _doctors,
        "drord_d": _orders,
        "report_d": _reports,
        "record_d": _records,
        "consent_d": _consents,
        "onsite_d": _checks,
        "filing_d": _filings,
        "inventory_d": _stock,
        "medins_map_d": _map,
        "oprn_d": _operations,
    }
    return {name: make(rnd, world) for name, make in makers.items() if rnd.random() < 5 / 6}


def _some_visits(rnd: Random, world: World) -> list[str]:
    return [str(visit["mdtrt_id"]) for visit in world.visits for _ in range(rnd.choice([0, 1, 1, 2]))]


def _near(rnd: Random, world: World, mdtrt_id: str) -> str:
    """A date at the visit's beginning, at its end, or any."""
    visit = next(v for v in world.visits if v["mdtrt_id"] == mdtrt_id)
    return rnd.choice([str(visit["begntime"])[:10], str(visit["endtime"])[:10], rnd.choice(pools.DATES)])


def _stamp(rnd: Random, date: str) -> str:
    return f"{date} {rnd.choice(pools.TIMES)}"


def _persons(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "psn_no": person,
            "gend": rnd.choice(["", "0", "1", "2"]),
            "brdy": rnd.choice([world.births[person], ""]),
            "emp_no": rnd.choice(["", "E1", "E1", "E2"]),
            "die_date": rnd.choice(["", "", "", "2025-03-09", "2025-02-28"]),
        }
        for person in world.persons
        if rnd.random() < 0.9
    ]


def _institutions(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "fixmedins_code": place,
            "hosp_lv": rnd.choice([world.levels[place], ""]),
            "admdvs": rnd.choice(pools.AREAS),
            "alliance_code": rnd.choice(["", "Y1", "Y1", "Y2"]),
        }
        for place in world.institutions
        if rnd.random() < 0.9
    ]


def _doctors(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "prac_psn_code": doctor,
            "caty": rnd.choice(pools.DEPARTMENTS),
            "pro_tech_duty": rnd.choice(["231", "232", "233", "234", "", "999"]),
            "hi_dr_flag": rnd.choice(pools.FLAG),
            "begndate": rnd.choice(["", "", "2025-03-10", "2025-03-11"]),
            "enddate": rnd.choice(["", "", "2025-03-09", "2025-03-10"]),
        }
        for doctor in ("D1", "D2")
    ]


def _orders(rnd: Random, world: World) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    for mdtrt_id in _some_visits(rnd, world):
        number, on = rnd.choice(["X1", "X2", "X3"]), _near(rnd, world, mdtrt_id)
        rows[mdtrt_id, number] = {
            "mdtrt_id": mdtrt_id,
            "drord_no": number,
            "drord_type": rnd.choice(["1", "2", "2", "3", ""]),
            "med_list_codg": rnd.choice(pools.CODES),
            "medins_list_codg": rnd.choice(["", "K1", "K2"]),
            "drord_isu_time": _stamp(rnd, on),
            "drord_endtime": rnd.choice(["", _stamp(rnd, on)]),
            "exec_cnt": rnd.choice(["", "0", "1", "2", "3"]),
            "medn_used_sdose": rnd.choice(["", "100", "2.5", "500"]),
            "medn_used_dosunt": rnd.choice(["mg", "MG", "g", ""]),
            "medn_use_frqu": rnd.choice(["BID", "qd ", "QW", "QOD", "xyz", ""]),
            "vali_flag": rnd.choice(["1", "1", "1", "", "0"]),
        }
    return list(rows.values())


def _reports(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "mdtrt_id": mdtrt_id,
            "rpotc_no": str(number),
            "med_list_codg": rnd.choice([*pools.CODES, "C1"]),
            "exam_date": rnd.choice(["", _near(rnd, world, mdtrt_id)]),
            "rpt_date": rnd.choice(["", _near(rnd, world, mdtrt_id)]),
            "exam_rslt_abn": rnd.choice(["", "0", "0", "1"]),
        }
        for number, mdtrt_id in enumerate(_some_visits(rnd, world))
    ]


def _records(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "mdtrt_id": mdtrt_id,
            "rec_sn": str(number),
            "rec_type": rnd.choice(["course", "nursing", "treatment", "operation"]),
            "med_list_codg": rnd.choice(pools.CODES),
            "rec_time": _stamp(rnd, _near(rnd, world, mdtrt_id)),
            "in_bed_flag": rnd.choice(pools.FLAG),
        }
        for number, mdtrt_id in enumerate(_some_visits(rnd, world))
    ]


def _consents(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "mdtrt_id": mdtrt_id,
            "consent_sn": str(number),
            "chrgitm_lv": rnd.choice(["", "2", "02", "3"]),
            "med_list_codg": rnd.choice(["", "", "C1", "C2"]),
            "sign_flag": rnd.choice(["0", "0", "1", "1", ""]),
            "sign_time": rnd.choice(["", _stamp(rnd, _near(rnd, world, mdtrt_id))]),
        }
        for number, mdtrt_id in enumerate(_some_visits(rnd, world))
    ]


def _checks(rnd: Random, world: World) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    for mdtrt_id in _some_visits(rnd, world):
        when = _stamp(rnd, _near(rnd, world, mdtrt_id))
        flags = {"in_bed_flag": rnd.choice(pools.FLAG), "id_match_flag": rnd.choice(pools.FLAG)}
        rows[mdtrt_id, when] = {"mdtrt_id": mdtrt_id, "chk_time": when, **flags}
    return list(rows.values())


def _filings(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "filing_id": f"F{number}",
            "psn_no": rnd.choice(world.persons),
            "filing_type": rnd.choice(["opsp", "opsp", "accident", "accident", "transfer", "special_drug"]),
            "opsp_dise_code": rnd.choice(["M01", "M02"]),
            "begndate": rnd.choice(["2025-01-01", "2025-03-10", "2025-03-11", "2025-03-17", ""]),
            "enddate": rnd.choice(["", "2025-03-09", "2025-03-10", "2025-12-31"]),
            "chk_pay_flag": rnd.choice(pools.FLAG),
        }
        for number in range(rnd.choice([0, 1, 2, 3]))
    ]


def _stock(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "fixmedins_code": place,
            "med_list_codg": code,
            "ym": month,
            "open_cnt": rnd.choice(["0", "2", "1.5", ""]),
            "buy_cnt": rnd.choice(["0", "1", "10"]),
            "return_cnt": rnd.choice(["", "0", "1"]),
            "close_cnt": rnd.choice(["0", "0", "3", ""]),
        }
        for place in world.institutions
        for code in ("C1", "C2", "C1X")
        for month in ("2025-02", "2025-03")
        if rnd.random() < 0.8
    ]


def _map(rnd: Random, world: World) -> list[Row]:
    return [
        {
            "fixmedins_code": place,
            "medins_list_codg": own,
            "med_list_codg": rnd.choice(["C1", "C2", "C9"]),
            "begndate": rnd.choice(["", "2025-03-10"]),
            "enddate": rnd.choice(["", "2025-03-10", "2025-12-31"]),
        }
        for place in world.institutions
        for own in ("K1", "K2")
        if rnd.random() < 0.7
    ]


def _operations(rnd: Random, world: World) -> list[Row]:
    rows: list[Row] = []
    for number, mdtrt_id in enumerate(_some_visits(rnd, world)):
        on = _near(rnd, world, mdtrt_id)
        times = {"oprn_oprt_begntime": _stamp(rnd, on), "oprn_oprt_endtime": rnd.choice(["", _stamp(rnd, on)])}
        code = rnd.choice(pools.OPERATIONS[:3])
        rows.append({"mdtrt_id": mdtrt_id, "oprn_srt_no": str(number), "oprn_oprt_code": code, **times})
    return rows
