"""Fee lines of ordinary visits: what each class of visit is charged, day by day, from codes no rule can object to."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice
from synth.profile import CountyProfile

# Roles of a stay's daily items by their number; a doctor's habits decide how far down the list a day goes.
STAY_ROLES = ("bed", "nursing", "consult", "drug", "drug", "lab", "treat", "drug", "exam", "patent", "material", "treat")
PADDING = ("material",) * 6
# What a line carries of its visit, so that no later step has to join them again.
CARRIED = (
    "mdtrt_id, psn_no, fixmedins_code, med_type, visit_class, is_inpatient, dept, doctor, "
    "begn_time, end_time, setl_time, is_planted"
)
# Codes of a role that one department of one institution uses.
FORMULARY = 60


def line_slots(visits: DataFrame, profile: CountyProfile, padded: tuple[int, ...] = ()) -> DataFrame:
    """One row per ordinary line before its code is known: visit, day of the stay, item number and role.

    ``padded``: institutions that add material to every day of a stay.
    """
    dice = Dice(profile.seed)
    visit = "mdtrt_id"
    roles = ", ".join(f"'{role}'" for role in STAY_ROLES + PADDING)
    is_padded = f"inst IN ({', '.join(map(str, padded))})" if padded else "false"
    return visits.sparkSession.sql(
        f"""
        WITH sized AS (
            SELECT *, CASE WHEN is_inpatient AND {is_padded} THEN {len(STAY_ROLES) + len(PADDING)}
                           WHEN is_inpatient THEN 8 + {dice.pick("daily", "inst, doctor", 5)}
                           WHEN visit_class = 'PHARM' THEN 1 + {dice.pick("lines", visit, 4)}
                           ELSE 3 + {dice.pick("lines", visit, 4)} + {dice.pick("habit", "doctor", 2)} END AS daily
            FROM {{visits}} WHERE NOT is_planted
        ),
        line AS (
            SELECT sized.*, CAST(nth DIV daily AS INT) AS stay_day, nth % daily AS item
            FROM sized LATERAL VIEW explode(sequence(0, daily * (stay_nights + 1) - 1)) AS nth
        ),
        drawn AS (
            SELECT *, {dice.pick("role", "mdtrt_id, item", 100)} AS role_draw,
                {dice.pick("leaning", "doctor", 20)} AS leaning FROM line
        ),
        given AS (
            SELECT *, CASE
                WHEN is_inpatient THEN element_at(array({roles}), 1 + item)
                WHEN visit_class <> 'PHARM' AND item = 0 THEN 'consult'
                WHEN visit_class IN ('PHARM', 'OPSP') THEN IF(role_draw < 70, 'drug', 'patent')
                WHEN dept = 'A50' AND item >= 2 AND role_draw < 60 THEN 'slices'
                WHEN role_draw < 30 + leaning THEN 'drug' WHEN role_draw < 62 THEN 'patent' WHEN role_draw < 78 THEN 'lab'
                WHEN role_draw < 87 THEN 'exam' WHEN role_draw < 96 THEN 'treat' ELSE 'material' END AS role
            FROM drawn
        )
        SELECT *, CASE WHEN role IN ('lab', 'exam', 'material') THEN stay_day ELSE 0 END AS code_day
        FROM given
        WHERE NOT is_inpatient OR role = 'lab' AND stay_day % 3 = 0 OR role = 'exam' AND stay_day % 4 = 0
           OR role = 'material' AND (stay_day <= 1 OR {is_padded}) OR role NOT IN ('lab', 'exam', 'material')
        """,
        visits=visits,
    )


def ordinary_lines(slots: DataFrame, items: DataFrame, sizes: dict[str, int], profile: CountyProfile) -> DataFrame:
    """The ordinary lines with their codes: one row per line."""
    dice = Dice(profile.seed)
    size = "CASE role " + " ".join(f"WHEN '{role}' THEN {count}" for role, count in sizes.items()) + " END"
    kept = " ".join(("'" + "', '".join(sizes) + "'").split())
    code = "mdtrt_id, item, code_day"
    chosen = f"least({dice.pick('code', code, FORMULARY)}, {dice.pick('code again', code, FORMULARY)})"
    shelf = dice.pick("formulary", "role, dept, IF(leaning < 10, inst, -1)", size)
    return slots.sparkSession.sql(
        f"""
        WITH coded AS (
            SELECT *, CAST(pmod({shelf} + {chosen}, {size}) AS INT) AS idx FROM {{slots}} WHERE role IN ({kept})
        )
        SELECT {CARRIED}, stay_day * 100 + item AS sn,
               greatest(begn_time, least(end_time, CASE WHEN is_inpatient
                   THEN date_trunc('DAY', begn_time) + make_dt_interval(stay_day, 10, item * 7)
                       ELSE begn_time + make_dt_interval(0, 0, 2 + item) END
               )) AS fee_time,
               items.med_list_codg, items.name AS hilist_name, items.list_type, items.med_chrgitm_type, items.chrgitm_lv,
               CAST(CASE WHEN items.list_type = '103' THEN 1 + {dice.pick("grams", code, 4)}
                         WHEN items.list_type IN ('101', '102') THEN 1 + {dice.pick("packs", code, 3)}
                             ELSE 1 END AS BIGINT) AS cnt,
               items.pric_micro,
               CASE WHEN items.list_type = '201' AND NOT is_inpatient OR coded.role IN ('bed', 'nursing', 'consult', 'lab',
                   'exam', 'material') THEN NULL
                    WHEN is_inpatient THEN 'O' || lpad(CAST(item AS STRING), 2, '0') WHEN items.list_type = '103' THEN 'C1'
                    ELSE 'R' || CAST(item DIV 3 AS STRING) END AS rx,
               CAST(CASE WHEN is_inpatient OR items.list_type IN ('201', '301') THEN NULL WHEN visit_class = 'OPSP' THEN 28
                         WHEN items.list_type = '103' THEN 7 ELSE 3 + {dice.pick("days", code, 5)} END AS BIGINT) AS prd_days,
               is_inpatient AND item = 3 AND stay_day = stay_nights AND dscg_way = '1' AS is_take_home,
               CAST(NULL AS BIGINT) AS inscp_fen, CAST(NULL AS STRING) AS trac,
               CAST(NULL AS STRING) AS tcm_way
        FROM coded JOIN {{items}} AS items ON items.role = coded.role AND items.idx = coded.idx
        """,
        slots=slots,
        items=items,
    )


def ruled_lines(visits: DataFrame, ruled: DataFrame, payable: DataFrame, size: int, profile: CountyProfile) -> DataFrame:
    """Lines of codes that one rule row names, kept only where that row is complied with; columns as ``ordinary_lines``."""
    dice = Dice(profile.seed)
    tries = f"least({max(size, 1)}, IF(is_inpatient, 12, 2))"
    ageing = profile.months // 12 + 2  # ages are those of the first day
    return visits.sparkSession.sql(
        f"""
        WITH tried AS (
            SELECT *, CAST(pmod({dice.pick("ruled", "mdtrt_id", max(size, 1))} + nth, {max(size, 1)}) AS INT) AS idx,
                   {dice.pick("payable", "mdtrt_id", 20)} + nth AS payable_idx
            FROM {{visits}} LATERAL VIEW explode(sequence(0, {tries} - 1)) AS nth
            WHERE NOT is_planted
        ),
        limited AS (
            SELECT tried.*, med_list_codg, name, list_type, chrgitm_lv, pric_micro, own
            FROM tried JOIN {{ruled}} AS item ON item.idx = tried.idx
            WHERE coalesce(item.sex = tried.gend, true)
              AND coalesce(tried.age >= item.age_min + 1, true) AND coalesce(tried.age <= item.age_max - {ageing}, true)
              AND coalesce(tried.hosp_rank >= item.min_rank, item.min_rank IS NULL)
                  AND coalesce(tried.hosp_rank <= item.max_rank, item.max_rank IS NULL)
              AND (item.classes IS NULL OR array_contains(split(item.classes, ';'), tried.visit_class))
              AND (item.dept IS NULL OR size(filter(split(item.dept, ';'), d -> startswith(tried.dept, d))) > 0)
              AND (item.list_type IN ('101', '102') OR tried.visit_class <> 'PHARM')
              AND item.list_type <> '103'
        ),
        indicated AS (
            SELECT tried.*, med_list_codg, name, list_type, chrgitm_lv, pric_micro, 0 AS own
            FROM tried JOIN {{payable}} AS item ON item.diag = get(tried.diag_codes, 0) AND item.idx = tried.payable_idx
            WHERE item.list_type <> '103'
        ),
        both AS (SELECT *, 0 AS source FROM limited UNION ALL SELECT *, 50 FROM indicated)
        SELECT {CARRIED}, 9000 + source + nth AS sn,
               greatest(begn_time, least(end_time, begn_time + make_dt_interval(0, IF(is_inpatient, 2, 0),
                   15 + nth))) AS fee_time,
               med_list_codg, name AS hilist_name, list_type,
               CASE list_type WHEN '101' THEN '09' WHEN '102' THEN '11' WHEN '301' THEN '08' ELSE '05' END AS med_chrgitm_type,
               IF(own = 1, '03', chrgitm_lv) AS chrgitm_lv, 1L AS cnt, pric_micro, CAST(NULL AS STRING) AS rx,
               CAST(NULL AS BIGINT) AS prd_days, false AS is_take_home, CAST(IF(own = 1, 0, NULL) AS BIGINT) AS inscp_fen,
               CAST(NULL AS STRING) AS trac,
               CAST(NULL AS STRING) AS tcm_way
        FROM both
        """,
        visits=visits,
        ruled=ruled,
        payable=payable,
    )
