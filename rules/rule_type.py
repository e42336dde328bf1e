"""What a rule type is: one declaration holds everything about it. Loads where no Spark runs."""

from __future__ import annotations

from dataclasses import dataclass, field

# How a parameter is compiled for the engines (rules/book/compile.py):
#   plain  the typed value itself
#   codes  catalogue codes; a trailing * is a prefix; expanded to code keys of the lake
#   diags  ICD prefixes and ranges; expanded to diagnosis keys of the lake
#   oprns  operation code prefixes; expanded to operation keys of the lake
#   diags_or_oprns  diagnoses or operations, as the variant says; expanded to both
#   depts  department prefixes
PARAM_ROLES = ("plain", "codes", "diags", "oprns", "diags_or_oprns", "depts")


@dataclass(frozen=True)
class Param:
    """One parameter of a rule row.

    ``kind``: string, int, decimal, enum or list (``;``-separated). Decimals are compiled to bigint × 1,000,000.
    ``when``: (other parameter, its values) for which this one is required.
    ``default``: the text an empty cell stands for; None: the test is not made.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    one_of: tuple[str, ...] = ()
    unit: str = ""
    role: str = "plain"
    when: tuple[str, tuple[str, ...]] | None = None
    default: str | None = None


@dataclass(frozen=True)
class RowCheck:
    """A test across the parameters of one rule row, in SQL over its typed columns; true = the row is refused."""

    param: str
    refused_if: str
    reason: str


@dataclass(frozen=True)
class RuleType:
    """One of the 40 rule types (docs/contract/rule_types.yaml is the source of every text).

    ``evidence`` maps each key of the finding's vola_evid to SQL text over the columns its shape promises;
    ``sentence`` is vola_cont with ``{key}`` places; ``words`` maps a key to code → Chinese words.
    ``logic`` is the shape's own declaration of condition and amount; None: not built, so not evaluable.
    """

    id: str
    slug: str
    name_zh: str
    name_en: str
    kind: str  # violation | suspicion
    own_pay: bool  # True: lines that cost the fund nothing are judged too
    sev_deg: int
    control_mode: str
    stages: tuple[int, ...]
    law: str
    bhvr_code: str | None
    gz_codes: tuple[str, ...]
    shape: str
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    params: tuple[Param, ...]
    sentence: str
    demo_rules: int
    gz_new_2025: tuple[str, ...] = ()
    row_checks: tuple[RowCheck, ...] = ()
    # Parameter value → tables that rows with this value need beyond ``needs``; ("variant", "report") → ("report_d",).
    variant_needs: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    logic: object | None = None
    # Looks beyond one person (institution, doctor or the whole pool), so a person's bucket alone cannot judge it.
    beyond_person: tuple[str, ...] = ()

    def param(self, name: str) -> Param:
        """The parameter of that name; KeyError if the type has none."""
        for param in self.params:
            if param.name == name:
                return param
        raise KeyError(f"{self.id} has no parameter {name}")
