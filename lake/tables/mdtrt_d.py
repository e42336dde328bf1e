"""Visits: when, where and as what a person was treated."""

from lake.tables.schema import Column
from lake.tables.source import source_table

MDTRT_D = source_table(
    name="mdtrt_d",
    meaning="one row per visit and batch",
    key=("mdtrt_id",),
    columns=(
        Column("mdtrt_id", "string", "visit", required=True, filled=True),
        Column("psn_no", "string", "insured person", required=True, identity="pseudonym"),
        Column("fixmedins_code", "string", "institution", required=True),
        Column("med_type", "string", "kind of medical care; gives the visit class", required=True),
        Column("begntime", "timestamp", "beginning of the visit", required=True),
        Column("endtime", "timestamp", "end of the visit", required=True),
        Column("chfpdr_code", "string", "physician in charge"),
        Column("adm_dept_codg", "string", "department of admission"),
        Column("dscg_dept_codg", "string", "department of discharge"),
        Column("adm_bed", "string", "bed at admission"),
        Column("ipt_days", "int", "days in hospital as reported"),
        Column("dscg_way", "string", "way of discharge: 1 医嘱离院, 2 医嘱转院, 3 医嘱转社区, 4 非医嘱离院, 5 死亡, 9 其他"),
        Column("die_date", "date", "date of death"),
        Column("matn_stas", "string", "0 unknown, 1 no, 2 preparing for pregnancy, 3 pregnant, 4 breastfeeding"),
        Column("ttp_pay_flag", "int", "1: a third party is liable"),
        Column("dise_codg", "string", "disease of a long-term outpatient or single-disease visit", alias="dise_no"),
        Column("main_cond_dscr", "string", "main complaint in words"),
        Column("inhosp_stas", "string", "state of the stay"),
        Column("vali_flag", "int", "1 valid, 0 withdrawn"),
    ),
)
