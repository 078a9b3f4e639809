"""The words that the pages of drafts use for the values of proposals."""

# Why a claim is looked at first.
FLAGS: dict[str, str] = {
    "negated": "The sentence denies something.",
    "conditional": "It depends on a condition.",
    "reported": "It may be what somebody else says or demands.",
    "quoted": "The words stand in a quotation.",
    "several": "The sentence may make several claims.",
    "lead-in after prose": "Prose stands between the list and the sentence that governs it.",
    "joined lines": "Lines were joined: compare the words with the text.",
    "no cue": "No words say how sure it is.",
    "date of a sentence": "The date is that of the sentence, perhaps not that of the claim.",
    "time not read": "The words for the time were not read as dates.",
    "only a model": "Only a language model proposes it.",
    "a model differs": "A language model takes it for another modality.",
    "prose": "It comes from a sentence, not from a list or a table.",
}
STATES: dict[str, str] = {
    "proposed": "Open",
    "accepted": "Accepted",
    "edited": "Accepted with changes",
    "rejected": "Rejected",
}


def name_flag(flag: str) -> str:
    """What a flag means, as a sentence; a flag of a later version as it is."""
    return FLAGS.get(flag, flag)


def name_section(section: tuple[str, ...]) -> str:
    """The headings above a proposal, the nearest last, as one line."""
    return " › ".join(section) or "Before the first heading"
