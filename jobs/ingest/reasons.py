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
