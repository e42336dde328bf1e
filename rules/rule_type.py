"""What a rule type is: one declaration holds everything about it. Loads where no Spark runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# How a parameter is compiled for the engines (rules/book/compile.py):
#   plain  the typed value itself
#   codes  catalogue codes; a trailing * is a prefix; expanded to code keys of the lake
#   diags  ICD prefixes and ranges; expanded to diagnosis keys of the lake
#   oprns  operation code prefixes; expanded to operation keys of the lake
#   diags_or_oprns  diagnoses or operations, as the variant says; expanded to both
#   depts  department prefixes
PARAM_ROLES = ("plain", "codes", "diags", "oprns", "diags_or_oprns", "depts")
# In ``when`` and ``variant_needs``: any value of the parameter at all.
GIVEN = "given"


@dataclass(frozen=True)
class Param:
    """One parameter of a rule row.

    ``kind``: string, int, decimal, enum or list (``;``-separated). Decimals are compiled to bigint × 1,000,000.
    ``when``: (other parameter, its values) for which this one is required; the value ``given`` (``GIVEN``) stands
    for any value at all.
    ``default``: the text an empty cell stands for; None: the test is not made.
    ``default_by``: (other parameter, its value → default) where the default depends on another parameter.
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
    default_by: tuple[str, dict[str, str]] | None = None


@dataclass(frozen=True)
class RowCheck:
    """A test across the parameters of one rule row; true = the row is refused, and ``param`` is named.

    ``refused_if`` is DuckDB SQL over the type's parameters (rules/book/typing.py): int as INTEGER, decimal as
    DECIMAL(18,6), list as VARCHAR[] of trimmed entries, empty as NULL, defaults filled in; ``codes_meet(a, b)`` is
    true when two code lists share a code, prefix entries included.
    """

    param: str
    refused_if: str
    reason: str


@dataclass(frozen=True)
class RuleType:
    """One of the 40 rule types (docs/contract/rule_types.yaml is the source of every text).

    ``evidence`` maps each key of the finding's vola_evid to SQL text over the columns its shape promises;
    ``sentence`` is vola_cont with ``{key}`` places; ``words`` maps a key to code → Chinese words.
    ``logic`` fills the places of its shape (condition, amount …) with SQL text; None: not built, so not evaluable.
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
    # Parameter value → tables that rows with this value need beyond ``needs``; ("variant", "report") → ("report_d",);
    # the value GIVEN stands for any value at all. Without them such a row could never find anything.
    variant_needs: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    # Visit classes that an empty med_class of this type stands for.
    default_class: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    logic: Mapping[str, str] | None = None
    # (parameter, its value or GIVEN) → what of other persons a row with this value looks at, so that a person's own bills
    # cannot judge it. Every other row finds in a person's bills alone what it finds in everyone's (decision 0085).
    beyond_person: dict[tuple[str, str], str] = field(default_factory=dict)

    def param(self, name: str) -> Param:
        """The parameter of that name; KeyError if the type has none."""
        for param in self.params:
            if param.name == name:
                return param
        raise KeyError(f"{self.id} has no parameter {name}")

    def looks_beyond_person(self, params: Mapping[str, str]) -> bool:
        """Whether a rule row with these parameters (texts, empty ones left out or empty) looks at other persons too."""
        return any(params.get(name) and value in (GIVEN, params[name]) for name, value in self.beyond_person)
