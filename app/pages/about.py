"""The page that says how to read the others."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request, Response

from app.http.session import SessionDep
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.schemas.filters import PastQuery

router = make_page_router()


@dataclass(frozen=True)
class AboutPage(View):
    """It shows nothing of the base."""

    template = "about.html"


@router.get("/about")
def show_about(
    request: Request,
    session: SessionDep,
    _query: Annotated[PastQuery, Query()],
) -> Response:
    """Marks, dates, sources, licence, and what the base does not say."""
    return page_response(
        request,
        session,
        AboutPage("How to read this", ()),
    )
