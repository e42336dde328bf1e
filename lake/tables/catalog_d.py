"""Catalogue of drugs, services and consumables."""

from lake.tables.schema import Column
from lake.tables.source import source_table

CATALOG_D = source_table(
    name="catalog_d",
    meaning="one row per item and batch",
    key=("med_list_codg",),
    columns=(
        Column("med_list_codg", "string", "national code of the item", required=True, filled=True),
        Column("name", "string", "name of the item", required=True),
        Column("list_type", "string", "101 西药, 102 中成药, 103 饮片, 201 诊疗项目, 301 耗材"),
        Column("chrgitm_lv", "string", "reimbursement level: 01 甲, 02 乙, 03 自费"),
        Column("spec", "string", "specification"),
        Column("dosform", "string", "dosage form"),
        Column("drug_class", "string", "class of the drug", alias="medn_type_code"),
        Column("atc", "string", "ATC code"),
        Column("pack_units", "count", "units in a package"),
        Column("unit_dose", "count", "active substance in a unit"),
        Column("unit", "string", "unit of the dose"),
        Column("price_ref", "price", "reference price"),
        Column("begndate", "date", "first day in the catalogue"),
        Column("enddate", "date", "last day in the catalogue"),
        Column("origin", "string", "official (published) or generated (demo)"),
    ),
)
