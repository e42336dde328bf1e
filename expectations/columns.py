"""Checks that follow from a table's declaration: missing values, persons who must not be named."""

from __future__ import annotations

from expectations.check import FAIL, Check
from expectations.faults import missing
from lake.tables.schema import Table


def declared(table: Table) -> tuple[Check, ...]:
    """What every source table must keep to: required columns hold values, persons are pseudonyms."""
    return (*_required(table), *_persons(table))


def _required(table: Table) -> tuple[Check, ...]:
    """One check for each column marked ``*`` that ingest lets be empty (contract, clarification 14)."""
    return tuple(
        Check(
            id=f"{column.name}_missing",
            name=f"{column.name} 为空",
            reason="必填字段为空时，依赖它的规则无法判断，漏查不会被看见",
            fault=missing(column.name),
            share="missing",
        )
        for column in table.stored
        if column.required and not column.filled
    )


def _persons(table: Table) -> tuple[Check, ...]:
    """Persons' numbers are keyed hashes; where they stay as they came, they must at least be no identity numbers."""
    return tuple(
        check
        for column in table.stored
        if column.identity == "pseudonym"
        for check in (
            Check(
                id=f"{column.name}_named",
                name=f"{column.name} 不是假名",
                reason="数据湖中只能有带密钥的散列，出现原始人员编号即为泄露",
                fault=f"CASE WHEN {{is_hashed}} AND this.{column.name} IS NOT NULL THEN length(this.{column.name}) <> 64 "
                f"OR translate(this.{column.name}, '0123456789abcdef', '') <> '' END",
                consequence=FAIL,
            ),
            Check(
                id=f"{column.name}_certno",
                name=f"{column.name} 形似身份证号",
                reason="人员编号按原值保存时，不应是公民身份号码",
                fault=f"CASE WHEN NOT {{is_hashed}} AND this.{column.name} IS NOT NULL THEN length(this.{column.name}) = 18 "
                f"AND try_cast(substr(this.{column.name}, 1, 17) AS BIGINT) IS NOT NULL END",
            ),
        )
    )
