"""Which words may stand in a field that has a fixed few? Said once, for database and JSON."""

from typing import Literal

Voice = Literal["issuer", "about"]
Kind = Literal["objective", "initiative", "cooperation", "recommendation"]
Modality = Literal["occurred", "stated", "prospective", "recommended"]
StartKind = Literal["dated", "open", "unknown"]
EndKind = Literal["dated", "open", "unknown", "same"]
Precision = Literal["day", "month", "season", "quarter", "half", "year", "decade", "century"]
Format = Literal["json", "csv", "ndjson", "parquet"]
Match = Literal["possible", "certain"]
Operation = Literal["create", "update", "delete"]
# Each may do what the one before may.
Scope = Literal["read", "write", "admin"]
