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
# The formats of files that drafts are made of, by their usual endings.
DraftFormat = Literal["txt", "md", "html", "docx", "pdf"]
# What was decided about a proposal; an edited one is accepted with changes.
ProposalState = Literal["proposed", "accepted", "edited", "rejected"]
# What proposed a record: a rule, a language model, or a person who found it missing.
ProposalOrigin = Literal["rule", "model", "person"]
