"""The fixed values of fields and parameters, for database and JSON alike."""

from typing import Literal

RecordType = Literal[
    "document", "office", "focus_area", "initiative", "expected_outcome", "timeline_item"
]
Collection = Literal[
    "documents",
    "offices",
    "focus-areas",
    "initiatives",
    "expected-outcomes",
    "timeline-items",
]
Voice = Literal["issuer", "about"]
Kind = Literal["objective", "initiative", "cooperation", "recommendation"]
Modality = Literal["occurred", "stated", "prospective", "recommended"]
StartKind = Literal["dated", "open", "unknown"]
EndKind = Literal["dated", "open", "unknown", "same"]
Precision = Literal["day", "month", "season", "quarter", "half", "year", "decade", "century"]
Format = Literal["json", "csv", "ndjson", "parquet"]
Match = Literal["possible", "certain"]
Operation = Literal["create", "update", "delete"]
# Each includes the one before.
Scope = Literal["read", "write", "admin"]
