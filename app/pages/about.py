"""The page that says how to read the others."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.http.session import SessionDep
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.schemas.filters import PastQuery

router = APIRouter(route_class=PageRoute, include_in_schema=False)


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
