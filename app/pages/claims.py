"""Claims as pages list them: the statement, how sure it is, and the words of the document."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.http.twins import API
from app.pages.quotes import Documents, Quote, make_quotes
from app.schemas.read import ExpectedOutcomeRead, InitiativeRead, RecordRead, TimelineItemRead
from app.schemas.write import Citation

AnyClaim = InitiativeRead | ExpectedOutcomeRead | TimelineItemRead


@dataclass(frozen=True)
class Claim:
    """A claim in a list. `quote` supports the statement, and `is_quoted` tells whether it is the
    statement; `reason` are the words that support the modality, if they are others."""

    title: str
    path: str
    modality: str
    quote: Quote | None
    is_quoted: bool
    reason: str | None
    wording: str | None


def main_text(record: RecordRead) -> str:
    """What names a record to people: its name, title or statement."""
    for field in ("title", "statement", "name"):
        text: str | None = getattr(
            record,
            field,
            None,
        )
        if text is not None:
            return text
    return record.slug


def record_path(record: RecordRead) -> str:
    """The path of the page of a record."""
    return record.url.removeprefix(API)


def make_claim(
    claim: AnyClaim,
    documents: Documents,
) -> Claim:
    """The claim as a list shows it."""
    quotes = make_quotes(claim, documents)
    title = main_text(claim)
    main = _find_quote(
        claim.citations,
        quotes,
        ("title", "statement"),
    )
    reason = _find_quote(
        claim.citations,
        quotes,
        ("modality",),
    )
    if main is None and quotes:
        main = quotes[0]
    return Claim(
        title=title,
        path=record_path(claim),
        modality=claim.modality,
        quote=main,
        is_quoted=main is not None and main.exact == " ".join(title.split()),
        reason=_other_words(reason, main),
        wording=getattr(
            claim,
            "wording",
            None,
        ),
    )


def _find_quote(
    citations: Sequence[Citation],
    quotes: Sequence[Quote],
    fields: Sequence[str],
) -> Quote | None:
    """The first quote that supports one of the fields."""
    for citation, quote in zip(
        citations,
        quotes,
        strict=True,
    ):
        if not set(fields).isdisjoint(citation.supports):
            return quote
    return None


def _other_words(
    reason: Quote | None,
    main: Quote | None,
) -> str | None:
    if reason is None or reason == main:
        return None
    return reason.exact
