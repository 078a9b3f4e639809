"""The claims of the rules together with those that a model points at."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.drafts.claims import Claims
from app.drafts.flags import find_flags
from app.drafts.model.placement import PlacedClaim
from app.drafts.proposals import DOUBTFUL, Evidence, Flag, Proposal, Wording, date_claim
from app.drafts.rules.focus import find_heading_focus
from app.drafts.rules.governing import govern_kind
from app.drafts.sentences import Span, split_sentences, strip_span
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind

# The rule that a proposal of a model alone names.
MODEL_RULE = "model"
# Between what the rules hold plausible and what they doubt.
_MODEL_SCORE = 0.5
_OUTER = ".,;:!?…\"'“”„«»()[]*_"
_UNDATED = ("initiative", "expected_outcome")

Key = tuple[str, Span]


@dataclass(frozen=True)
class Merged:
    """The claims, and how many of the model's were `agreed`, `differs`, `new` or `repeated`."""

    claims: Claims
    counts: dict[str, int]


def merge_claims(
    source: Source,
    claims: Claims,
    placed: Iterable[PlacedClaim],
    model: str,
) -> Merged:
    """Compare what a model gives with the proposals of the rules, by the type and the words.

    The same words in the same modality raise the score of a proposal, unless it is doubtful: that
    is for a person. Another modality or type is a flag. What no rule gave is added, flagged."""
    merger = _Merger(source, claims, model)
    for claim in placed:
        for proposal in merger.propose(claim):
            merger.add(proposal)
    proposals = tuple(merger.proposals)
    return Merged(replace(claims, proposals=proposals), dict(merger.counts))


class _Merger:
    def __init__(
        self,
        source: Source,
        claims: Claims,
        model: str,
    ) -> None:
        self._source = source
        self._model = model
        self.proposals = list(claims.proposals)
        self.counts = Counter(agreed=0, differs=0, new=0, repeated=0)
        # The first proposal of each type and words, by its place in the list.
        self._places: dict[Key, int] = {}
        self._compared: set[Key] = set()
        for place, proposal in enumerate(self.proposals):
            self._places.setdefault(self._make_key(proposal), place)

    def _make_key(self, proposal: Proposal) -> Key:
        return proposal.type, strip_span(self._source.text, proposal.span, _OUTER)

    def add(self, proposal: Proposal) -> None:
        """Compare a proposal of the model with those that there are, and add it if it is new."""
        key = self._make_key(proposal)
        if key in self._compared:
            self.counts["repeated"] += 1
            return
        self._compared.add(key)
        place = self._places.get(key)
        if place is None:
            place = self._find_other_type(key)
        if place is None:
            self.counts["new"] += 1
            self.proposals.append(proposal)
            return
        existing = self.proposals[place]
        is_same = (existing.type, existing.modality) == (proposal.type, proposal.modality)
        self.counts["agreed" if is_same else "differs"] += 1
        self.proposals[place] = self._compare(existing, is_same=is_same)

    def _find_other_type(self, key: Key) -> int | None:
        """The proposal of the same words as an outcome, where the model has an initiative, or the
        other way round."""
        type_, span = key
        if type_ not in _UNDATED:
            return None
        for other in _UNDATED:
            if (other, span) in self._places:
                return self._places[other, span]
        return None

    def _compare(self, existing: Proposal, *, is_same: bool) -> Proposal:
        compared = replace(existing, model=self._model)
        if not is_same:
            if Flag.MODEL_DIFFERS in existing.flags:
                return compared
            return replace(compared, flags=(*existing.flags, Flag.MODEL_DIFFERS))
        is_doubted = existing.is_doubtful or not DOUBTFUL.isdisjoint(existing.flags)
        if is_doubted or Flag.MODEL_DIFFERS in existing.flags:
            return compared
        return replace(compared, score=(1 + existing.score) / 2)

    def propose(self, claim: PlacedClaim) -> Iterator[Proposal]:
        """The proposals of a claim: with a time, an initiative is a timeline item as well."""
        evidence = Evidence(span=claim.cue)
        scope = replace(claim.passage.scope, lead_in=None)
        kind, kind_evidence = govern_kind(scope, claim.modality, evidence)
        focus = find_heading_focus(self._source, claim.passage)
        if claim.focus is not None:
            focus = (claim.focus,)
        proposal = Proposal(
            rule=MODEL_RULE,
            type=claim.type,
            span=claim.span,
            modality=claim.modality,
            modality_evidence=evidence,
            kind=kind,
            kind_evidence=kind_evidence,
            focus=focus,
            score=_MODEL_SCORE,
            flags=(*self._find_flags(claim), Flag.MODEL_ONLY),
            is_prose=claim.passage.block.kind == BlockKind.PARAGRAPH,
            model=self._model,
        )
        wording = Wording(claim.wording) if claim.wording is not None else None
        if claim.type == "timeline_item":
            yield replace(proposal, wording=wording)
            return
        yield proposal
        if wording is not None:
            yield date_claim(proposal, wording)

    def _find_flags(self, claim: PlacedClaim) -> tuple[Flag, ...]:
        """Of the whole sentences, so that a quote that leaves a negation or a condition out has
        the flag."""
        flags: list[Flag] = []
        block = span_of(claim.passage.block)
        for sentence in split_sentences(self._source.text, block, self._source.lexicon):
            if not sentence.overlaps(claim.span):
                continue
            for flag in find_flags(self._source, sentence):
                if flag not in flags:
                    flags.append(flag)
        return tuple(flags)
