"""What became of every character of the text of a draft."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from app.schemas.drafts import Coverage, CoveredSpan, MissedSentence
from app.store.models import Draft, Proposal
from app.text.folding import has_letter_or_digit

Status = Literal["claimed", "rejected", "left_out", "nothing"]
# Where two meet, the first counts.
_STATUSES: tuple[Status, ...] = ("claimed", "rejected", "left_out", "nothing")
LAYOUT = "marks and white space"


@dataclass(frozen=True)
class _Layer:
    """A span that has a status: because of a proposal, or for a reason."""

    start: int
    end: int
    status: Status
    number: int | None = None
    reason: str | None = None


def _describe(
    layers: Sequence[_Layer],
    start: int,
    end: int,
) -> CoveredSpan:
    """The span that the layers cover, by the strongest status."""
    for status in _STATUSES:
        strongest = [layer for layer in layers if layer.status == status]
        if strongest:
            return _make_span(start, end, strongest)
    return _make_layout(start, end)


def _make_layout(start: int, end: int) -> CoveredSpan:
    return CoveredSpan(start=start, end=end, status="left_out", reason=LAYOUT, numbers=[])


def _make_span(
    start: int,
    end: int,
    layers: Sequence[_Layer],
) -> CoveredSpan:
    numbers = {layer.number for layer in layers if layer.number is not None}
    return CoveredSpan(
        start=start,
        end=end,
        status=layers[0].status,
        reason=layers[0].reason,
        numbers=sorted(numbers),
    )


def read_coverage(draft: Draft, proposals: Sequence[Proposal]) -> Coverage:
    """The spans of the text, which follow each other without a gap, and the sentences with a cue
    that nothing quotes."""
    layers = list(_list_layers(draft, proposals))
    text = draft.utf8.decode()
    spans = list(_join_equal(_cut(layers, text)))
    characters: Counter[str] = Counter(dict.fromkeys(_STATUSES, 0))
    for span in spans:
        characters[span.status] += span.end - span.start
    return Coverage(
        draft=draft.id,
        characters=characters,
        missed=list(_find_missed(draft, text, proposals)),
        spans=spans,
    )


def _list_layers(draft: Draft, proposals: Sequence[Proposal]) -> Iterator[_Layer]:
    for block in draft.outline:
        is_left_out = block["kind"] == "left_out"
        status: Status = "left_out" if is_left_out else "nothing"
        yield _Layer(block["start"], block["end"], status, reason=block["reason"])
    for passage in draft.left_out:
        start, end, reason = passage["start"], passage["end"], passage["reason"]
        yield _Layer(start, end, "left_out", reason=reason)
    for proposal in proposals:
        status = "rejected" if proposal.state == "rejected" else "claimed"
        for start, end in _quoted_spans(proposal):
            yield _Layer(start, end, status, number=proposal.number)


def _quoted_spans(proposal: Proposal) -> set[tuple[int, int]]:
    spans = set()
    if proposal.start < proposal.end:
        spans.add((proposal.start, proposal.end))
    for citation in proposal.record["citations"]:
        spans.add((citation["start"], citation["end"]))
    return spans


def _cut(layers: Iterable[_Layer], text: str) -> Iterator[CoveredSpan]:
    """The spans between the positions where a layer begins or ends."""
    begins: dict[int, list[_Layer]] = {}
    ends: dict[int, list[_Layer]] = {}
    for layer in layers:
        if layer.start < layer.end:
            begins.setdefault(layer.start, []).append(layer)
            ends.setdefault(layer.end, []).append(layer)
    positions = sorted({0, len(text), *begins, *ends})
    covering: list[_Layer] = []
    for start, end in pairwise(positions):
        for layer in ends.get(start, ()):
            covering.remove(layer)
        covering.extend(begins.get(start, ()))
        span = _describe(covering, start, end)
        if span.status == "nothing" and not has_letter_or_digit(text[start:end]):
            # Between two cells, or after a full stop.
            span = _make_layout(start, end)
        yield span


def _join_equal(spans: Iterable[CoveredSpan]) -> Iterator[CoveredSpan]:
    """The spans, with neighbours that differ in their positions only as one."""
    previous: CoveredSpan | None = None
    for span in spans:
        if previous is not None and _meaning(previous) == _meaning(span):
            previous.end = span.end
            continue
        if previous is not None:
            yield previous
        previous = span
    if previous is not None:
        yield previous


def _meaning(span: CoveredSpan) -> Any:
    return span.status, span.reason, span.numbers


def _find_missed(
    draft: Draft,
    text: str,
    proposals: Sequence[Proposal],
) -> Iterator[MissedSentence]:
    starts, ends = _join_spans(proposals)
    for sentence in draft.cued:
        start, end = sentence["start"], sentence["end"]
        # The last span that begins before the sentence ends.
        number = bisect_left(starts, end) - 1
        if number < 0 or ends[number] <= start:
            yield MissedSentence(exact=text[start:end], **sentence)


def _join_spans(proposals: Iterable[Proposal]) -> tuple[list[int], list[int]]:
    """The starts and the ends of all spans that are quoted, in order; those that overlap as one."""
    spans: set[tuple[int, int]] = set()
    for proposal in proposals:
        spans |= _quoted_spans(proposal)
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends
