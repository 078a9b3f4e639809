"""The other proposals of a draft, as the part of a base that a record is judged with.

Their records were judged when they were written, so only what another record may depend on is taken
from them: slugs, labels and links of focus areas, and quotes, which say what is a heading.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Row, null, select
from sqlalchemy.orm import Session

from app.rules.relations import ExistingRecords, StoredQuote
from app.store.columns import CHUNK_ROWS
from app.store.models import Proposal
from app.text.folding import fold_label


class DraftedRecord(Protocol):
    """A proposal, from its row or object. `record` is None where it was not read."""

    @property
    def number(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def record(self) -> dict[str, Any] | None: ...


class QuoteSelectors(NamedTuple):
    """The selectors of a citation, which can be compared."""

    section: tuple[str, ...]
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def read_quote(citation: Mapping[str, Any]) -> QuoteSelectors:
    """The selectors of a citation as JSON."""
    return QuoteSelectors(
        tuple(citation["section"]),
        citation["exact"],
        citation["prefix"],
        citation["suffix"],
        citation["start"],
        citation["end"],
    )


def read_context(
    session: Session,
    draft_id: str,
    *,
    with_records: bool,
) -> Iterator[Row[Any]]:
    """The proposals of a draft by number, rejected ones too. Their records take most of the time:
    without them `record` is None."""
    record: Any = Proposal.record if with_records else null().label("record")
    statement = select(
        Proposal.number,
        Proposal.type,
        Proposal.slug,
        Proposal.state,
        record,
    )
    statement = statement.where(Proposal.draft_id == draft_id).order_by(Proposal.number)
    # In parts: thousands of records in memory at once make the garbage collector walk all of them.
    yield from session.execute(statement.execution_options(yield_per=CHUNK_ROWS))


def add_context(
    existing: ExistingRecords,
    proposals: Iterable[DraftedRecord],
    subjects: Container[int],
) -> set[str]:
    """Add the proposals to what the base has: those that are not rejected, and of the subjects
    the quotes that are replaced. The slugs of documents, rejected ones too, are returned."""
    documents = set()
    for proposal in proposals:
        if proposal.type == "document":
            documents.add(proposal.slug)
        if proposal.number in subjects:
            for slug, quote in _list_quotes(proposal):
                existing.replaced[slug].append(quote)
        elif proposal.state != "rejected":
            existing.slugs.setdefault(proposal.type, set()).add(proposal.slug)
            for slug, quote in _list_quotes(proposal):
                stored = StoredQuote(proposal.type, proposal.slug, quote)
                existing.quotes[slug].append(stored)
            if proposal.record is not None:
                _add_names(existing, proposal.type, proposal.record)
    return documents


def _list_quotes(proposal: DraftedRecord) -> Iterator[tuple[str, QuoteSelectors]]:
    """Each quote with the slug of its document."""
    if proposal.record is not None:
        for citation in proposal.record["citations"]:
            yield citation["document_slug"], read_quote(citation)


def _add_names(existing: ExistingRecords, type_: str, record: Mapping[str, Any]) -> None:
    slug = record["slug"]
    if type_ == "document":
        existing.titles[slug] = record["title"]
    elif type_ == "focus_area":
        areas = existing.focus_areas
        for label in (record["name"], *record["aliases"]):
            areas.labels[fold_label(label).strict] = slug
        areas.broader[slug] = record["broader_slugs"]
        areas.related[slug] = record["related_slugs"]
