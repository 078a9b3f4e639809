"""The fixed values of fields and parameters, for database and JSON alike."""

from typing import Literal

Voice = Literal["issuer", "about"]
Kind = Literal["objective", "initiative", "cooperation", "recommendation"]
# From a fact to advice. Orders, counts and titles keep this order.
Modality = Literal["occurred", "stated", "prospective", "required", "recommended"]
StartKind = Literal["dated", "open", "unknown"]
EndKind = Literal["dated", "by", "open", "unknown", "same"]
Precision = Literal["day", "month", "season", "quarter", "half", "year", "decade", "century"]
Format = Literal["json", "csv", "ndjson", "parquet"]
Match = Literal["possible", "certain"]
Operation = Literal["create", "update", "delete"]
# Each includes the one before.
Scope = Literal["read", "write", "admin"]
