"""What a check of a rule base is: a name and a statement over the relations of rules/lint/relations.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One test of all rule rows.

    ``statement`` gives one row for each thing found: rule_key, param (the column concerned), problem (in Chinese) and
    other_key, the rule row that it is at odds with (NULL if it is none's).
    ``is_fault``: such a row cannot do what it says; otherwise it is only worth a look.
    """

    name: str
    title: str
    is_fault: bool
    statement: str
