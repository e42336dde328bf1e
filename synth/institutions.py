"""Institutions of every level and ownership, and the doctors of their departments. All invented."""

from __future__ import annotations

import pyarrow as pa

from synth.places import DEPARTMENTS, DOCTORS_PER_DEPARTMENT
from synth.profile import CountyProfile

# Levels of thirty hospitals, largest first; a county with more repeats the list after the first four.
LEVELS = (2, 3, 2, 4, 5, 5, 6, 5, 6, 7, 5, 6, 5, 6, 8, 8, 9, 8, 8, 9, 8, 10, 8, 9, 8, 8, 11, 11, 11, 11)
RANKS = {1: 3, 2: 3, 3: 3, 4: 3, 5: 2, 6: 2, 7: 2, 8: 1, 9: 1, 10: 1, 11: 0}
BEDS = {3: 900, 2: 320, 1: 80, 0: 0}
KINDS = {3: "县人民医院", 2: "县医院", 1: "镇卫生院", 0: "社区门诊部"}
TITLES = ("231", "232", "233", "234")


def level_of(number: int) -> int:
    """hosp_lv of hospital ``number`` (0 = the largest)."""
    return LEVELS[number] if number < len(LEVELS) else LEVELS[4 + (number - 4) % (len(LEVELS) - 4)]


def institution_code(number: int) -> str:
    return f"H36990{number:06d}"


def pharmacy_code(number: int) -> str:
    return f"P36990{number:06d}"


def institutions(profile: CountyProfile) -> list[dict[str, object]]:
    """One row per institution: fixmedins_d's columns, and ``inst`` (0 … hospitals first, then pharmacies) and ``hosp_rank``."""
    hospitals = [hospital(number) for number in range(profile.hospitals)]
    return hospitals + [pharmacy(number, profile.hospitals + number) for number in range(profile.pharmacies)]


def hospital(number: int) -> dict[str, object]:
    level = level_of(number)
    rank = RANKS[level]
    return {
        "inst": number,
        "hosp_rank": rank,
        "fixmedins_code": institution_code(number),
        "fixmedins_name": f"合成{KINDS[rank]}{number + 1:04d}",
        "fixmedins_type": "1",
        # Some institutions send their level with a leading zero, as real ones do.
        "hosp_lv": f"{level:02d}" if number % 7 == 3 else str(level),
        "ownership": "2" if number % 10 in (5, 7, 9) else "1",
        "admdvs": f"36990{1 + number % 6}",
        "alliance_code": f"YGT{number % 3 + 1:02d}" if 4 <= number < 24 else None,
        "aprv_bed_cnt": BEDS[rank] + 10 * (number % 5) if rank else 0,
        "begndate": "2015-01-01",
        "enddate": None,
    }


def pharmacy(number: int, inst: int) -> dict[str, object]:
    return {
        "inst": inst,
        "hosp_rank": None,
        "fixmedins_code": pharmacy_code(number),
        "fixmedins_name": f"合成大药房{number + 1:04d}",
        "fixmedins_type": "2",
        "hosp_lv": None,
        "ownership": "2",
        "admdvs": f"36990{1 + number % 6}",
        "alliance_code": None,
        "aprv_bed_cnt": 0,
        "begndate": "2017-01-01",
        "enddate": None,
    }


def doctor_code(institution: str, department: str, number: int) -> str:
    return f"D{institution[1:]}{department}{number}"


def doctors(profile: CountyProfile) -> list[dict[str, object]]:
    """One row per doctor: four in each department of each hospital, of falling title."""
    return [
        {
            "prac_psn_code": doctor_code(institution_code(inst), department.code, number),
            "prac_psn_name": f"合成医师{inst:04d}{department.code}{number}",
            "fixmedins_code": institution_code(inst),
            "dept_codg": department.code,
            "caty": department.name,
            "pro_tech_duty": TITLES[number],
            "hi_dr_flag": 1,
            "begndate": "2016-01-01",
            "enddate": None,
        }
        for inst in range(profile.hospitals)
        for department in DEPARTMENTS
        for number in range(DOCTORS_PER_DEPARTMENT)
    ]


def arrow(rows: list[dict[str, object]], columns: dict[str, pa.DataType]) -> pa.Table:
    """The rows as a table of exactly these columns; what a row lacks is null."""
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})
