"""What was accepted of a draft, as one change list for the base.

What the base has already is used and not made again: the document with the same text, an office
with the same slug or name, a focus area with the same label, and a claim with the same quote.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.changes.requests import ChangeRequest, parse_requests
from app.drafts.bundle import remove_support
from app.errors import InvalidRequest
from app.rules.changes import REFERENCES, Change, Key
from app.schemas.drafts import UsedRecord
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Proposal
from app.stored_drafts.base_records import BaseRecords
from app.stored_drafts.judge import require_publishable
from app.stored_drafts.rows import list_proposals
from app.text.quotes import digests

# Published where a claim needs them, without a decision of their own.
SUPPORTING = ("document", "office", "focus_area")
ACCEPTED = ("accepted", "edited")

Json = dict[str, Any]


@dataclass
class Publication:
    """The change requests of a publication, and the changes that they are: their records are judged
    by themselves and with the text of the draft, but not with the base. `slugs` are those of the
    new records by the number of the proposal, `used` is what the base has already."""

    requests: list[ChangeRequest] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    slugs: dict[int, str] = field(default_factory=dict)
    used: list[UsedRecord] = field(default_factory=list)


def prepare_publication(session: Session, draft: Draft) -> Publication:
    """What publishing the accepted proposals would change; nothing if they are published already.

    Raises InvalidRequest if the document is rejected, and InvalidRecords if the rules refuse a
    record."""
    publication = Publication()
    proposals = list_proposals(session, draft.id)
    selected = _select(proposals)
    if not selected:
        return publication
    text = draft.utf8.decode()
    keys = [(proposal.type, proposal.slug) for proposal in selected]
    base = BaseRecords(session, digests(text), keys)
    slugs = _list_dropped(proposals, selected)
    for proposal in proposals:
        if proposal.published_slug is not None:
            slugs[proposal.type, proposal.slug] = proposal.published_slug
            base.note_published(proposal.type, proposal.published_slug)
    for proposal in selected:
        slugs[proposal.type, proposal.slug] = _find_slug(publication, base, proposal)
    for proposal in selected:
        slug = publication.slugs.get(proposal.number)
        if slug is not None:
            record = rewrite_references(proposal.record, slugs)
            request = _make_request(proposal, {**record, "slug": slug})
            publication.requests.append(request)
    publication.changes, unreadable = parse_requests(session, publication.requests)
    require_publishable(
        draft,
        proposals,
        dict(zip(publication.slugs, publication.changes, strict=True)),
        unreadable,
        {drafted: slug for (type_, drafted), slug in slugs.items() if type_ == "document"},
    )
    return publication


def _select(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The accepted proposals that are not published, and what they need, in the order in which
    they refer to each other."""
    by_key = {(proposal.type, proposal.slug): proposal for proposal in proposals}
    selected: dict[int, Proposal] = {}
    pending = []
    for proposal in proposals:
        if proposal.state in ACCEPTED and proposal.published_slug is None:
            pending.append(proposal)
    while pending:
        proposal = pending.pop()
        selected[proposal.number] = proposal
        for key in _find_references(proposal):
            needed = by_key.get(key)
            if needed is None or needed.number in selected or needed.type not in SUPPORTING:
                continue
            if needed.published_slug is None and needed.state != "rejected":
                pending.append(needed)
            elif needed.type == "document" and needed.state == "rejected":
                raise InvalidRequest(
                    f"Proposal {needed.number}, the document, is rejected, and what is accepted "
                    "cites it. Accept it, or reject the rest."
                )
    # The document comes before the claims that cite it, and the numbers have the order of the text.
    types = list(ENTITIES)
    return sorted(selected.values(), key=lambda row: (types.index(row.type), row.number))


def _find_references(proposal: Proposal) -> Iterator[Key]:
    record = proposal.record
    for name, type_ in REFERENCES.items():
        value = record.get(name)
        if isinstance(value, str):
            yield type_, value
        elif isinstance(value, list):
            for slug in value:
                yield type_, slug
    for citation in record["citations"]:
        yield "document", citation["document_slug"]


def _list_dropped(
    proposals: Sequence[Proposal],
    selected: Sequence[Proposal],
) -> dict[Key, str | None]:
    """The proposals that are not published: no record is linked to these."""
    selected_numbers = {proposal.number for proposal in selected}
    dropped: dict[Key, str | None] = {}
    for proposal in proposals:
        if proposal.number not in selected_numbers and proposal.published_slug is None:
            dropped[proposal.type, proposal.slug] = None
    return dropped


def rewrite_references(
    record: Json,
    slugs: Mapping[Key, str | None],
) -> Json:
    """The record with these slugs in place of its references; None takes one away, and what
    supported a field that is empty then."""
    rewritten = dict(record)
    emptied = []
    for name, type_ in REFERENCES.items():
        value = record.get(name)
        if not value:
            continue
        rewritten[name] = _rewrite_field(type_, value, slugs)
        if not rewritten[name]:
            emptied.append(name)
    citations = []
    for citation in record["citations"]:
        drafted = citation["document_slug"]
        slug = slugs.get(("document", drafted)) or drafted
        citations.append({**citation, "document_slug": slug})
    rewritten["citations"] = citations
    return remove_support(rewritten, emptied)


def _rewrite_field(
    type_: str,
    value: str | list[str],
    slugs: Mapping[Key, str | None],
) -> str | list[str] | None:
    if isinstance(value, str):
        return slugs.get((type_, value), value)
    rewritten = []
    for drafted in value:
        slug = slugs.get((type_, drafted), drafted)
        # Two focus areas of a draft may be one of the base.
        if slug is not None and slug not in rewritten:
            rewritten.append(slug)
    return rewritten


def _find_slug(
    publication: Publication,
    base: BaseRecords,
    proposal: Proposal,
) -> str:
    """The slug of the record in the base: of the one that is used, or of a new one."""
    existing = base.find(proposal.type, proposal.record)
    if existing is None:
        slug = base.take_slug(proposal.type, proposal.slug)
        publication.slugs[proposal.number] = slug
        return slug
    used = UsedRecord(
        number=proposal.number,
        type=ENTITIES[proposal.type].type_,
        slug=existing.slug,
        reason=existing.reason,
    )
    publication.used.append(used)
    return existing.slug


def _make_request(proposal: Proposal, record: Json) -> ChangeRequest:
    pointer = f"/proposals/{proposal.number}"
    return ChangeRequest(
        "create",
        proposal.type,
        record["slug"],
        record,
        pointer=pointer,
        record_pointer=f"{pointer}/record",
    )
