"""What a block takes from the lead-in or heading that governs it."""

from app.drafts.cues import Cue
from app.drafts.flags import has_condition, is_reported
from app.drafts.proposals import Evidence, Flag
from app.drafts.scope import Passage, Scope
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.vocabulary import Kind, Modality

MODALITIES: dict[str, Modality] = {
    "recommendations": "recommended",
    "duties": "required",
    "objectives": "stated",
    "measures": "stated",
    "outcomes": "prospective",
    "achievements": "occurred",
}
PLAIN = "The document says so without a word of duty, advice or expectation"


def govern_modality(
    scope: Scope,
    own: Cue | None,
) -> tuple[Modality, Evidence]:
    """The modality of an item: by its own words, else its lead-in, else its section.

    A bare past tense is too weak against what governs the list."""
    if own is not None and not own.is_weak:
        return own.modality, Evidence(span=own.span)
    lead_in = scope.lead_in
    if lead_in is not None and lead_in.cue is not None and not lead_in.cue.is_weak:
        return lead_in.cue.modality, Evidence(span=lead_in.cue.span)
    if lead_in is not None and lead_in.meaning == "outcomes":
        return "prospective", Evidence(span=lead_in.span)
    heading = scope.meaning_heading
    modality = MODALITIES.get(heading.meaning or "") if heading is not None else None
    if heading is not None and modality is not None:
        return modality, Evidence(span=heading.span)
    if own is not None:
        return own.modality, Evidence(span=own.span)
    if lead_in is not None and lead_in.meaning is not None:
        return "stated", Evidence(span=lead_in.span)
    return "stated", Evidence(reason=PLAIN)


def govern_kind(
    scope: Scope,
    modality: Modality,
    evidence: Evidence,
) -> tuple[Kind, Evidence]:
    """How the document presents an initiative, and the words that show it."""
    if modality == "recommended":
        if evidence.span is not None:
            return "recommendation", evidence
        return "recommendation", Evidence(reason="It is recommended")
    lead_in = scope.lead_in
    if lead_in is not None and lead_in.meaning == "objectives":
        return "objective", Evidence(span=lead_in.span)
    if lead_in is not None and lead_in.meaning == "cooperation":
        return "cooperation", Evidence(span=lead_in.span)
    heading = scope.meaning_heading
    if heading is not None and heading.meaning == "objectives" and modality != "required":
        return "objective", Evidence(span=heading.span)
    reason = "Neither an objective, nor cooperation, nor advice by its words"
    return "initiative", Evidence(reason=reason)


def govern_flags(
    source: Source,
    passage: Passage,
    claim: Span,
    evidence: Evidence,
    modality: Modality,
) -> tuple[Flag, ...]:
    """What makes an item or a row doubtful: a heading or lead-in of what is not done, unless its
    own words tell its modality; what somebody asked or proposed; a condition, unless it is a duty
    or advice."""
    flags: set[Flag] = set()
    lead_in = passage.scope.lead_in
    is_own = evidence.span is not None and claim.start <= evidence.span.start < claim.end
    if lead_in is not None and not is_own:
        flags.update(lead_in.flags)
    if any(heading.is_negated for heading in passage.scope.headings):
        flags.add(Flag.NEGATED)
    if is_reported(source, claim):
        flags.add(Flag.REPORTED)
    is_binding = modality in ("required", "recommended")
    if not is_binding and has_condition(source, claim):
        flags.add(Flag.CONDITIONAL)
    return tuple(sorted(flags))


def find_own_cue(source: Source, passage: Passage, span: Span) -> Cue | None:
    """The cue of a sentence. Among risks, "funds may not suffice" is no duty."""
    cue = source.find_cue(span)
    if cue is None or passage.scope.meaning != "challenges":
        return cue
    ambiguous = source.lexicon.compile(source.lexicon.ambiguous_duties)
    return None if ambiguous.fullmatch(source.fold(cue.span)) else cue


def is_governed(passage: Passage) -> bool:
    """Whether a lead-in or a heading says that the list makes claims."""
    scope = passage.scope
    lead_in = scope.lead_in
    if lead_in is None or (lead_in.cue is None and lead_in.meaning is None):
        return scope.meaning in MODALITIES
    return True
