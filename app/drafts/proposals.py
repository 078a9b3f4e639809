"""What the rules give: proposals of claims, and what was left out with its reason."""

from dataclasses import (
    dataclass,
    field,
    replace,
)
from enum import StrEnum
from typing import Literal

from app.drafts.cues import Cue
from app.drafts.sentences import Span
from app.vocabulary import Kind, Modality

ClaimType = Literal["initiative", "expected_outcome", "timeline_item"]


class Flag(StrEnum):
    """What a person should look at."""

    NEGATED = "negated"
    CONDITIONAL = "conditional"
    REPORTED = "reported"
    QUOTED = "quoted"
    SEVERAL = "several"
    LATE_LEAD_IN = "lead-in after prose"
    JOINED = "joined lines"
    NO_CUE = "no cue"
    DATE_OF_PROSE = "date of a sentence"
    UNREAD_TIME = "time not read"
    MODEL_ONLY = "only a model"
    MODEL_DIFFERS = "a model differs"


# What has one of these is never in a draft: another's demand or a plan that is not made.
DOUBTFUL = frozenset({Flag.NEGATED, Flag.CONDITIONAL, Flag.REPORTED, Flag.QUOTED})
# What a record is, when the rules are sure, and when they guess.
SURE, LIKELY, PLAUSIBLE, DOUBTED = 0.95, 0.85, 0.65, 0.3


@dataclass(frozen=True)
class Evidence:
    """Where the value of a field stands, or the reason why it stands nowhere."""

    span: Span | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Wording:
    """The words for a time; `end` where a second cell has the end. `year` is where a year stands
    that the words lack, `deadline` what says that it is the latest day, `done` what says that it is
    done already."""

    span: Span
    end: Span | None = None
    year: Span | None = None
    deadline: Span | None = None
    done: Span | None = None


@dataclass(frozen=True)
class Proposal:
    """A claim with the words that bear it out. `span` are the words of its title or statement.

    `initiative` and `outcome` are the spans of the claims that it belongs to. `focus` are labels of
    focus areas. `model` names the language model that quoted the same words."""

    rule: str
    type: ClaimType
    span: Span
    modality: Modality
    modality_evidence: Evidence
    kind: Kind = "initiative"
    kind_evidence: Evidence = field(default_factory=Evidence)
    wording: Wording | None = None
    focus: tuple[Span, ...] = ()
    initiative: Span | None = None
    outcome: Span | None = None
    score: float = LIKELY
    flags: tuple[Flag, ...] = ()
    is_prose: bool = False
    model: str | None = None

    @property
    def is_of_model_only(self) -> bool:
        """Whether no rule gave the claim: a person decides on it by itself, never on all above a
        score."""
        return Flag.MODEL_ONLY in self.flags

    @property
    def is_doubtful(self) -> bool:
        """Whether it is never in a draft before a person accepts it."""
        if self.is_of_model_only or not DOUBTFUL.isdisjoint(self.flags):
            return True
        if self.is_prose:
            return Flag.DATE_OF_PROSE in self.flags
        return self.score <= DOUBTED


@dataclass(frozen=True)
class LeftOut:
    """Words that are no claim, and why."""

    span: Span
    reason: str


def date_claim(
    proposal: Proposal,
    wording: Wording,
) -> Proposal:
    """The timeline item of a claim."""
    initiative = proposal.span if proposal.type == "initiative" else None
    outcome = proposal.span if proposal.type == "expected_outcome" else None
    return replace(
        proposal,
        type="timeline_item",
        wording=wording,
        initiative=initiative,
        outcome=outcome,
    )


def cue_evidence(cue: Cue) -> Evidence:
    """The words of a cue, as evidence of a modality."""
    return Evidence(span=cue.span)
