"""The rule base compiled for the engines: for each shape its rules, their target codes and their days of validity."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa

from rules.book.expansion import make_code_sets, make_sets
from rules.book.relations import live_query, meta_query, rule_query, target_query, valid_query, wanted_query
from rules.book.versions import make_versions
from rules.catalogue import RULE_TYPES
from rules.rule_type import RuleType


def compile_rules(
    rules: pa.Table, dictionary: pa.Table, present_tables: Collection[str], types: Mapping[str, RuleType] = RULE_TYPES
) -> dict[str, pa.Table]:
    """``<shape>_rule``, ``<shape>_target`` and ``<shape>_valid`` of every shape, as shapes read them, and ``rule_meta``.

    ``rules`` are the loaded rows (rules/book/typing.py), ``dictionary`` has kind (med, diag, oprn), code, code_key.
    Left out: retired rows, rows of types without logic, and rows whose source tables are absent.
    """
    shapes = by_shape(types)
    with duckdb.connect() as connection:
        connection.register("dictionary", dictionary)
        make_live(connection, rules, present_tables, types)
        for kind in ("diag", "oprn", "med"):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS {wanted_query(shapes, kind)}")
            if kind == "med":
                make_code_sets(connection)
            else:
                make_sets(connection, kind)
        queries = {"rule_meta": meta_query(shapes, types)}
        for shape, ours in shapes.items():
            queries[f"{shape}_rule"] = rule_query(shape, ours)
            queries[f"{shape}_target"] = target_query(shape, ours)
            queries[f"{shape}_valid"] = valid_query(shape)
        return {name: connection.sql(query).to_arrow_table() for name, query in queries.items()}


def evaluable(rules: pa.Table, present_tables: Collection[str], types: Mapping[str, RuleType] = RULE_TYPES) -> pa.Table:
    """One row for each run of days on which a rule could be judged: rule_type_id, rule_key, beg, end."""
    with duckdb.connect() as connection:
        make_live(connection, rules, present_tables, types)
        live = " UNION ALL ".join(f"SELECT rule_key, rule_type_id FROM live_{shape}" for shape in by_shape(types))
        return connection.sql(
            f"""SELECT live.rule_type_id, validity.rule_key, validity.eff_beg AS beg, validity.eff_end AS "end"
            FROM validity JOIN ({live}) AS live USING (rule_key)             -- one row for each key
            ORDER BY validity.rule_key, validity.eff_beg"""
        ).to_arrow_table()


def by_shape(types: Mapping[str, RuleType]) -> dict[str, list[RuleType]]:
    shapes: dict[str, list[RuleType]] = {}
    for rule_type in types.values():
        shapes.setdefault(rule_type.shape, []).append(rule_type)
    return shapes


def make_live(
    connection: duckdb.DuckDBPyConnection,
    rules: pa.Table,
    present_tables: Collection[str],
    types: Mapping[str, RuleType],
) -> None:
    """Makes ``live_<shape>`` of every shape: the rules that can be judged and govern on some day."""
    make_versions(connection, rules, types)
    for shape, ours in by_shape(types).items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE live_{shape} AS {live_query(ours, present_tables)}")
