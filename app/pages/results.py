"""The view of one page of a list: its filters, its order, and its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from app.http.twins import data_path
from app.pages import words
from app.pages.addresses import ListAddress, make_address
from app.pages.facets import Chip, Choices, FacetView, make_chips, make_facets
from app.pages.frame import Link, make_frame
from app.pages.rendering import View
from app.pages.result_rows import Row
from app.pages.takeaways import Takeaway, take_list
from app.queries.loading import Json
from app.schemas.paging import ListQuery


@dataclass(frozen=True)
class ResultsPage(View):
    """A page of a list, its filters, and how it is ordered."""

    template = "results.html"

    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    clear_path: str
    total: str
    order: str
    rows: tuple[Row, ...]
    next_path: str | None
    search_hint: str | None
    takeaways: tuple[Takeaway, ...]


def make_results(
    request: Request,
    query: ListQuery,
    fields: Json,
    rows: Sequence[Row],
    facets: Mapping[str, Choices],
    **text: str,
) -> ResultsPage:
    """The view of a page of a list. `text` has its title, and the noun of its records."""
    address = make_address(make_frame(request, fields["revision"]))
    views = make_facets(
        facets,
        list(facets),
        address,
    )
    next_path = fields["next"]
    return ResultsPage(
        title=text["title"],
        downloads=_make_downloads(address),
        facets=views,
        chips=make_chips(address, views),
        clear_path=address.path,
        total=words.describe_total(
            fields["total"],
            fields["total_is_exact"],
            text["noun"],
        ),
        order=_describe_order(fields["query"]["sort"]),
        rows=tuple(rows),
        next_path=address.page(next_path) if next_path is not None else None,
        search_hint=_shorten_word(query.q),
        takeaways=take_list(request, _data_of(address)),
    )


def _data_of(address: ListAddress) -> str:
    path = data_path(address.path)
    assert path is not None
    return path


def _make_downloads(address: ListAddress) -> tuple[Link, ...]:
    path = _data_of(address)
    formats = {"CSV": "csv", "NDJSON": "ndjson", "Parquet": "parquet"}
    links = []
    for label, format_ in formats.items():
        links.append(Link(label, f"{path}?{address.query(format=format_)}"))
    return tuple(links)


def _describe_order(sort: Sequence[str]) -> str:
    """The order in words, by its first key."""
    key = sort[0]
    match key.removeprefix("-"):
        case "relevance":
            return "best match first"
        case "start" | "end":
            return f"by {key.removeprefix('-')}"
        case "type":
            return "by type, in alphabetical order"
        case "name" | "title" | "statement" | "text":
            return "in alphabetical order"
        case name:
            return f"by {name.replace('_', ' ')}"


def _shorten_word(text: str | None) -> str | None:
    """A prefix that finds more than the text does."""
    if text is None or len(text) < 5:
        return None
    return f"{text[:4]}*"
