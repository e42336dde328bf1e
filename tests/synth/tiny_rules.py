"""A rule folder of a few rows for each type, in the contract's file format, with a catalogue beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

# One code of each kind for each ruled use: <kind letter><use><number>.
DRUGS = [f"XFREE{number:03d}" for number in range(40)]
SERVICES = [f"0FREE{number:03d}" for number in range(60)]
GOODS = [f"CFREE{number:03d}" for number in range(10)]
PATENTS = [f"ZFREE{number:03d}" for number in range(10)]
SLICES = [f"TFREE{number:03d}" for number in range(10)]
RULED_DRUGS = [f"XRULE{number:03d}" for number in range(30)]
RULED_SERVICES = [f"0RULE{number:03d}" for number in range(30)]

RULES: dict[str, list[dict[str, str]]] = {
    "V01": [{"med_list_codg": "XRULE000", "diag_set": "J18;J15.0"}, {"med_list_codg": "XRULE001", "diag_set": "I10-I15"}],
    "V02": [{"med_list_codg": "XRULE002", "allowed_gend": "2"}, {"med_list_codg": "XRULE003", "allowed_gend": "1"}],
    "V03": [{"med_list_codg": "XRULE004", "age_unit": "year", "age_max": "17"}],
    "V05": [{"med_list_codg": "0RULE000", "min_rank": "2"}],
    "V10": [
        {"variant": "code", "med_list_codg": "XRULE005"},
        {"variant": "level"},
        {"variant": "disease", "diag_set": "Z41;E11.0"},
    ],
    "V13": [{"variant": "cap", "med_list_codg": "0RULE001", "price_cap": "30.00"}],
    "V14": [{"group_a": "0RULE002", "group_b": "0RULE003;0RULE004", "window": "day"}],
    "V16": [{"item_codes": "0RULE005", "window": "day", "limit_otp": "1", "limit_ipt": "2"}],
    "V21": [
        {"variant": "supply", "med_list_codg": "XRULE006", "max_days": "30", "pack_units": "10", "daily_units": "2"},
        {"variant": "kinds", "list_type": "101;102", "max_kinds": "7"},
    ],
    "V23": [
        {"med_list_codg": "XRULE007", "group_code": "A02BC", "ingredient": "甲", "min_overlap_days": "2"},
        {"med_list_codg": "XRULE008", "group_code": "A02BC", "ingredient": "乙", "min_overlap_days": "2"},
    ],
    "V27": [{"variant": "no_order", "item_codes": "0RULE006"}],
    "V28": [
        {"variant": "report", "item_codes": "0RULE007", "max_delay_days": "7"},
        {"variant": "consent", "chrgitm_lv": "3", "min_amt": "50"},
    ],
    "V29": [
        {"variant": "diag_sex", "code_set": "N70-N98", "allowed_gend": "2"},
        {"variant": "outside_stay", "grace_hours": "24"},
    ],
    "S01": [{"gap_days": "10", "link": "institution", "diag_rule": "icd3"}],
    "S02": [{"variant": "onsite"}],
    "S08": [{"metric": "visits", "period": "day", "max_count": "5"}],
    "S11": [{"variant": "co_admit", "min_size": "3", "gap_days": "1", "min_common": "2"}],
    "S09": [{"variant": "balance", "item_codes": "0043*"}],
}


def write_tiny_rules(folder: Path) -> Path:
    """Write the files and return the folder; V02 is CSV, the others Parquet."""
    (folder / "catalogue").mkdir(parents=True)
    for type_id, rows in RULES.items():
        frame = pd.DataFrame(
            [{"rule_id": f"{type_id}-{number}", "rule_ver": "1", "stas": "active"} | row for number, row in enumerate(rows)],
            dtype=object,
        )
        if type_id == "V02":
            frame.to_csv(folder / "V02.csv", index=False)
        else:
            frame.to_parquet(folder / f"{type_id}.parquet", index=False)
    kinds = {"X": "101", "Z": "102", "T": "103", "0": "201", "C": "301"}
    names = ("床位费", "诊查费", "心电图检查", "血糖测定", "针刺治疗", "护理费")
    codes = DRUGS + SERVICES + GOODS + PATENTS + SLICES + RULED_DRUGS + RULED_SERVICES + ["0043X0001"]
    catalogue = [
        {
            "med_list_codg": code,
            "name": f"合成{names[number % 6] if code[0] == '0' else '药品'}{number}",
            "list_type": kinds[code[0]],
            "chrgitm_lv": ("01", "02", "03")[number % 3],
            "price_ref": "0.50" if code[0] == "T" else f"{20 + 11 * (number % 20)}.30",
            "origin": "generated",
        }
        for number, code in enumerate(codes)
    ]
    pd.DataFrame(catalogue, dtype=object).to_parquet(folder / "catalogue" / "catalog_d.parquet", index=False)
    return folder
