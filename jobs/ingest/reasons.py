"""Why a row is set aside: the codes in `rejects.reason`."""

FIELD_COUNT = "FIELD_COUNT"  # too few or too many fields in the line
EMPTY = "EMPTY"  # a column that every row must fill holds nothing
UNPARSEABLE = "UNPARSEABLE"  # such a column holds something that is not of its type
KEY_CONFLICT = "KEY_CONFLICT"  # one key with different contents in one batch
REFUND_WITHOUT_ORIGINAL = "REFUND_WITHOUT_ORIGINAL"  # a negative count that names no line

# References: these rows are stored, tried again at every load, and leave `rejects` when the reference resolves.
NO_SUCH_VISIT = "NO_SUCH_VISIT"
NO_SUCH_SETTLEMENT = "NO_SUCH_SETTLEMENT"
NO_SUCH_LINE = "NO_SUCH_LINE"
IS_ORPHAN = f"reason IN ('{NO_SUCH_VISIT}', '{NO_SUCH_SETTLEMENT}', '{NO_SUCH_LINE}')"  # over `rejects`

# The gate's: these rows are stored too, and stay set aside until their batch brings other ones.
QUARANTINED = "GATE_"  # followed by the check that they failed
IS_QUARANTINED = f"startswith(reason, '{QUARANTINED}')"
# What is stored and all the same not in force.
IS_STORED = f"({IS_ORPHAN} OR {IS_QUARANTINED})"

# As those read them who sent the rows.
WORDS = {
    FIELD_COUNT: "字段数与表头不符",
    EMPTY: "必填字段为空",
    UNPARSEABLE: "值的写法无法识别",
    KEY_CONFLICT: "同批内主键相同而内容不同",
    REFUND_WITHOUT_ORIGINAL: "负数量明细未指明所冲销的明细",
    NO_SUCH_VISIT: "所指的就诊不存在",
    NO_SUCH_SETTLEMENT: "所指的结算不存在",
    NO_SUCH_LINE: "所冲销的明细不存在",
}
