"""A rule base that was imported and judges nothing yet: it lies beside the active one until a night is run with it."""

from lake.tables.rule import RULE
from lake.tables.rule_rejects import RULE_REJECTS
from lake.tables.schema import Column, Table

RULE_PROPOSED = Table(
    name="rule_proposed",
    meaning="one row per rule and version of the imported rule base",
    key=RULE.key,
    partition=RULE.partition,
    columns=(*RULE.columns, Column("rulebook_ver", "string", "content hash of the imported rule base")),
)
RULE_PROPOSED_REJECTS = Table(
    name="rule_proposed_rejects",
    meaning="one row per refused rule row of the imported rule base",
    key=RULE_REJECTS.key,
    columns=RULE_REJECTS.columns,
)
