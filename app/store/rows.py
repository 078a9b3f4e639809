"""The rows of a record: its own, and those of its parts (identifiers, citations, labels, links)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.schemas.computed import index_date
from app.schemas.fields import MAX_SORTED_CHARACTERS
from app.schemas.read import DocumentRead
from app.schemas.timeline import compute_bounds
from app.schemas.write import (
    Citation as CitationFields,
)
from app.schemas.write import (
    DocumentCreate,
    DocumentFields,
    ExpectedOutcomeCreate,
    FocusAreaCreate,
    InitiativeCreate,
    OfficeCreate,
    RecordCreate,
    TimelineItemCreate,
)
from app.store.columns import CHUNK_ROWS, chunks
from app.store.models import (
    Base,
    Citation,
    Document,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)
from app.text.folding import fold_label

Row = dict[str, Any]
TableRow = tuple[type[Base], Row]


def make_rows(
    model: type[Record], record: RecordCreate, **base_fields: Any
) -> Iterator[TableRow]:
    """The row of the record itself, then the rows of its parts.

    `base_fields` are set by the base (version and instants), where the record has only its curated
    fields."""
    columns = _columns(model)
    row = {}
    for name in type(record).model_fields:
        if name in columns:
            row[name] = getattr(record, name)
    row |= _compute_columns(record)
    yield model, row | base_fields
    yield from _make_parts(model, record)


def _compute_columns(record: RecordCreate) -> Row:
    """The columns that are computed from the fields of the record."""
    match record:
        case DocumentCreate():
            return _compute_document(record, has_text=record.text is not None)
        case DocumentRead():
            return _compute_document(record, has_text=record.text_length is not None)
        case OfficeCreate():
            return index_date("opened", record.opened_on)
        case TimelineItemCreate():
            return {**_sort_text(record, "title"), **vars(compute_bounds(record))}
        case InitiativeCreate():
            return _sort_text(record, "title")
        case ExpectedOutcomeCreate():
            return _sort_text(record, "statement")
        case _:
            return {}


def _sort_text(record: RecordCreate, name: str) -> Row:
    text: str = getattr(record, name)
    return {f"{name}_order": text[:MAX_SORTED_CHARACTERS]}


def _compute_document(document: DocumentFields, *, has_text: bool) -> Row:
    text_sha256 = document.sha256 if has_text else None
    return {"text_sha256": text_sha256, **index_date("published", document.published_on)}


@cache
def _columns(model: type[Record]) -> frozenset[str]:
    return frozenset(column.name for column in model.__table__.columns)


def _make_parts(model: type[Record], record: RecordCreate) -> Iterator[TableRow]:
    owner = {owner_column(model): record.slug}
    yield from _make_identifiers(model, owner, record)
    if model is not Document:
        yield from _make_citations(owner, record)
    if isinstance(record, FocusAreaCreate):
        yield from _make_labels(owner, record)
        yield from _make_links(FocusAreaBroader, owner, "broader_slug", record.broader_slugs)
        yield from _make_links(FocusAreaRelated, owner, "related_slug", record.related_slugs)
    elif hasattr(record, "focus_area_slugs"):
        link = focus_area_link(model)
        assert link is not None
        yield from _make_links(link, owner, "focus_area_slug", record.focus_area_slugs)


def _make_identifiers(
    model: type[Record],
    owner: Row,
    record: RecordCreate,
) -> Iterator[TableRow]:
    rows = identifier_model(model)
    for position, identifier in enumerate(record.identifiers):
        yield rows, {**owner, "position": position, **dict(identifier)}


def _make_citations(owner: Row, record: RecordCreate) -> Iterator[TableRow]:
    for position, citation in enumerate(record.citations):
        # A citation as it is read has its link, too, which the log has alone.
        row = {name: getattr(citation, name) for name in CitationFields.model_fields}
        yield Citation, {"position": position, **owner, **row}


def _make_labels(owner: Row, record: FocusAreaCreate) -> Iterator[TableRow]:
    # The slug is a label too: `focus_area=` takes either.
    labels = [record.slug, record.name, *record.aliases]
    for position, label in enumerate(labels):
        forms = fold_label(label)
        row = {
            **owner,
            "position": position,
            "label": label,
            "strict_form": forms.strict,
            "loose_form": forms.loose,
            # The slug is in no language, even if the name is spelt alike.
            "language": record.label_languages.get(label) if position else None,
        }
        yield FocusAreaLabel, row


def _make_links(
    link: type[Base],
    owner: Row,
    column: str,
    slugs: Sequence[str],
) -> Iterator[TableRow]:
    for position, slug in enumerate(slugs):
        yield link, {**owner, column: slug, "position": position}


def owner_column(model: type[Record]) -> str:
    """The column in which a part has the slug of its record, for records of this type."""
    return f"{model.__tablename__}_slug"


def part_models(model: type[Record]) -> list[type[Base]]:
    """The tables of the parts that records of this type have."""
    relationships = inspect(model).relationships
    return [
        relationship.mapper.class_
        for relationship in relationships
        if relationship.info.get("part")
    ]


def identifier_model(model: type[Record]) -> Any:
    """The table of the identifiers of records of this type."""
    return inspect(model).relationships["identifiers"].mapper.class_


def focus_area_link(model: type[Record]) -> type[Base] | None:
    """The table that links records of this type to focus areas; None if they have no such links."""
    relationship = inspect(model).relationships.get("focus_area_links")
    if relationship is None:
        return None
    return relationship.mapper.class_


def stream_slugs(session: Session, model: type[Record]) -> Iterator[Sequence[str]]:
    """The slugs of all records of this type in their order, at most CHUNK_ROWS at a time."""
    last = ""
    while True:
        # By key and not by offset or server-side cursor: the reader may write between two chunks.
        statement = select(model.slug).where(model.slug > last)
        statement = statement.order_by(model.slug).limit(CHUNK_ROWS)
        slugs = session.scalars(statement).all()
        if slugs:
            yield slugs
        if len(slugs) < CHUNK_ROWS:
            return
        last = slugs[-1]


def select_in_chunks(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    column: ColumnElement[Any] | InstrumentedAttribute[Any],
    values: Sequence[str],
) -> Iterator[Any]:
    """The rows in which the column has one of the values, CHUNK_ROWS values in a statement."""
    for chunk in chunks(values):
        yield from session.execute(statement.where(column.in_(chunk)))


def insert_rows(connection: Connection, rows: Iterable[TableRow]) -> None:
    """Insert the rows, table by table, in the order in which the tables first occur."""
    rows_by_model: dict[type[Base], list[Row]] = {}
    for model, row in rows:
        rows_by_model.setdefault(model, []).append(row)
    for model, model_rows in rows_by_model.items():
        for chunk in chunks(model_rows):
            connection.execute(insert(model), chunk)
