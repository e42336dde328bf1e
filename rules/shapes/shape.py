"""A shape owns a plan: statements that end in ``hit_<shape>``; its types fill the places with one CASE each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

from rules.engines import Repeat, Statement
from rules.rule_type import RuleType
from rules.shapes.eligible import IN_SCOPE_LINE, IN_SCOPE_VISIT, NOT_EXEMPT_LINE, NOT_EXEMPT_VISIT

FIXED_PLACES = {
    "in_scope_line": IN_SCOPE_LINE,
    "not_exempt_line": NOT_EXEMPT_LINE,
    "in_scope_visit": IN_SCOPE_VISIT,
    "not_exempt_visit": NOT_EXEMPT_VISIT,
}


@dataclass(frozen=True)
class Shape:
    """``statements``: (relation, SQL with places), or a Repeat of such; ``defaults``: what a place holds for a type whose
    logic leaves it out.

    A place named in ``defaults`` becomes ``CASE rule.rule_type_id WHEN … END`` over the shape's built types, so the
    statement needs the alias ``rule``. ``{evidence}`` becomes the same CASE over each type's evidence, as JSON text.
    ``{types}`` is the list of built types, ``{limit_types}`` those of V01–V09, ``{own_pay_types}`` those marked own_pay.
    """

    name: str
    statements: tuple[Statement, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)

    def render(self, rule_types: Iterable[RuleType], context: Mapping[str, str]) -> list[Statement]:
        """The statements with every place filled; ``context`` holds history_from, has_<table> and the like."""
        built = [rule for rule in rule_types if rule.shape == self.name and rule.logic is not None]
        places = FIXED_PLACES | dict(context) | type_lists(built)
        for place, default in self.defaults.items():
            places[place] = one_case(built, place, default)
        places["evidence"] = evidence_case(built)
        places = {name: _filled(text, places) for name, text in places.items()}
        return [_filled_statement(statement, places) for statement in self.statements]


def _filled_statement(statement: Statement, places: Mapping[str, str]) -> Statement:
    if isinstance(statement, Repeat):
        return Repeat(statement.name, _filled(statement.text, places), _filled(statement.unsettled, places))
    relation, text = statement
    return relation, _filled(text, places)


def _filled(text: str, places: Mapping[str, str]) -> str:
    """``text`` with its places filled; a place that nobody fills is a KeyError."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return text.format(**{name: places[name] for name in names}) if names else text


def type_lists(built: list[RuleType]) -> dict[str, str]:
    """The lists of rule types that statements name."""
    limit = [rule for rule in built if "V01" <= rule.id <= "V09"]
    return {
        "types": _id_list(built),
        "limit_types": _id_list(limit),
        "own_pay_types": _id_list([rule for rule in built if rule.own_pay]),
    }


def _id_list(rules: list[RuleType]) -> str:
    return ", ".join(f"'{rule.id}'" for rule in rules) or "''"


def one_case(built: list[RuleType], place: str, default: str) -> str:
    """One CASE over the types that say something of their own for ``place``; ``default`` for the others."""
    own = [(rule.id, rule.logic[place]) for rule in built if rule.logic and place in rule.logic]
    if not own:
        return default
    whens = "\n        ".join(f"WHEN '{rule_id}' THEN ({text.strip()})" for rule_id, text in own)
    return f"CASE rule.rule_type_id\n        {whens}\n        ELSE ({default})\n    END"


def evidence_case(built: list[RuleType]) -> str:
    """One CASE that makes each type's vola_evid: JSON with its keys in order."""
    whens = "\n        ".join(
        f"WHEN '{rule.id}' THEN to_json(named_struct("
        + ", ".join(f"'{key}', {rule.evidence[key]}" for key in sorted(rule.evidence))
        + "))"
        for rule in built
    )
    return f"CASE rule.rule_type_id\n        {whens}\n    END" if built else "CAST(NULL AS STRING)"
