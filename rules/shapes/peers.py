"""Robust z of an institution among its peers (rule_types.yaml, ``general.stats``), in the portable subset.

median = mean of the two middle values; MAD = median of |x − median|; z = (x − median) / (1.4826 × MAD), rounded to four
decimals in one place. MAD = 0 or fewer peers than the minimum: no z.
"""

from __future__ import annotations

_MEDIAN = """(element_at({values}, CAST((size({values}) + 1) DIV 2 AS INT))
        + element_at({values}, CAST(size({values}) DIV 2 + 1 AS INT))) / CAST(2 AS DOUBLE)"""


def z_statements(name: str, source: str, group: tuple[str, ...]) -> list[tuple[str, str]]:
    """Statements that end in relation ``name``: every row of ``source`` with peer_median, peer_mad, peers and z.

    ``source`` has the columns of ``group`` (the peer group), ``member`` (unique within it) and ``x`` (double, not NULL).
    """
    by = ", ".join(group)
    same = " AND ".join(f"peer.{column} = source.{column}" for column in group)
    median = f"""
SELECT {by}, {_MEDIAN.format(values="sorted_x")} AS peer_median, size(sorted_x) AS peers
FROM (SELECT {by}, sort_array(collect_list(x)) AS sorted_x FROM {source} GROUP BY {by}) AS peer
"""
    deviation = f"""
SELECT {by}, {_MEDIAN.format(values="sorted_dev")} AS peer_mad
FROM (
    SELECT {", ".join(f"source.{column}" for column in group)},
        sort_array(collect_list(abs(source.x - peer.peer_median))) AS sorted_dev
    FROM {source} AS source
    JOIN {name}_median AS peer ON {same}
    GROUP BY {", ".join(f"source.{column}" for column in group)}
) AS peer
"""
    z = f"""
SELECT {", ".join(f"source.{column}" for column in group)}, source.member, source.x, peer.peer_median,
    spread.peer_mad, peer.peers,
    CASE WHEN spread.peer_mad > 0 THEN
        round((source.x - peer.peer_median) / (CAST(1.4826 AS DOUBLE) * spread.peer_mad), 4)
    END AS z
FROM {source} AS source
JOIN {name}_median AS peer ON {same}
JOIN {name}_spread AS spread ON {same.replace("peer.", "spread.")}
"""
    return [(f"{name}_median", median), (f"{name}_spread", deviation), (name, z)]


def rounded(value: str) -> str:
    """SQL for a share, a statistic or a similarity as text with four decimals."""
    return f"CAST(CAST(round({value}, 4) AS DECIMAL(18, 4)) AS STRING)"
