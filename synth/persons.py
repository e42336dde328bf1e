"""The insured persons: who they are, where they go, and (a few) when they die. Every name and number is invented."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

from synth.dice import Dice
from synth.places import COUNTY, OTHER_CITY, OTHER_PROVINCE
from synth.profile import CountyProfile

# Length of a person's own "month": whole weeks, so that no two of a person's visits of different periods can overlap.
PERIOD_DAYS = 28


def periods(profile: CountyProfile) -> int:
    """Whole periods in the county's months."""
    return profile.days // PERIOD_DAYS


def persons(spark: SparkSession, profile: CountyProfile, cases: DataFrame) -> DataFrame:
    """One row per person. ``cases`` (one row per person who has a planted case) overrides sex, birth, insurance and death,
    and names the days (``quiet_from`` … ``quiet_to``) on which that person has no other visits.
    """
    dice = Dice(profile.seed)
    died = dice.chance("dies", "person", 120)
    return spark.sql(
        f"""
        WITH drawn AS (
            SELECT id AS person, {dice.pick("age", "id", 100)} AS age_draw, {dice.pick("birth", "id", 365)} AS birth_day,
                   {dice.pick("offset", "id", profile.days % PERIOD_DAYS + 1)} AS offset,
                       {dice.pick("gend", "id", 2)} + 1 AS gend,
                   {dice.pick("home", "id", profile.hospitals)} AS home_draw,
                       {dice.pick("second", "id", profile.hospitals)} AS second,
                   {dice.pick("place", "id", 1000)} AS place, {dice.pick("employee", "id", 100)} AS employee,
                   {dice.pick("death", "id", periods(profile))} AS death_draw
            FROM range(0, {profile.persons}) AS t
        ),
        aged AS (
            SELECT *, CASE WHEN age_draw < 16 THEN age_draw WHEN age_draw < 62 THEN age_draw + 1
                ELSE 44 + age_draw % 46 END AS age
            FROM drawn
        ),
        described AS (
            SELECT aged.person, offset, least(home_draw, second) AS home, place, death_draw,
                   coalesce(cases.gend, CAST(aged.gend AS STRING)) AS gend,
                   coalesce(cases.brdy, date_sub(DATE '{profile.first_day}', age * 365 + birth_day)) AS brdy,
                   coalesce(cases.insutype, CASE WHEN age >= 20 AND employee < 40 THEN '310' ELSE '390' END) AS insutype,
                   coalesce(cases.insu_admdvs, CASE WHEN place < 985 THEN '{COUNTY}' WHEN place < 995 THEN '{OTHER_CITY}'
                                                    ELSE '{OTHER_PROVINCE}' END) AS insu_admdvs,
                   cases.person IS NOT NULL AS is_cast, cases.die_date AS cast_die_date, cases.quiet_from, cases.quiet_to
            FROM aged LEFT JOIN {{cases}} AS cases ON cases.person = aged.person
        )
        SELECT *, {person_no("person")} AS psn_no,
               CAST(datediff(DATE '{profile.first_day}', brdy) DIV 365 AS INT) AS age,
               CASE WHEN insutype = '310' THEN 'E' || lpad(CAST(person DIV 40 AS STRING), 7, '0') END AS emp_no,
               CASE WHEN NOT is_cast AND {died} AND datediff(DATE '{profile.first_day}', brdy) DIV 365 >= 50
                   THEN death_draw END AS death_period,
               datediff(DATE '{profile.first_day}', brdy) DIV 365 >= 45 AND {dice.chance("chronic", "person", 3500)} AS is_chronic
        FROM described
        """,
        cases=cases,
    )


def person_no(person: str) -> str:
    """SQL of the insured person's number."""
    return f"'SYN' || lpad(CAST({person} AS STRING), 12, '0')"


def person_rows(people: DataFrame, visits: DataFrame, profile: CountyProfile) -> DataFrame:
    """psn_d: every person in the first batch, and again (a correction) in the batch of the death."""
    first = profile.batches[0]
    return people.sparkSession.sql(
        f"""
        WITH death AS (
            SELECT person, CAST(end_time AS DATE) AS die_date FROM {{visits}} WHERE dscg_way = '5'
            UNION ALL SELECT person, cast_die_date FROM {{people}} WHERE cast_die_date IS NOT NULL
        ),
        told AS (
            SELECT people.*, CAST(NULL AS DATE) AS die_date, '{first}' AS batch_id FROM {{people}} AS people
            UNION ALL
            SELECT people.*, death.die_date, date_format(death.die_date, 'yyyy-MM') FROM {{people}} AS people
                JOIN death USING (person)
        ),
        latest AS (
            SELECT * FROM told QUALIFY row_number() OVER (PARTITION BY person, batch_id ORDER BY die_date NULLS LAST) = 1
        )
        SELECT psn_no, '合成参保人' || lpad(CAST(person AS STRING), 9, '0') AS psn_name,
               'SYNTHETIC' || lpad(CAST(person AS STRING), 9, '0') AS certno, '000' || lpad(CAST(person AS STRING), 8,
                   '0') AS tel,
               gend, brdy, insutype, CASE WHEN age >= 60 THEN '12' ELSE '11' END AS psn_type, insu_admdvs, emp_no,
               DATE '2015-01-01' AS psn_insu_date, die_date, batch_id
        FROM latest
        """,
        people=people,
        visits=visits,
    )
