"""The crosstab as a heat table: where are many, where are none?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import create_model

from app.catalog import CATALOG
from app.catalog.crosstab import CrosstabQuery
from app.http.session import SessionDep
from app.http.twins import page_path
from app.pages import words
from app.pages.addresses import make_address
from app.pages.frame import Link, make_frame
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.queries.crosstab import read_crosstab
from app.schemas.crosstab import Category, Crosstab, CrosstabRow, Sums

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HEAT_LEVELS = 5
# What the page counts where its address does not say.
DEFAULTS = {"collection": "initiatives", "rows": "focus_area", "columns": "modality"}

if TYPE_CHECKING:
    CrosstabPageQuery = CrosstabQuery
else:
    CrosstabPageQuery = create_model(
        "CrosstabPageQuery",
        __base__=CrosstabQuery,
        __module__=__name__,
        **{
            name: (CrosstabQuery.model_fields[name].rebuild_annotation(), value)
            for name, value in DEFAULTS.items()
        },
    )


@dataclass(frozen=True)
class Cell:
    """A count, how it compares with the largest one (0 to HEAT_LEVELS), and the path of the records
    that it counts."""

    count: int
    heat: int
    path: str | None


@dataclass(frozen=True)
class HeatRow:
    """The counts of one value of the first dimension, and all its records."""

    label: str
    path: str | None
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class Option:
    """A choice of the form."""

    value: str
    label: str


@dataclass(frozen=True)
class CrosstabPage(View):
    """The table, and the form that chooses another one."""

    template = "crosstab.html"

    collection: str
    rows_name: str
    columns_name: str
    collections: tuple[Option, ...]
    dimensions: tuple[Option, ...]
    columns: tuple[Link, ...]
    rows: tuple[HeatRow, ...]
    total: int
    rows_left_out: int
    columns_left_out: int


@router.get("/crosstab")
def show_crosstab(
    request: Request,
    session: SessionDep,
    query: Annotated[CrosstabPageQuery, Query()],
) -> Response:
    """The records of a collection, counted by two of its facets."""
    if not query.model_fields_set.issuperset(DEFAULTS):
        given = query.model_dump(mode="json", exclude_unset=True)
        return RedirectResponse(f"/crosstab?{urlencode(DEFAULTS | given, doseq=True)}")
    table = read_crosstab(session, query)
    address = make_address(make_frame(request, table.revision))
    view = CrosstabPage(
        title=f"{words.LABELS[query.rows]} by {words.LABELS[query.columns].lower()}",
        downloads=(Link("CSV", f"/v1/crosstab?{address.query(format='csv')}"),),
        collection=query.collection,
        rows_name=query.rows,
        columns_name=query.columns,
        collections=tuple(_list_collections()),
        dimensions=tuple(_list_dimensions()),
        columns=tuple(_make_column(column) for column in table.columns),
        rows=_make_rows(table, query.columns),
        total=table.totals.total,
        rows_left_out=table.total_rows - len(table.rows),
        columns_left_out=table.total_columns - len(table.columns),
    )
    return page_response(
        request,
        session,
        view,
    )


def _list_collections() -> list[Option]:
    options = []
    for resource in CATALOG:
        if len(resource.dimensions) > 1:
            options.append(Option(resource.name, words.TYPES[resource.type_].meaning))
    return options


def _list_dimensions() -> list[Option]:
    """The dimensions of all collections; a combination that none has is refused with a reason."""
    names = {name for resource in CATALOG for name in resource.dimensions}
    return [Option(name, words.LABELS[name]) for name in words.LABELS if name in names]


def _make_column(column: Category) -> Link:
    return Link(_label(column), _page_of(column) or "")


def _label(category: Category) -> str:
    if category.label == category.value:
        return words.name_value(category.value)
    return category.label


def _page_of(category: Category) -> str | None:
    if category.url is None:
        return None
    path, _, query = category.url.partition("?")
    # The frame adds it to every link.
    pairs = [pair for pair in parse_qsl(query) if pair[0] != "as_of"]
    return page_path(path, urlencode(pairs))


def _make_rows(
    table: Crosstab,
    columns_name: str,
) -> tuple[HeatRow, ...]:
    highest = max((count for row in table.rows for count in row.counts), default=0)
    rows = []
    for row in table.rows:
        cells = _make_cells(
            row,
            table.columns,
            columns_name,
            highest,
        )
        rows.append(
            HeatRow(
                _label(row),
                _page_of(row),
                cells,
                row.total,
            )
        )
    if table.missing.total:
        cells = _make_plain_cells(table.missing, highest)
        rows.append(
            HeatRow(
                "None",
                None,
                cells,
                table.missing.total,
            )
        )
    return tuple(rows)


def _make_cells(
    row: CrosstabRow,
    columns: Sequence[Category],
    name: str,
    highest: int,
) -> tuple[Cell, ...]:
    """The cells of a row, each with the list of its records if there is one."""
    row_path = _page_of(row)
    cells = []
    for column, cell in zip(
        columns,
        _make_plain_cells(row, highest),
        strict=True,
    ):
        path = None
        if row_path is not None and column.url is not None and cell.count:
            path = f"{row_path}&{urlencode({name: column.value})}"
        cells.append(
            Cell(
                cell.count,
                cell.heat,
                path,
            )
        )
    return tuple(cells)


def _make_plain_cells(
    row: CrosstabRow | Sums,
    highest: int,
) -> tuple[Cell, ...]:
    cells = []
    for count in row.counts:
        heat = ceil(HEAT_LEVELS * count / max(1, highest))
        cells.append(
            Cell(
                count,
                heat,
                None,
            )
        )
    return tuple(cells)
