"""How often auditors confirm what a rule type, and a rule, finds."""

from lake.tables.schema import Column, Table

RULE_RATE = Table(
    name="rule_rate",
    meaning="one row per rule type, and per rule with conclusions",
    key=("rule_type_id", "rule_id"),
    columns=(
        Column("rule_type_id", "string", "rule type"),
        Column("rule_id", "string", "rule; `*`: the whole type"),
        Column("reviewed", "int", "cases in which findings of it were concluded"),
        Column("sampled", "int", "those of them that the random sample drew"),
        Column("confirmed", "price", "sum of their confirmed shares, 0 to 1 each"),
        Column("effective", "price", "as many cases drawn evenly from all would tell as much as the weighted ones do"),
        Column("prior", "price", "rate expected before: the configured one of a type, the learnt one of its type for a rule"),
        Column("rate", "price", "confirmation rate by which cases are ranked"),
        Column("low", "price", "lower end of its interval"),
        Column("high", "price", "upper end of its interval"),
        Column("stas", "string", "active, or shadow: its findings are found and not listed"),
        Column("notice", "string", "why it is in shadow, in Chinese"),
    ),
)
