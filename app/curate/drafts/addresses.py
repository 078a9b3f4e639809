"""The addresses of the pages of drafts, and what they have in common."""

from typing import Annotated

from fastapi import Path

DRAFTS = "/curate/drafts"
DraftId = Annotated[str, Path(max_length=600)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def draft_address(draft_id: str, place: str = "") -> str:
    """The path of a page of a draft; `place` follows the path of the draft."""
    return f"{DRAFTS}/{draft_id}{place}"
