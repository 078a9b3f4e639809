"""The crosstab as a heat table: where are many, where are none?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import create_model
from sqlalchemy.orm import Session

from app.catalog import CATALOG, RESOURCES_BY_COLLECTION
from app.catalog.crosstab import CrosstabQuery
from app.http.session import SessionDep
from app.http.twins import page_path
from app.pages import words
from app.pages.addresses import ListAddress, make_address
from app.pages.facets import Chip, make_chips
from app.pages.frame import Link, make_frame
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.queries.crosstab import count_crosstab_records, read_crosstab
from app.queries.facets import list_frequent_values
from app.schemas.crosstab import Category, Crosstab, CrosstabRow, Sums

router = make_page_router()
HEAT_LEVELS = 5
# Of more records, the table takes longer than a page may.
MAX_RECORDS = 40_000
# The largest table: the data have more rows and columns.
MAX_COLUMNS = 12
MAX_CELLS = 240
# What the page counts where its address does not say.
DEFAULTS = {"collection": "initiatives", "rows": "focus_area", "columns": "modality"}

_NOTHING = Sums(counts=[], missing=0, total=0)
_EMPTY = Crosstab(
    collection="initiatives",
    columns=[],
    rows=[],
    missing=_NOTHING,
    totals=_NOTHING,
    total_rows=0,
    total_columns=0,
    revision=0,
    query={},
)

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
    """The counts of one value of the first dimension, and all its records. `value` is a modality's
    name or that of another vocabulary, or a slug."""

    label: str
    value: str
    path: str | None
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class HeatColumn:
    """A value of the second dimension; `path` is empty if no list has its records."""

    label: str
    value: str
    path: str


@dataclass(frozen=True)
class Option:
    """A choice of the form."""

    value: str
    label: str


@dataclass(frozen=True)
class CrosstabPage(View):
    """The table, and the form that chooses another one. Of too many records, `choices` are values
    of the first dimension to begin with."""

    template = "crosstab.html"

    collection: str
    rows_name: str
    columns_name: str
    collections: tuple[Option, ...]
    dimensions: tuple[Option, ...]
    chips: tuple[Chip, ...]
    choices: tuple[Link, ...]
    columns: tuple[HeatColumn, ...]
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
    address = make_address(make_frame(request, None))
    choices: tuple[Link, ...] = ()
    table = _EMPTY
    if count_crosstab_records(session, query, MAX_RECORDS + 1) <= MAX_RECORDS:
        table = _cut(read_crosstab(session, query))
    else:
        choices = _list_choices(session, query, address)
    view = CrosstabPage(
        title=_make_title(query),
        downloads=(Link("CSV", f"/v1/crosstab?{address.query(format='csv')}"),),
        chips=make_chips(address, (), DEFAULTS),
        choices=choices,
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


def _make_title(query: CrosstabQuery) -> str:
    """`Initiatives by focus area and how sure`."""
    resource = RESOURCES_BY_COLLECTION[query.collection]
    plural = words.TYPES[resource.type_].meaning
    rows = words.LABELS[query.rows].lower()
    columns = words.LABELS[query.columns].lower()
    return f"{plural} by {rows} and {columns}"


def _list_choices(
    session: Session,
    query: CrosstabQuery,
    address: ListAddress,
) -> tuple[Link, ...]:
    """Crosstabs of the records with one of the most frequent values of the rows."""
    resource = RESOURCES_BY_COLLECTION[query.collection]
    labels = list_frequent_values(session, [resource], query.rows)
    links = []
    for value, label in labels.items():
        links.append(Link(label, address.only(query.rows, value)))
    return tuple(links)


def _cut(table: Crosstab) -> Crosstab:
    """The table with the most frequent rows and columns that fit on a page."""
    width = min(len(table.columns), MAX_COLUMNS)
    height = MAX_CELLS // max(1, width)
    rows = []
    for row in table.rows[:height]:
        rows.append(row.model_copy(update={"counts": row.counts[:width]}))
    missing = table.missing.model_copy(update={"counts": table.missing.counts[:width]})
    return table.model_copy(
        update={"columns": table.columns[:width], "rows": rows, "missing": missing}
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


def _make_column(column: Category) -> HeatColumn:
    return HeatColumn(_label(column), column.value, _page_of(column) or "")


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
                row.value,
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
                "",
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
