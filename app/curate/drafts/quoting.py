"""Finds typed words in the text of a draft, which is not in the base."""

from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.records.quotes import DocumentWords, QuoteFinder
from app.schemas.write import Citation
from app.store.models import Document, Draft, Proposal
from app.stored_drafts.texts import load_draft_text
from app.text.cited_text import CitedText
from app.text.sections import Sections


class DraftWords(DocumentWords):
    """The words of the document of a draft."""

    def __init__(
        self,
        session: Session,
        draft: Draft,
        slug: str,
    ) -> None:
        super().__init__(session, Document(slug=slug, title=draft.title))
        self.draft_id = draft.id

    @cached_property
    def text(self) -> str:
        """The text that was drafted."""
        return load_draft_text(self.session, self.draft_id).text

    @cached_property
    def sections(self) -> Sections:
        """The headings of the text, as the proposals name them."""
        statement = select(Proposal.record).where(Proposal.draft_id == self.draft_id)
        quotes = []
        for record in self.session.scalars(statement):
            for citation in record["citations"]:
                quotes.append(Citation.model_validate(citation))
        return Sections(CitedText(self.text), self.document.title, quotes)


def make_finder(
    session: Session,
    draft: Draft,
    slug: str,
) -> QuoteFinder:
    """A finder that knows the text of the draft, whose document has the slug."""
    finder = QuoteFinder(session)
    finder.documents[slug] = DraftWords(session, draft, slug)
    return finder
