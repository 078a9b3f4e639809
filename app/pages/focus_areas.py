"""The tree of focus areas; with filters, or of very many, a list."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaQuery
from app.http.session import SessionDep
from app.pages.counts import AreaCounts, count_areas, make_area
from app.pages.lists import make_list_view
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.queries.pages import read_page
from app.schemas.read import FocusAreaRead

router = make_page_router()

# Of more focus areas, the page is a list as of any other collection.
MAX_TREE_AREAS = 200


@dataclass(frozen=True)
class TreeNode:
    """A focus area in the tree, under one of its broader ones."""

    area: AreaCounts
    children: tuple["TreeNode", ...]


@dataclass(frozen=True)
class TreePage(View):
    """All focus areas."""

    template = "tree.html"

    nodes: tuple[TreeNode, ...]
    total: int


@router.get("/focus-areas")
def list_focus_areas(
    request: Request,
    session: SessionDep,
    query: Annotated[FocusAreaQuery, Query()],
) -> Response:
    """The focus areas as a tree; with filters, or of very many, as a list."""
    if query.model_fields_set <= {"as_of"}:
        view = _make_tree(session)
        if view is not None:
            return page_response(
                request,
                session,
                view,
            )
    return page_response(
        request,
        session,
        make_list_view(
            request,
            session,
            FOCUS_AREAS,
            query,
        ),
    )


def _make_tree(session: Session) -> TreePage | None:
    """The tree; None if there are too many focus areas."""
    query = FocusAreaQuery(limit=MAX_TREE_AREAS)
    page = read_page(
        session,
        FOCUS_AREAS,
        query,
    )
    if page.fields["next"] is not None:
        return None
    areas = [FocusAreaRead.model_validate_json(item) for item in page.items]
    # The page capitalizes names, so that an order by case would look like none.
    areas.sort(key=lambda area: area.name.casefold())
    counts = count_areas(session, MAX_TREE_AREAS)
    for area in areas:
        counts.setdefault(
            area.slug,
            make_area(
                area.slug,
                area.name,
                Counter(),
            ),
        )
    children: dict[str, list[str]] = {}
    for area in areas:
        for broader in area.broader_slugs or [""]:
            children.setdefault(broader, []).append(area.slug)
    nodes = _make_nodes(
        "",
        children,
        counts,
    )
    return TreePage(
        "Focus areas",
        (),
        nodes,
        len(areas),
    )


def _make_nodes(
    slug: str,
    children: dict[str, list[str]],
    counts: dict[str, AreaCounts],
) -> tuple[TreeNode, ...]:
    nodes = []
    # No focus area is broader than itself, at any distance, so this ends.
    for child in children.get(slug, ()):
        nodes.append(
            TreeNode(
                counts[child],
                _make_nodes(
                    child,
                    children,
                    counts,
                ),
            )
        )
    return tuple(nodes)
