"""Focus areas of a draft: one for each label that columns, bands and headings have."""

import re
from collections.abc import Container, Iterable
from typing import Any

from app.drafts.citations import Quotes
from app.drafts.proposals import Proposal
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.text.folding import fold_label, has_letter_or_digit
from app.text.slugs import make_slug

_MAX_LABEL_CHARACTERS = 500
# Longer labels do not stand in other claims word by word.
_MAX_NAMED_WORDS = 5


class Vocabulary:
    """The focus areas of the document, by the folded label."""

    def __init__(
        self,
        source: Source,
        document_slug: str,
        refused: Container[str] = (),
    ) -> None:
        """`refused` are the slugs of focus areas that are not made."""
        self.source = source
        self.document_slug = document_slug
        self._refused = refused
        self._slugs: dict[str, str] = {}
        self.records: dict[str, dict[str, Any]] = {}
        self._pattern: re.Pattern[str] | None = None

    def add_all(self, proposals: tuple[Proposal, ...]) -> None:
        """Make a focus area for each label of the proposals. Those that only a model gives are for
        its own claims: they are not looked for in the words of others."""
        self._add_labels(proposal for proposal in proposals if not proposal.is_of_model_only)
        self._compile_names()
        self._add_labels(proposal for proposal in proposals if proposal.is_of_model_only)

    def _add_labels(self, proposals: Iterable[Proposal]) -> None:
        for proposal in proposals:
            for label in proposal.focus:
                self._add(label)

    def _compile_names(self) -> None:
        names = []
        for record in self.records.values():
            words = record["name"].split()
            if len(words) <= _MAX_NAMED_WORDS:
                names.append(re.escape(" ".join(words).lower()))
        if names:
            names.sort(key=len, reverse=True)
            self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")

    def _add(self, label: Span) -> None:
        name = " ".join(self.source.words(label).split())
        forms = fold_label(name)
        is_label = has_letter_or_digit(forms.loose) and len(name) <= _MAX_LABEL_CHARACTERS
        if not is_label or forms.strict in self._slugs:
            return
        slug = make_slug(name, self.records, "focus-area")
        if slug in self._refused:
            return
        # A slug is a label, too.
        if fold_label(slug).strict in self._slugs:
            slug = make_slug(f"{name} 2", self.records, "focus-area")
        self._slugs[forms.strict] = slug
        self._slugs.setdefault(fold_label(slug).strict, slug)
        quotes = Quotes(self.source, self.document_slug)
        quotes.support(label, ["name"])
        self.records[slug] = {
            "slug": slug,
            "name": name,
            "aliases": [],
            "label_languages": {},
            "broader_slugs": [],
            "related_slugs": [],
            "identifiers": [],
            "citations": quotes.write(),
            "derived": {},
        }

    def find(self, label: Span) -> str | None:
        """The slug of the focus area with this label."""
        name = " ".join(self.source.words(label).split())
        return self._slugs.get(fold_label(name).strict)

    def find_named(self, span: Span) -> list[str]:
        """The slugs of the focus areas whose names stand in a span."""
        if self._pattern is None:
            return []
        slugs = []
        for match in self._pattern.finditer(self.source.folded.text, span.start, span.end):
            slug = self._slugs.get(fold_label(match[0]).strict)
            if slug is not None and slug not in slugs:
                slugs.append(slug)
        return slugs
