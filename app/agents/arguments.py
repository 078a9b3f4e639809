"""The arguments of the tools. An unknown one is an error, as everywhere: none is ignored."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.schemas.fields import AsOf, Name, Text
from app.schemas.record_types import Collection, RecordType
from app.text.quotes import MAX_QUOTE_CHARACTERS
from app.vocabulary import Kind, Match, Modality

T = TypeVar("T")

MAX_STATEMENTS = 25
MAX_RESULTS = 50
MAX_CHANGES = 100
MAX_COUNTED = 200
MAX_TEXT_CHARACTERS = 20_000


def _as_list(value: Any) -> Any:
    """One value where a list is expected: agents often leave the brackets out."""
    return [value] if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    """The number of a revision, which is text in a URL."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Several = Annotated[list[T], Field(max_length=50), BeforeValidator(_as_list)]
Revision = Annotated[
    AsOf | None,
    BeforeValidator(_as_text),
    Field(description="Read the base as it was: a revision number or an instant."),
]


class Arguments(BaseModel):
    """The arguments of a tool."""

    model_config = ConfigDict(extra="forbid")

    @property
    def base_as_of(self) -> str | None:
        """The revision to read; None for the base as it is."""
        as_of: str | None = getattr(self, "as_of", None)
        return as_of


class DescribeArguments(Arguments):
    """Of `describe`."""

    as_of: Revision = None


class Filters(Arguments):
    """Filters that `search` and `count` share, named as in `/v1/search`."""

    focus_area: Annotated[
        Several[Name],
        Field(description="About one of these, or narrower: name, alias or slug."),
    ] = []
    modality: Several[Modality] = []
    kind: Annotated[Several[Kind], Field(description="Of initiatives.")] = []
    office: Annotated[Name | None, Field(description="Slug.")] = None
    document: Annotated[Name | None, Field(description="Slug.")] = None
    country: Annotated[Name | None, Field(description="ISO 3166-1 alpha-2.")] = None
    initiative: Annotated[
        Name | None, Field(description="Slug: outcomes and dates of it.")
    ] = None
    overlaps: Annotated[
        Text | None,
        Field(description="Dated in this period (EDTF): 2026, 2026-04/2026-06, 2026/.."),
    ] = None
    match: Annotated[
        Match | None,
        Field(description="Dates hold in some reading (possible, default) or in every one."),
    ] = None
    due_before: Annotated[
        Text | None, Field(description="Deadline before this day (YYYY-MM-DD).")
    ] = None
    has_initiative: bool | None = None
    has_expected_outcome: Annotated[
        bool | None, Field(description="false: initiatives without an outcome.")
    ] = None
    has_timeline: Annotated[bool | None, Field(description="Whether an item dates it.")] = (
        None
    )

    def read_filters(self) -> dict[str, Any]:
        """The filters that are given, as the query of a list takes them."""
        given = self.model_dump(mode="json", exclude_unset=True, include=set(FILTER_NAMES))
        filters = {}
        for name, value in given.items():
            if value is None:
                continue
            filters[name] = [value] if name in _LISTED else value
        return filters


FILTER_NAMES = tuple(Filters.model_fields)
# Filters of one value here, and of several in a list.
_LISTED = frozenset({"office", "document", "country", "initiative"})


class SearchArguments(Filters):
    """Of `search`."""

    query: Annotated[
        Text | None,
        Field(
            max_length=10_000,
            description='Words that must all occur; "…" is a phrase, word* a prefix.',
        ),
    ] = None
    type: Annotated[
        Several[RecordType],
        Field(description="Default: all with a query, else claims."),
    ] = []
    sort: Annotated[
        Text | None,
        Field(description="relevance, text, type, start, end or updated_at; - reverses."),
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, le=MAX_RESULTS, description="Default 10, max 50.")
    ] = None
    cursor: Annotated[Text | None, Field(description="next_cursor of the page before.")] = (
        None
    )
    as_of: Revision = None


class FetchArguments(Arguments):
    """Of `fetch`."""

    id: Annotated[
        Text,
        Field(
            max_length=2_000,
            description="The id of a result (initiatives/some-slug), or its url.",
        ),
    ]
    start: Annotated[
        int, Field(ge=0, description="Of a document's text: the first character.")
    ] = 0
    length: Annotated[
        int | None,
        Field(ge=1, le=MAX_TEXT_CHARACTERS, description="Characters. Default 2000."),
    ] = None
    as_of: Revision = None


class CountArguments(Filters):
    """Of `count`."""

    collection: Collection
    rows: Annotated[
        Text, Field(description="focus_area, kind, modality, office, country, document, …")
    ]
    columns: Annotated[Text, Field(description="Another of these.")]
    limit: Annotated[
        int | None,
        Field(ge=1, le=MAX_COUNTED, description="Most rows, and columns. Default 40."),
    ] = None
    as_of: Revision = None


class ChangesArguments(Arguments):
    """Of `changes`."""

    since: Annotated[
        Text | None,
        BeforeValidator(_as_text),
        Field(
            min_length=1,
            max_length=1_000,
            description="A revision or the `since` of an answer: changes after it, in order.",
        ),
    ] = None
    type: Several[RecordType] = []
    limit: Annotated[
        int | None, Field(ge=1, le=MAX_CHANGES, description="Default 10, max 100.")
    ] = None


class StatementArgument(Arguments):
    """A quote, and what is said with it."""

    quote: Annotated[
        Text,
        Field(max_length=MAX_QUOTE_CHARACTERS, description="The words, as you quote them."),
    ]
    record: Annotated[
        Text | None, Field(max_length=2_000, description="The id of the record you cite.")
    ] = None
    document: Annotated[Name | None, Field(description="The slug of its document.")] = None
    said_as: Annotated[
        Modality | None, Field(description="How your sentence asserts it.")
    ] = None


class CheckArguments(Arguments):
    """Of `check`."""

    statements: Annotated[
        list[StatementArgument], Field(min_length=1, max_length=MAX_STATEMENTS)
    ]
    as_of: Revision = None
