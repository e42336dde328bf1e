"""Departments of the county's hospitals, and the ICD-10 categories that each of them treats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Department:
    """One department: whom it treats (``sex`` "" = both, ages in years) and for what (three-character categories)."""

    code: str
    name: str
    categories: tuple[str, ...]
    sex: str = ""
    age_min: int = 15
    age_max: int = 99
    operations: tuple[str, ...] = ()


DEPARTMENTS = (
    Department("A03", "内科", ("I10", "E11", "I25", "J18", "J20", "J44", "K29", "E78", "I63", "J06")),
    Department("A04", "外科", ("K40", "K80", "I83", "K64", "K35", "L03"), operations=("53.0", "51.2", "49.4")),
    Department("A05", "妇产科", ("N76", "N92", "D25", "N80", "N83"), "2", 20, 45, ("68.2", "65.2")),
    Department("A07", "儿科", ("J06", "J20", "J18", "A09", "K52", "B08"), "", 1, 13),
    Department("A10", "眼科", ("H25", "H10", "H40", "H52"), operations=("13.4",)),
    Department("A11", "耳鼻咽喉科", ("J30", "J32", "H66", "H81")),
    Department("A13", "皮肤科", ("L20", "L30", "L50", "B35")),
    Department("A21", "康复医学科", ("M54", "M17", "G81", "I69")),
    Department("A50", "中医科", ("M54", "K29", "G47", "M75")),
    Department("A20", "急诊医学科", ("R07", "R10", "J06", "A09", "R42")),
    Department("A0501", "产科", ("O80", "O82", "O26"), "2", 20, 42),
    Department("A0406", "创伤骨科", ("S52", "S82", "S72", "S42"), operations=("79.3",)),
)
BY_CODE = {department.code: department for department in DEPARTMENTS}
DOCTORS_PER_DEPARTMENT = 4

# Outpatient chronic and special diseases of the county, used where no rule row names them.
OPSP_DISEASES = ("M03900", "M01600", "M04600", "M02800", "M07200", "M90001", "M90002", "M90003")
COUNTY = "369900"  # no real division has this code
OTHER_CITY = "369500"
OTHER_PROVINCE = "999900"
