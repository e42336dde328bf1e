"""The planted cases of a county: whose visits, lines and records they are, and the truth about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

PERSON_TYPES = {
    "person": pa.int64(), "gend": pa.string(), "brdy": pa.date32(), "insutype": pa.string(), "insu_admdvs": pa.string(),
    "die_date": pa.date32(), "quiet_from": pa.int32(), "quiet_to": pa.int32(),
}  # fmt: skip
VISIT_TYPES = {
    "person": pa.int64(), "psn_no": pa.string(), "mdtrt_id": pa.string(), "gend": pa.string(), "brdy": pa.date32(),
    "age": pa.int32(), "insutype": pa.string(), "insu_admdvs": pa.string(), "visit_class": pa.string(), "med_type": pa.string(),
    "is_inpatient": pa.bool_(), "inst": pa.int32(), "fixmedins_code": pa.string(), "hosp_lv": pa.string(),
    "hosp_rank": pa.int32(), "dept": pa.string(), "doctor": pa.string(), "begn_time": pa.timestamp("us"),
    "end_time": pa.timestamp("us"), "setl_time": pa.timestamp("us"), "stay_nights": pa.int32(), "dise_codg": pa.string(),
    "dscg_way": pa.string(), "pay_loc": pa.string(), "hi_paymtd": pa.string(), "diag_codes": pa.list_(pa.string()),
    "oprn_code": pa.string(), "matn_stas": pa.string(), "ttp_pay_flag": pa.int32(), "main_cond": pa.string(),
    "is_planted": pa.bool_(),
}  # fmt: skip
CARRIED = [
    "mdtrt_id", "psn_no", "fixmedins_code", "med_type", "visit_class", "is_inpatient", "dept", "doctor", "begn_time", "end_time",
    "setl_time", "is_planted",
]  # fmt: skip
LINE_TYPES = {name: VISIT_TYPES[name] for name in CARRIED} | {
    "sn": pa.int32(), "fee_time": pa.timestamp("us"), "med_list_codg": pa.string(), "hilist_name": pa.string(),
    "list_type": pa.string(), "med_chrgitm_type": pa.string(), "chrgitm_lv": pa.string(), "cnt": pa.int64(),
    "pric_micro": pa.int64(), "rx": pa.string(), "prd_days": pa.int64(), "is_take_home": pa.bool_(), "inscp_fen": pa.int64(),
    "trac": pa.string(), "tcm_way": pa.string(),
}  # fmt: skip
# kind: violation, suspicion, explained (breaks the rule's letter, and a reviewer finds nothing wrong), or near_miss (just inside
# the rule: no finding may name it).
TRUTH_TYPES = {
    "kind": pa.string(), "rule_type_id": pa.string(), "rule_id": pa.string(), "rule_ver": pa.int32(), "variant": pa.string(),
    "mdtrt_id": pa.string(), "setl_id": pa.string(), "feedetl_sn": pa.string(), "psn_no": pa.string(),
    "fixmedins_code": pa.string(), "month": pa.string(), "vola_amt": pa.decimal128(18, 2),
}  # fmt: skip


@dataclass
class Plan:
    """Rows of all planted cases. ``extra``: rows of further source tables, as text, each with its ``batch_id``."""

    people: list[dict[str, object]] = field(default_factory=list)
    visit_list: list[dict[str, object]] = field(default_factory=list)
    line_list: list[dict[str, object]] = field(default_factory=list)
    truth: list[dict[str, object]] = field(default_factory=list)
    extra: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    # Numbers of institutions whose stays are charged much more material than those of their peers.
    padded: tuple[int, ...] = ()

    def persons(self, spark: SparkSession) -> DataFrame:
        """One row per person cast for a case: what is fixed about them, and the days they are seen nowhere else."""
        return spark.createDataFrame(table_of(self.people, PERSON_TYPES))

    def visits(self, spark: SparkSession) -> DataFrame:
        """The planted visits, in the columns of ``synth.visits.visits``."""
        return spark.createDataFrame(table_of(self.visit_list, VISIT_TYPES))

    def lines(self, spark: SparkSession) -> DataFrame:
        """The planted lines before their money, in the columns of ``synth.lines.ordinary_lines``."""
        return spark.createDataFrame(table_of(self.line_list, LINE_TYPES))

    def added(self, spark: SparkSession, table: str, rows: DataFrame) -> DataFrame:
        """``rows`` of a source table with those that cases add to it."""
        extra = self.extra.get(table)
        if not extra:
            return rows
        names = [name for name in rows.columns if any(name in row for row in extra)]
        texts = spark.createDataFrame(table_of(extra, {name: pa.string() for name in names}))
        kinds: StructType = rows.schema
        return rows.unionByName(
            texts.select(*[F.col(name).cast(kinds[name].dataType).alias(name) for name in names]), allowMissingColumns=True
        )

    def counts(self) -> dict[str, int]:
        """Planted rows of truth of each rule type, near misses left out."""
        return dict(sorted(Counter(str(row["rule_type_id"]) for row in self.truth if row["kind"] != "near_miss").items()))

    def write_truth(self, path: Path) -> None:
        """One row per line (or visit: feedetl_sn ``*``; or institution: mdtrt_id ``*``) that a case puts at fault."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table_of(self.truth, TRUTH_TYPES), path)


def table_of(rows: list[dict[str, object]], columns: dict[str, pa.DataType]) -> pa.Table:
    """The rows as a table of exactly these columns; what a row lacks is null."""
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})
