"""The batch as a whole: something came, most of it could be used, and no column of a person came with it."""

from __future__ import annotations

from expectations.check import FAIL, Check, Pass, Suite
from lake.tables import BATCH_FILE

# One row for each new batch.
BATCH_ROWS = """
SELECT batch_id, sum(rows_read) AS rows_read FROM new_batch_file GROUP BY batch_id
"""

# One row for each new file, with its rows that never reached a table and those that wait for what they refer to.
FILE_ROWS = """
WITH aside AS (
    SELECT batch_id, file, count(CASE WHEN is_orphan THEN 1 END) AS orphans, count(CASE WHEN NOT is_orphan THEN 1 END) AS unusable
    FROM new_reject
    GROUP BY batch_id, file
)
SELECT loaded.batch_id, loaded.file, loaded.rows_read, loaded.warnings, coalesce(aside.orphans, 0) AS orphans,
    coalesce(aside.unusable, 0) AS unusable
FROM new_batch_file AS loaded
LEFT JOIN aside ON aside.batch_id = loaded.batch_id AND aside.file = loaded.file
"""

SUITE = Suite(
    table=BATCH_FILE.name,
    title="批次",
    passes=(
        Pass(
            of="批次",
            rows="batch_rows AS this",
            checks=(
                Check(
                    id="empty_batch",
                    name="批次没有任何数据行",
                    reason="空批次多为抽取失败，放行等于漏审一天",
                    fault="this.rows_read = 0",
                    consequence=FAIL,
                ),
            ),
            before=(("batch_rows", BATCH_ROWS),),
        ),
        Pass(
            of="文件",
            rows="file_rows AS this",
            checks=(
                Check(
                    id="unusable",
                    name="文件中过多行无法使用",
                    reason="成片的行不能识别，是列错位、编码或分隔符错误，不是个别坏行",
                    fault="this.rows_read >= {min_rows} AND this.unusable > {unusable} * this.rows_read",
                ),
                Check(
                    id="unreadable",
                    name="文件中过多值无法识别",
                    reason="无法识别的值按缺失处理，成片缺失使规则漏判",
                    fault="this.rows_read >= {min_rows} AND this.warnings > {unusable} * this.rows_read",
                ),
                Check(
                    id="empty_file",
                    name="文件没有数据行",
                    reason="只有表头的文件多为抽取失败",
                    fault="this.rows_read = 0",
                ),
                Check(
                    id="orphans",
                    name="文件中有悬空记录",
                    reason="所指的就诊、结算或原明细尚未到达；到达后自动恢复",
                    fault="this.orphans > 0",
                ),
            ),
            before=(("file_rows", FILE_ROWS),),
        ),
        Pass(
            of="列",
            rows="stored_column AS this",
            checks=(
                Check(
                    id="undeclared_column",
                    name="数据湖中出现未声明的列",
                    reason="姓名、证件号、电话不得入湖；未声明的列没有人把过关",
                    fault="NOT this.is_declared",
                    consequence=FAIL,
                ),
            ),
        ),
    ),
)
