"""Stock that balances with what was charged, the hospitals' own codes, and the fund's accounts."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice, yuan
from synth.places import COUNTY
from synth.profile import CountyProfile


def inventory_rows(lines: DataFrame, profile: CountyProfile) -> DataFrame:
    """inventory_d of one item in eight at each institution: opening + bought - closing is exactly what was charged."""
    dice = Dice(profile.seed)
    kept = dice.chance("kept in stock", "fixmedins_code, med_list_codg", 1250)
    return lines.sparkSession.sql(f"""
        WITH sold AS (
            SELECT fixmedins_code, med_list_codg, date_format(fee_time, 'yyyy-MM') AS ym, sum(cnt) AS cnt
            FROM {{lines}} WHERE list_type IN ('101', '102', '103', '301') AND NOT is_planted AND {kept}
            GROUP BY fixmedins_code, med_list_codg, date_format(fee_time, 'yyyy-MM')
        ),
        opened AS (
            SELECT *, 10 + {dice.pick("opening", "fixmedins_code, med_list_codg, ym", 90)} AS open_cnt,
                   {dice.pick("returned", "fixmedins_code, med_list_codg, ym", 3)} AS return_cnt
            FROM sold
        )
        SELECT fixmedins_code, med_list_codg, ym, open_cnt, cnt + return_cnt AS buy_cnt, cnt + return_cnt AS buy_net_cnt,
            return_cnt,
               open_cnt AS close_cnt, ym AS batch_id
        FROM opened
    """, lines=lines)  # fmt: skip


def map_rows(lines: DataFrame, profile: CountyProfile) -> DataFrame:
    """medins_map_d: the hospital's own code of every item that it charges; planted cases bring their own rows."""
    return lines.sparkSession.sql(f"""
        SELECT fixmedins_code, 'Y' || med_list_codg AS medins_list_codg, med_list_codg, DATE '2020-01-01' AS begndate,
               '{profile.batches[0]}' AS batch_id
        FROM {{lines}} GROUP BY fixmedins_code, med_list_codg HAVING NOT bool_or(is_planted)
    """, lines=lines)  # fmt: skip


def fund_rows(settled: DataFrame, profile: CountyProfile) -> DataFrame:
    """fund_d: what each insurance took in and paid in each month."""
    return settled.sparkSession.sql(f"""
        WITH paid AS (
            SELECT batch_id, insutype, sum(fund) AS spent FROM {{settled}}
                WHERE batch_id <= '{profile.batches[-1]}' GROUP BY batch_id, insutype
        )
        SELECT '{COUNTY}' AS admdvs, batch_id AS ym, insutype, {yuan("spent * 104 DIV 100")} AS income, {yuan("spent")} AS expend,
               {yuan("spent * 12")} AS balance, {yuan("spent * 102 DIV 100")} AS budget, batch_id
        FROM paid
    """, settled=settled)  # fmt: skip
