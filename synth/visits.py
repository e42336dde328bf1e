"""Visits of all classes: at most one stay and three outpatient visits in each 28-day period of a person, never overlapping."""

from __future__ import annotations

from pyspark.sql import DataFrame

from synth.dice import Dice
from synth.institutions import RANKS, level_of
from synth.persons import PERIOD_DAYS, periods
from synth.profile import CountyProfile

MED_TYPES = {
    "OTP": "11", "EMERG": "13", "OPSP": "14", "IPT": "21", "DAYSURG": "2108", "TRAUMA": "22", "PHARM": "41", "MATN": "52",
}  # fmt: skip
INPATIENT = "('IPT', 'DAYSURG', 'TRAUMA', 'MATN')"
# Days on which few people see a doctor: Spring Festival of the years around the demo, and the National Day week.
HOLIDAYS = "(date_format(day, 'MM-dd') BETWEEN '10-01' AND '10-07' OR date_format(day, 'yyyy-MM-dd') BETWEEN '2024-02-10' AND '2024-02-17' OR date_format(day, 'yyyy-MM-dd') BETWEEN '2025-01-28' AND '2025-02-04')"  # fmt: skip  # noqa: E501


def visits(
    people: DataFrame, institutions: DataFrame, pools: DataFrame, profile: CountyProfile, diseases: list[str]
) -> DataFrame:
    """One row per visit, with what its person, institution and diagnoses are.

    ``pools``: diagnoses and operations of each department; ``diseases``: outpatient special diseases no rule names.
    """
    slots = visit_slots(people, profile)
    placed = placed_visits(slots, profile)
    return described_visits(placed, institutions, pools, Dice(profile.seed), diseases)


def visit_slots(people: DataFrame, profile: CountyProfile) -> DataFrame:
    """One row per visit that takes place: slot 0 is the period's stay, 1–3 are outpatient visits around it."""
    dice = Dice(profile.seed)
    period, slot = "person, period", "person, period, slot"
    often = "CASE WHEN age < 15 THEN 1100 WHEN age < 45 THEN 850 WHEN age < 60 THEN 1350 ELSE 1950 END"
    winter = "CASE WHEN month(day) IN (11, 12, 1, 2) THEN 1.2 WHEN month(day) IN (7, 8) THEN 0.85 ELSE 1.0 END"
    return people.sparkSession.sql(
        f"""
        WITH slot AS (
            SELECT people.*, period, slot, offset + {PERIOD_DAYS} * period AS first_day,
                   {dice.chance("stay", period, "CASE WHEN age < 15 THEN 90 WHEN age < 60 THEN 110 ELSE 330 END")}
                       OR period <=> death_period AS has_stay,
                   2 + {dice.pick("nights", period, 5)} + {dice.pick("more nights", period, 7)} AS nights
            FROM {{people}} AS people
            LATERAL VIEW explode(sequence(0, {periods(profile) - 1})) AS period
            LATERAL VIEW explode(sequence(0, 3)) AS slot
            WHERE period <= coalesce(death_period, 9999)
        ),
        timed AS (
            SELECT *, {dice.pick("stay day", period, "27 - nights")} AS stay_day,
                   CAST(IF(has_stay, 27 - nights, 28) DIV 3 AS INT) AS third
            FROM slot
            WHERE slot = 0 AND has_stay OR slot > 0 AND NOT (period <=> death_period)
        ),
        dated AS (
            SELECT *, CASE WHEN slot = 0 THEN stay_day ELSE (slot - 1) * third + {dice.pick("day", slot, "third")} END AS free_day
            FROM timed
        ),
        shifted AS (
            SELECT *, first_day + free_day + CASE WHEN slot > 0 AND has_stay AND free_day >= stay_day THEN nights + 1
                ELSE 0 END AS day_no
            FROM dated
        ),
        calendar AS (SELECT *, date_add(DATE '{profile.first_day}', day_no) AS day FROM shifted)
        SELECT * FROM calendar
        WHERE (slot = 0
               OR {dice.chance("out", slot, f"{often} * {winter}")}
               AND NOT (dayofweek(day) IN (1, 7) AND {dice.chance("weekend", slot, 4500)})
               AND NOT ({HOLIDAYS} AND {dice.chance("holiday", slot, 7000)}))
          AND NOT coalesce(day_no + CASE WHEN slot = 0 THEN nights ELSE 0 END >= quiet_from AND day_no <= quiet_to, false)
          AND (cast_die_date IS NULL OR date_add(day, nights) < cast_die_date)
        """,
        people=people,
    )


def placed_visits(slots: DataFrame, profile: CountyProfile) -> DataFrame:
    """Each visit with its class, institution number, department and doctor."""
    dice = Dice(profile.seed)
    slot = "person, period, slot"
    ranked = sum(1 for number in range(profile.hospitals) if RANKS[level_of(number)] >= 1)
    fertile = "gend = '2' AND age BETWEEN 20 AND 40"
    adults = "array('A03', 'A03', 'A03', 'A04', 'A10', 'A11', 'A13', 'A21', 'A50', 'A50', 'A20')"
    adult_department = f"element_at({adults}, 1 + {dice.pick('dept', slot, 11)})"
    stay_department = f"element_at(array('A03', 'A03', 'A03', 'A04', 'A04', 'A21', 'A50'), 1 + {dice.pick('stay dept', slot, 7)})"
    return slots.sparkSession.sql(
        f"""
        WITH classed AS (
            SELECT *, {dice.pick("class", slot, 100)} AS class_draw, {dice.pick("where", slot, 100)} AS where_draw,
                   {dice.pick("elsewhere", slot, profile.hospitals)} AS elsewhere
            FROM {{slots}}
        ),
        kind AS (
            SELECT *, CASE WHEN slot = 0 AND period <=> death_period THEN 'IPT'
                           WHEN slot = 0 AND {fertile} AND class_draw < 22 THEN 'MATN'
                           WHEN slot = 0 AND class_draw >= 93 AND age >= 15 THEN 'TRAUMA'
                           WHEN slot = 0 AND class_draw >= 86 AND age >= 15 THEN 'DAYSURG'
                           WHEN slot = 0 THEN 'IPT'
                           WHEN is_chronic AND class_draw < 35 THEN 'OPSP'
                           WHEN class_draw >= 88 THEN 'PHARM' WHEN class_draw >= 81 THEN 'EMERG' ELSE 'OTP' END AS visit_class
            FROM classed
        ),
        housed AS (
            SELECT *, CASE WHEN visit_class = 'PHARM' THEN {profile.hospitals} + pmod(home + IF(where_draw < 80, 0,
                where_draw), {profile.pharmacies})
                           WHEN visit_class IN ('IPT', 'DAYSURG', 'TRAUMA', 'MATN') THEN pmod(IF(where_draw < 55, home,
                               elsewhere), {ranked})
                           WHEN where_draw < 70 THEN home ELSE elsewhere END AS inst,
                   CASE WHEN visit_class = 'PHARM' THEN NULL WHEN visit_class = 'MATN' THEN 'A0501'
                       WHEN visit_class = 'TRAUMA' THEN 'A0406'
                        WHEN visit_class = 'DAYSURG' THEN IF(age >= 50, 'A10', 'A04') WHEN age < 14 THEN 'A07'
                        WHEN gend = '2' AND age BETWEEN 20 AND 42 AND class_draw < 18 THEN 'A05'
                        WHEN visit_class = 'OPSP' THEN 'A03' WHEN slot = 0 THEN {stay_department}
                            ELSE {adult_department} END AS dept
            FROM kind
        )
        SELECT *, {dice.pick("doctor", slot, 4)} AS doctor_no,
               CASE WHEN visit_class = 'DAYSURG' THEN 1 WHEN slot = 0 THEN nights ELSE 0 END AS stay_nights
        FROM housed
        """,
        slots=slots,
    )


def described_visits(placed: DataFrame, institutions: DataFrame, pools: DataFrame, dice: Dice, diseases: list[str]) -> DataFrame:
    """The visits as the other tables need them: numbers, times, institution, doctor, diagnoses, operations."""
    slot = "person, period, slot"
    listed = ", ".join(f"'{disease}'" for disease in diseases)
    med_type = " ".join(f"WHEN '{name}' THEN '{code}'" for name, code in MED_TYPES.items())
    minutes = dice.pick("minute", slot, 50)
    return placed.sparkSession.sql(
        f"""
        WITH timed AS (
            SELECT placed.*, visit_class IN {INPATIENT} AS is_inpatient,
                   CAST(day AS TIMESTAMP_NTZ) + make_dt_interval(0, IF(slot = 0, 9, 7 + slot * 3), {minutes}) AS begn_time
            FROM {{placed}} AS placed
        ),
        ended AS (
            SELECT *, CASE WHEN is_inpatient THEN CAST(date_add(day, stay_nights) AS TIMESTAMP_NTZ) + make_dt_interval(0, 15,
                {minutes})
                           ELSE begn_time + make_dt_interval(0, 1, 30) END AS end_time
            FROM timed
        ),
        seen AS (
            SELECT ended.*, place.fixmedins_code, place.hosp_lv, place.hosp_rank, pool.diagnoses AS pool,
                pool.operations AS oprn_pool
            FROM ended
            JOIN {{institutions}} AS place ON place.inst = ended.inst
            LEFT JOIN {{pools}} AS pool ON pool.dept = ended.dept
        )
        SELECT person, psn_no, visit_no(person, period, slot) AS mdtrt_id, gend, brdy, age, insutype, insu_admdvs,
               visit_class, CASE visit_class {med_type} END AS med_type, is_inpatient, inst, fixmedins_code, hosp_lv,
                   hosp_rank, dept,
               CASE WHEN dept IS NOT NULL THEN 'D' || substring(fixmedins_code, 2) || dept || doctor_no END AS doctor,
               begn_time, end_time, end_time AS setl_time, stay_nights,
               CASE WHEN visit_class = 'OPSP' THEN element_at(array({listed}), 1 + CAST(pmod(person,
                   {len(diseases)}) AS INT)) END AS dise_codg,
               CASE WHEN period <=> death_period THEN '5' WHEN is_inpatient THEN
                    element_at(array('1', '1', '1', '1', '1', '1', '1', '1', '2', '4'),
                        1 + {dice.pick("leave", slot, 10)}) END AS dscg_way,
               CASE WHEN insu_admdvs LIKE '3699%' THEN IF(visit_class = 'OTP' AND {dice.chance("internet", slot, 300)}, '5', '1')
                    WHEN insu_admdvs LIKE '36%' THEN '3' ELSE '4' END AS pay_loc,
               CASE WHEN visit_class = 'IPT' THEN element_at(array('1', '2', '3', '4', '1'),
                   1 + {dice.pick("payment", slot, 5)}) ELSE '1' END AS hi_paymtd,
               CASE WHEN dept IS NULL THEN CAST(array() AS ARRAY<STRING>) ELSE array_distinct(array(
                    element_at(pool, 1 + {dice.pick("main", slot, "size(pool)")}), element_at(pool,
                        1 + {dice.pick("other", slot, "size(pool)")})
               )) END AS diag_codes,
               CASE WHEN is_inpatient AND size(oprn_pool) > 0
                   AND {dice.chance("operated", slot, "IF(visit_class = 'DAYSURG', 10000, 5000)")}
                    THEN element_at(oprn_pool, 1 + {dice.pick("operation", slot, "size(oprn_pool)")}) END AS oprn_code,
               CAST(NULL AS STRING) AS matn_stas, CAST(NULL AS INT) AS ttp_pay_flag, CAST(NULL AS STRING) AS main_cond,
                   false AS is_planted
        FROM seen
        """.replace("visit_no(person, period, slot)", visit_no(dice.seed, "person", "period", "slot")),
        placed=placed,
        institutions=institutions,
        pools=pools,
    )


def visit_no(seed: int, person: str, period: str, slot: str) -> str:
    """SQL of a visit's number, unique for person, period and slot; it tells nothing about them."""
    return f"'M' || substring(md5(concat_ws('|', '{seed}', {person}, {period}, {slot})), 1, 16)"
