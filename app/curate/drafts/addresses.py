"""The addresses of the pages of drafts, and what they have in common."""

from typing import Annotated

from fastapi import Path, Request, Response

from app.curate.routing import see_other
from app.http.services import services_of

DRAFTS = "/curate/drafts"
DraftId = Annotated[str, Path(max_length=600)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def draft_address(draft_id: str, place: str = "") -> str:
    """The path of a page of a draft, without the prefix of the server; `place` follows the path of
    the draft."""
    return f"{DRAFTS}/{draft_id}{place}"


def go_to(request: Request, path: str) -> Response:
    """The response to a form that was carried out: the browser opens the page."""
    return see_other(f"{services_of(request).settings.path_prefix}{path}")
