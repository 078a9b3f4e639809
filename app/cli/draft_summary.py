"""What `draft` says of a draft: claims, flags, what was left out, and what to do next."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from app.drafts.draft import Draft, Entry, count_reasons
from app.drafts.lexicon import count_stop_words, load_lexicon
from app.drafts.proposals import DOUBTFUL, Flag
from app.text.counting import count_things

# Refused proposals that the summary lists; the file of the draft has all.
_SHOWN_ENTRIES = 5
# So many times more stop words of another language are no accident.
_MIN_TIMES_MORE = 2


def report_draft(drafted: Draft, bundle: dict[str, Any], output: Path | None) -> None:
    """What was found and what was not, on standard error: the bundle may go to standard output."""
    chosen = drafted.select()
    file = drafted.source.file
    for warning in file.warnings:
        _say(f"Warning: {warning}")
    language = drafted.source.lexicon.name
    characters = count_things(len(file.text), "character")
    _say(f"{drafted.document['title']!r}, {characters}, {language}.")
    _report_language(drafted)
    _report_flags(drafted)
    claims = count_things(len(chosen), "claim")
    areas = count_things(len(bundle["focus_areas"]), "focus area")
    _say(f"{claims} in the bundle, {areas}{':' if chosen else '.'}")
    _report_counts(chosen)
    _report_refused(drafted)
    waiting = len(drafted.entries) - len(chosen)
    if waiting:
        proposals = count_things(waiting, "proposal")
        _say(f"{proposals} beside it, for the review: prose, doubtful, refused.")
    reasons = count_reasons(drafted.left_out)
    pieces = count_things(sum(reasons.values()), "piece")
    verb = "was" if pieces.startswith("1 ") else "were"
    _say(f"{pieces} of the text {verb} left out{':' if reasons else '.'}")
    for reason, count in reasons.items():
        _say(f"{count:7} {reason}")
    if chosen and not bundle["focus_areas"]:
        _say(
            "No column or heading names a focus area. Once published, claims are found by their "
            "words: /v1/initiatives?q=WORDS"
        )
    if output is None:
        _say("Use -o NAME to keep the text and all proposals for `communique review`.")
    else:
        _say(
            f"Next: communique check {output}.json --document {output}.txt; "
            f"communique review {output}.draft.json"
        )


def _report_language(drafted: Draft) -> None:
    """A hint where the words of the text are of another language than the one that was named."""
    named = drafted.source.language
    if drafted.options.language is None:
        return
    counts = count_stop_words(drafted.source.text)
    likely = max(counts, key=lambda code: counts[code])
    if counts[likely] > _MIN_TIMES_MORE * counts[named]:
        name = load_lexicon(likely).name
        _say(f"The words look {name}: try --language {likely}, or leave the language out.")


def _report_flags(drafted: Draft) -> None:
    flagged = Counter(str(flag) for entry in drafted.entries for flag in entry.proposal.flags)
    # Of every dated sentence; nothing is wrong with it.
    del flagged[Flag.DATE_OF_PROSE]
    if not flagged:
        return
    _say("Look at these first:")
    for flag, count in flagged.most_common():
        held_back = " (in no bundle before somebody accepts it)" if flag in DOUBTFUL else ""
        _say(f"{count:7} {flag}{held_back}")


def _report_counts(chosen: list[Entry]) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in chosen:
        proposal = entry.proposal
        counts[proposal.type, proposal.modality, proposal.rule] += 1
    for (type_, modality, rule), count in sorted(counts.items()):
        _say(f"{count:7} {type_.replace('_', ' ')}, {modality}, by the rule {rule!r}")


def _report_refused(drafted: Draft) -> None:
    refused = [entry for entry in drafted.entries if entry.problems]
    if not refused:
        return
    proposals = count_things(len(refused), "proposal")
    _say(f"Against the rules of the base, and not in the bundle: {proposals}.")
    for entry in refused[:_SHOWN_ENTRIES]:
        _say(f"  {entry.problems[0][:300]}")
    if len(refused) > _SHOWN_ENTRIES:
        _say("  … the others are in NAME.draft.json")


def _say(line: str) -> None:
    click.echo(line, err=True)
