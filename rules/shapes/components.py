"""Connected components in SQL that both engines run (part of shape graph).

Method: FastSV (Zhang, Azad and Hu, 2020): every node points at a node of its component, at first at itself. In a round it and
the node it points at take the least node that they or their neighbours reach in two steps, so that chains of pointers halve.
It ends when nobody's pointer moves; then all nodes of a component point at its least. The rounds grow with the logarithm of
the longest chain: 9 were measured for a chain of 100 persons, 15 for 5,000 and 18 for 50,000, whatever their order. Each is one
pass over edges and nodes; blocks bound the edges by max_block for each stay (rules/shapes/company.py).
"""

from rules.engines import Repeat, Statement

# Each node of ``graph_edge`` (rule_key, month, psn_no, neighbour; both directions) points at itself.
_GRAPH_LABEL = """
SELECT DISTINCT rule_key, month, psn_no, psn_no AS label, TRUE AS is_moved
FROM graph_edge
"""

# One round. A label only ever falls in text order, and never below the least node of its component.
_NEXT_LABEL = """
WITH jumped AS (
    SELECT node.rule_key, node.month, node.psn_no, node.label, parent.label AS reached
    FROM graph_label AS node
    JOIN graph_label AS parent ON parent.rule_key = node.rule_key AND parent.month = node.month
        AND parent.psn_no = node.label
),
heard AS (
    SELECT edge.rule_key, edge.month, edge.psn_no, min(neighbour.reached) AS reached
    FROM graph_edge AS edge
    JOIN jumped AS neighbour ON neighbour.rule_key = edge.rule_key AND neighbour.month = edge.month
        AND neighbour.psn_no = edge.neighbour
    GROUP BY edge.rule_key, edge.month, edge.psn_no
),
offered AS (
    SELECT rule_key, month, psn_no, reached AS label, label AS held FROM jumped
    UNION ALL
    SELECT rule_key, month, psn_no, reached, CAST(NULL AS STRING) FROM heard
    UNION ALL
    SELECT heard.rule_key, heard.month, jumped.label, heard.reached, CAST(NULL AS STRING)
    FROM heard
    JOIN jumped ON jumped.rule_key = heard.rule_key AND jumped.month = heard.month AND jumped.psn_no = heard.psn_no
)
SELECT rule_key, month, psn_no, min(label) AS label, min(label) < min(held) AS is_moved
FROM offered
GROUP BY rule_key, month, psn_no
"""

COMPONENT_STATEMENTS: tuple[Statement, ...] = (
    ("graph_label", _GRAPH_LABEL),
    Repeat("graph_label", _NEXT_LABEL, unsettled="SELECT psn_no FROM graph_label WHERE is_moved"),
)
