"""Generated rows of the shape line: V02–V07, V10, V11, V13, V17."""

from __future__ import annotations

import numpy as np

from rules.demo.common import OTHER_AREAS, Columns, number, pick, where
from rules.demo.draw import Draw
from rules.demo.groups import opsp_diseases

DRUGS = ("101", "102")
ALL_KINDS = ("101", "102", "103", "201", "301")
DEPARTMENTS = ("A03", "A04", "A05", "A07", "A10", "A11", "A12", "A13", "A15", "A16", "A19", "A20", "A21", "A28", "A50")
SPECIALTIES = ("内科", "外科", "妇产科", "儿科", "眼科", "口腔科", "精神科", "康复医学科", "中医科", "肿瘤科")
REGISTRATION_OF_EVERY_LINE = 2  # V17 rows without a code


def sex_restriction(draw: Draw) -> Columns:
    """V02: generated drugs of gynaecological and andrological groups."""
    frame = draw.pool.frame
    rows = draw.pool.ruled(DRUGS)
    sexed = rows[((frame["sex"] != "") & (frame["origin"] == "generated")).to_numpy()[rows]]
    picked = draw.targets(DRUGS, sexed)
    return {"med_list_codg": draw.codes(picked), "allowed_gend": frame["sex"].to_numpy(dtype=object)[picked]}


def drug_age(draw: Draw) -> Columns:
    """V03: drugs for children by name 17, 13 or 6 years; adult drugs from 18; newborn 28 days."""
    rows = draw.pool.ruled(DRUGS)
    child = draw.pool.frame["child"].to_numpy(dtype=bool)
    picked = draw.targets(DRUGS, rows[child[rows]])
    return {"med_list_codg": draw.codes(picked), **_ages(draw, child[picked])}


def item_age(draw: Draw) -> Columns:
    """V04: services and consumables for children, newborn or adults."""
    picked = draw.targets(("201", "301"))
    return {"med_list_codg": draw.codes(picked), **_ages(draw, draw.rng.random(draw.count) < 0.6)}


def _ages(draw: Draw, child: np.ndarray) -> Columns:
    unit = np.where(child, pick(("year", "year", "year", "month", "day"), draw.count, draw.rng), "year")
    year = pick(("17", "17", "13", "6"), draw.count, draw.rng)
    highest = np.where(unit == "year", year, np.where(unit == "month", "36", "28"))
    lowest = pick(("18", "16", "14", "12"), draw.count, draw.rng)
    return {"age_unit": unit, "age_max": where(child, highest), "age_min": where(~child, lowest)}


def institution_level(draw: Draw) -> Columns:
    """V05: mostly second level and above; a few items for primary care only."""
    picked = draw.targets((*DRUGS, "201"))
    lowest = draw.rng.random(draw.count) < 0.95
    return {
        "med_list_codg": draw.codes(picked),
        "min_rank": where(lowest, pick(("2", "3"), draw.count, draw.rng, (0.75, 0.25))),
        "max_rank": where(~lowest, pick(("1", "2"), draw.count, draw.rng)),
    }


def other_insurance(draw: Draw) -> Columns:
    """V06: half work injury (410), half maternity (510, some with the diagnoses that prove it)."""
    injury = draw.rng.random(draw.count) < 0.5
    proven = ~injury & (draw.rng.random(draw.count) < 0.6)
    return {
        "med_list_codg": draw.codes(draw.targets((*DRUGS, "201"))),
        "limited_to": np.where(injury, "injury", "maternity"),
        "allowed_insutype": np.where(injury, "410", "510"),
        "diag_set": where(proven, "O00-O99;Z30-Z39"),
    }


def care_setting(draw: Draw) -> Columns:
    """V07: inpatient or emergency only, outpatient only with the day of admission spared, or no internet."""
    kind = pick(("inpatient", "emergency", "outpatient", "internet"), draw.count, draw.rng, (0.5, 0.15, 0.2, 0.15))
    settings = {
        "inpatient": "IPT;DAYSURG;TRAUMA;MATN",
        "emergency": "EMERG;IPT;DAYSURG;TRAUMA;MATN",
        "outpatient": "OTP;EMERG;OPSP;PHARM",
        "internet": None,
    }
    return {
        "med_list_codg": draw.codes(draw.targets((*DRUGS, "201"))),
        "allowed_class": [settings[name] for name in kind],
        "internet": where(kind == "internet", "deny"),
        "skip_first_days": where(kind == "outpatient", "1"),
        "skip_last_days": where(kind == "outpatient", "1"),
    }


def out_of_scope(draw: Draw) -> Columns:
    """V10: own-pay codes of the catalogue everywhere, the others in one pool area only; few level and disease rows."""
    diseases = draw.icd.subcategories("Z40", "Z42") + draw.icd.subcategories("K00", "K00") + ["L64"]
    few = min(len(diseases), max(1, draw.count // 200))
    everywhere = 1 + few  # one level row, ``few`` disease rows
    coded = draw.count - everywhere
    single = draw.pool.singles("V10")
    ruled = draw.pool.ruled(ALL_KINDS)
    own_pay = ruled[(draw.pool.frame["chrgitm_lv"] == "03").to_numpy()[ruled]]
    areas_needed = max(0, coded - len(single) - len(own_pay))
    elsewhere = np.resize(draw.rng.permutation(ruled), areas_needed)
    picked = np.concatenate([single, draw.rng.permutation(own_pay), elsewhere])[:coded].astype(int)
    local = np.arange(coded) >= min(coded, len(single) + len(own_pay))
    none = [None] * everywhere
    return {
        "variant": ["code"] * coded + ["level"] + ["disease"] * few,
        "med_list_codg": [*draw.codes(picked), *none],
        "diag_set": [None] * (coded + 1) + diseases[:few],
        "poolarea": [*where(local, pick(OTHER_AREAS, coded, draw.rng)), *none],
    }


def opsp_list(draw: Draw) -> Columns:
    """V11: one list row per disease, the other rows allow one code of one disease, spread evenly."""
    diseases = [code for code, _ in opsp_diseases()][: max(1, draw.count // 3)]
    allowed = draw.count - len(diseases)
    each = -(-allowed // len(diseases))
    codes = [draw.codes(draw.pool.targets("", (*DRUGS, "201"), each, draw.rng)) for _ in diseases]
    return {
        "variant": ["list"] * len(diseases) + ["allow"] * allowed,
        "opsp_dise_code": [*diseases, *(code for code in diseases for _ in range(each))][: draw.count],
        "med_list_codg": [*([None] * len(diseases)), *np.concatenate(codes)][: draw.count],
        "need_filing": ["1" if place % 3 == 0 else "0" for place in range(len(diseases))] + [None] * allowed,
        # No scope, dates or states: an allow row that does not apply would put its code at fault.
        **dict.fromkeys(("insutype", "med_class", "hosp_lv", "poolarea", "exempt_dept", "exempt_diag")),
        "begndate": None,
        "enddate": None,
        "stas": "active",
    }


def price_standard(draw: Draw) -> Columns:
    """V13: caps at 1.00 … 1.50 times the reference price; 2 % discounts of a second operation of one chapter."""
    second = max(1, draw.count // 50)
    caps = draw.count - second
    picked = draw.targets(ALL_KINDS, count=caps)
    chapters = draw.pool.lists(("201",), second, 3, 6, draw.rng)
    prices = dict(zip(draw.pool.code, draw.pool.frame["price_fen"].to_numpy(), strict=True))
    full = np.array([prices[codes[0]] for codes in chapters])
    factor = 1 + np.round(draw.rng.random(caps) * 10) / 20
    cap = np.ceil(draw.pool.decimals(picked, "price_fen") * factor)
    return {
        "variant": ["cap"] * caps + ["second_operation"] * second,
        "med_list_codg": [*draw.codes(picked), *(codes[0] for codes in chapters)],
        "price_cap": number(np.concatenate([cap, full]) / 100),
        "second_pct": [None] * caps + [*pick(("0.5", "0.3", "0.7"), second, draw.rng)],
        "group_codes": [None] * caps + [";".join(codes[1:]) for codes in chapters],
    }


def qualification(draw: Draw) -> Columns:
    """V17: departments, specialties and titles of services and drugs; two registration rows concern every line."""
    every = min(REGISTRATION_OF_EVERY_LINE, draw.count)
    coded = draw.count - every
    variant = pick(("dept", "caty", "title", "registration"), coded, draw.rng, (0.55, 0.2, 0.2, 0.05))
    variant[: len(draw.pool.singles("V17"))] = "dept"
    depts = np.array([";".join(dict.fromkeys(row)) for row in _three(DEPARTMENTS, coded, draw)], dtype=object)
    caties = np.array([";".join(dict.fromkeys(row)) for row in _three(SPECIALTIES, coded, draw)], dtype=object)
    allowed = np.where(variant == "dept", depts, where(variant == "caty", caties))
    duty = where(variant == "title", pick(("232", "233", "234"), coded, draw.rng))
    none = [None] * every
    return {
        "variant": [*variant, *(["registration"] * every)],
        "med_list_codg": [*draw.codes(draw.targets(("201", "101"), count=coded)), *none],
        "allowed_dept": [*allowed, *none],
        "max_duty_code": [*duty, *none],
    }


def _three(values: tuple[str, ...], count: int, draw: Draw) -> np.ndarray:
    return np.array(values, dtype=object)[draw.rng.integers(0, len(values), (count, 3))]
