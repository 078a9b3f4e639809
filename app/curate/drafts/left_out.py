"""What became of the text: what was left out and why, and sentences that may be missed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import Field

from app.curate.admission import CuratorDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.review import DraftPage, make_head
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router
from app.http.session import SessionDep
from app.schemas.drafts import Coverage, CoveredSpan, MissedSentence
from app.schemas.filters import Query as QueryModel
from app.stored_drafts.coverage import LAYOUT, read_coverage
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import list_proposals, require_draft

router = make_curate_router()
# Sentences and passages of one page.
PAGE_PASSAGES = 100
MAX_SHOWN_CHARACTERS = 600
STATUSES = {
    "claimed": "quoted by a proposal",
    "rejected": "quoted by rejected proposals only",
    "left_out": "left out, for a reason",
    "nothing": "nothing was found, and no rule says why",
}


class CoverageQuery(QueryModel):
    """One page of the passages; `reason` leaves those with another reason out."""

    reason: Annotated[str | None, Field(max_length=600)] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class Share:
    """A part of the characters of the text, in whole percents."""

    status: str
    label: str
    percent: int


@dataclass(frozen=True)
class Passage:
    """Words that gave no proposal. `add_path` leads to the form that proposes them."""

    words: str
    reason: str
    modality: str | None
    add_path: str


@dataclass(frozen=True)
class ReasonCount:
    """How many passages were left out for a reason."""

    reason: str
    count: int
    path: str
    is_chosen: bool


@dataclass(frozen=True)
class CoveragePage(DraftPage):
    """What became of the text. `missed` are sentences with a cue that gave no proposal."""

    template = "drafts/coverage.html"

    shares: tuple[Share, ...] = ()
    missed: tuple[Passage, ...] = ()
    missed_total: int = 0
    reasons: tuple[ReasonCount, ...] = ()
    left_out: tuple[Passage, ...] = ()
    number: int = 1
    next_path: str | None = None
    key: str = ""


@router.get("/drafts/{draft}/coverage")
def show_coverage(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[CoverageQuery, Query()],
) -> Response:
    """What was left out of a draft, and why."""
    stored = require_draft(session, draft, is_complete=True)
    coverage = read_coverage(stored, list_proposals(session, draft))
    text = stored.utf8.decode()
    passages = [span for span in coverage.spans if _is_left_out(span, text)]
    chosen = passages
    if query.reason is not None:
        chosen = [span for span in passages if _name_reason(span) == query.reason]
    start = (query.page - 1) * PAGE_PASSAGES
    end = start + PAGE_PASSAGES
    head = make_head(stored, read_queue(session, draft))
    address = f"{head.path}/coverage"
    view = CoveragePage(
        title="What was left out",
        head=head,
        shares=tuple(_list_shares(coverage)),
        missed=tuple(
            _show_missed(sentence, draft) for sentence in coverage.missed[:PAGE_PASSAGES]
        ),
        missed_total=len(coverage.missed),
        reasons=tuple(_count_reasons(passages, address, query.reason)),
        left_out=tuple(_show(span, text, draft) for span in chosen[start:end]),
        number=query.page,
        next_path=_find_next(address, query, is_last=end >= len(chosen)),
        key=new_idempotency_key(),
    )
    return curate_response(
        request,
        session,
        view,
        curator,
    )


def _is_left_out(span: CoveredSpan, text: str) -> bool:
    if span.status not in ("left_out", "nothing") or span.reason == LAYOUT:
        return False
    # Marks alone, such as a line of dashes or the bar of a table, can be no claim.
    return any(character.isalnum() for character in text[span.start : span.end])


def _name_reason(span: CoveredSpan) -> str:
    reason = span.reason or STATUSES["nothing"]
    # A parameter of the API means nothing to a reader of the page.
    return reason.removesuffix(" (`prose=true`)")


def _list_shares(coverage: Coverage) -> list[Share]:
    total = max(1, sum(coverage.characters.values()))
    shares = []
    for status, label in STATUSES.items():
        characters = coverage.characters.get(status, 0)
        shares.append(Share(status, label, round(100 * characters / total)))
    return shares


def _show_missed(sentence: MissedSentence, draft_id: str) -> Passage:
    return Passage(
        words=_shorten(sentence.exact),
        reason="",
        modality=sentence.modality,
        add_path=_make_add_path(draft_id, sentence.start, sentence.end),
    )


def _show(
    span: CoveredSpan,
    text: str,
    draft_id: str,
) -> Passage:
    return Passage(
        words=_shorten(text[span.start : span.end]),
        reason=_name_reason(span),
        modality=None,
        add_path=_make_add_path(draft_id, span.start, span.end),
    )


def _make_add_path(
    draft_id: str,
    start: int,
    end: int,
) -> str:
    return draft_address(draft_id, f"/missed?start={start}&end={end}")


def _shorten(words: str) -> str:
    words = " ".join(words.split())
    if len(words) <= MAX_SHOWN_CHARACTERS:
        return words
    return f"{words[:MAX_SHOWN_CHARACTERS]}…"


def _count_reasons(
    passages: Sequence[CoveredSpan],
    address: str,
    chosen: str | None,
) -> list[ReasonCount]:
    counts = Counter(_name_reason(span) for span in passages)
    reasons = []
    for reason, count in counts.most_common():
        path = f"{address}?{urlencode({'reason': reason})}#left-out"
        reasons.append(
            ReasonCount(
                reason,
                count,
                path,
                reason == chosen,
            )
        )
    return reasons


def _find_next(
    address: str,
    query: CoverageQuery,
    *,
    is_last: bool,
) -> str | None:
    if is_last:
        return None
    pairs = {"page": str(query.page + 1)}
    if query.reason is not None:
        pairs["reason"] = query.reason
    return f"{address}?{urlencode(pairs)}#left-out"
