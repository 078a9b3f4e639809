"""The file of a draft, `NAME.draft.json`: every proposal, with what a person decided about it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from app.drafts.bundle import make_bundle, remove_support
from app.drafts.checks import find_refused, list_others
from app.drafts.citations import quote
from app.drafts.draft import Draft, Entry
from app.drafts.sentences import Span
from app.errors import InvalidRequest
from app.schemas.record_types import ENTITIES
from app.vocabulary import Kind, Modality

# The version of the file's own form.
FORM = 1

Record = dict[str, Any]


def save_draft(
    draft: Draft,
    file_name: str,
) -> dict[str, Any]:
    """A draft as its file has it."""
    file = draft.source.file
    proposals = []
    for number, entry in enumerate(draft.entries, 1):
        is_in_draft = entry.is_in_draft(with_prose=draft.options.with_prose)
        proposals.append(_save_entry(number, entry, is_in_draft=is_in_draft))
    left_out = []
    for piece in draft.left_out:
        span = piece.span
        left_out.append({"start": span.start, "end": span.end, "reason": piece.reason})
    return {
        "form": FORM,
        "file": {
            "name": file_name,
            "format": str(file.format),
            "sha256": file.file_sha256,
            "warnings": list(file.warnings),
        },
        "document": draft.document,
        "office": draft.office,
        "focus_areas": list(draft.focus_areas.values()),
        "proposals": proposals,
        "left_out": left_out,
    }


def _save_entry(
    number: int,
    entry: Entry,
    *,
    is_in_draft: bool,
) -> dict[str, Any]:
    proposal = entry.proposal
    return {
        "number": number,
        "rule": proposal.rule,
        "model": proposal.model,
        "type": proposal.type,
        "score": round(proposal.score, 2),
        "flags": [str(flag) for flag in proposal.flags],
        "is_prose": proposal.is_prose,
        "start": proposal.span.start,
        "end": proposal.span.end,
        "in_draft": is_in_draft,
        "problems": list(entry.problems),
        "decision": None,
        "record": entry.record,
    }


def count_decisions(content: Any) -> int:
    """How many proposals a person has decided on, in the content of a draft's file; 0 if the
    content is that of another file."""
    proposals = content.get("proposals") if isinstance(content, dict) else None
    if not isinstance(proposals, list):
        return 0
    decided = 0
    for proposal in proposals:
        if isinstance(proposal, dict) and proposal.get("decision") is not None:
            decided += 1
    return decided


class SavedDraft:
    """The content of a draft's file, with the text that it cites.

    Raises InvalidRequest if the content is not that of a draft, or of another text."""

    def __init__(
        self,
        content: Any,
        text: str,
        sha256: str,
    ) -> None:
        if not isinstance(content, dict) or content.get("form") != FORM:
            raise InvalidRequest(
                "The file is not one that `communique draft` wrote, or of another version of it."
            )
        self.content = content
        self.text = text
        if content["document"]["sha256"] != sha256:
            raise InvalidRequest(
                f"The text has SHA-256 {sha256}, and the draft cites the text with "
                f"{content['document']['sha256']}. Draft the document again."
            )

    @property
    def proposals(self) -> list[dict[str, Any]]:
        """All proposals, in the order of the text."""
        proposals: list[dict[str, Any]] = self.content["proposals"]
        return proposals

    @property
    def open(self) -> list[dict[str, Any]]:
        """The proposals that may be accepted and are not decided."""
        undecided = []
        for proposal in self.proposals:
            if proposal["decision"] is None and not proposal["problems"]:
                undecided.append(proposal)
        return undecided

    def decide(
        self,
        proposal: dict[str, Any],
        decision: str,
    ) -> None:
        """Accept or reject a proposal. Decisions are numbered, so that the last can be undone."""
        numbers = [entry.get("decided", 0) for entry in self.proposals]
        proposal["decided"] = max(numbers) + 1
        proposal["decision"] = decision

    def undo(self) -> dict[str, Any] | None:
        """Take the last decision back; an edited record is as it was. None if there is none."""
        decided = [entry for entry in self.proposals if entry["decision"] is not None]
        if not decided:
            return None
        last = max(decided, key=lambda entry: entry["decided"])
        last["decision"] = None
        del last["decided"]
        if "original" in last:
            last["record"] = last.pop("original")
        return last

    def edit(
        self,
        proposal: dict[str, Any],
        record: Record,
    ) -> None:
        """Accept a proposal with another record, which is valid; the original is kept."""
        proposal.setdefault("original", proposal["record"])
        proposal["record"] = record
        self.decide(proposal, "edited")

    def require_valid(
        self,
        proposal: dict[str, Any],
        record: Record,
    ) -> None:
        """Raise InvalidRequest, with the reason, for a record that the rules of the base refuse."""
        focus_areas = {area["slug"]: area for area in self.content["focus_areas"]}
        others = list_others(self.content["document"], self.content["office"], focus_areas)
        linked = self._list_linked(record)
        claims = [(proposal["type"], record), *linked]
        refused = find_refused(claims, others, self.text)
        if 0 in refused.claims:
            raise InvalidRequest(refused.claims[0][0])

    def _list_linked(self, record: Record) -> Iterator[tuple[str, Record]]:
        for entry in self.proposals:
            name = f"{entry['type']}_slug"
            if entry["record"]["slug"] == record.get(name):
                yield entry["type"], entry["record"]

    def make_bundle(self) -> dict[str, Any]:
        """The bundle of what was accepted or edited, and of the default draft where nothing is
        decided."""
        claims = []
        for proposal in self.proposals:
            decision = proposal["decision"]
            is_kept = decision in ("accepted", "edited")
            if is_kept or (decision is None and proposal["in_draft"]):
                claims.append((proposal["type"], proposal["record"]))
        focus_areas = {area["slug"]: area for area in self.content["focus_areas"]}
        return make_bundle(
            self.content["document"],
            self.content["office"],
            focus_areas,
            claims,
        )


def with_modality(
    record: Record,
    modality: Modality,
) -> Record:
    """The record in another modality, which a person gives as the reason."""
    changed = remove_support({**record, "modality": modality}, ["modality"])
    changed["derived"]["modality"] = "Decided in the review"
    return changed


def with_kind(
    record: Record,
    kind: Kind,
) -> Record:
    """The initiative of another kind, which a person gives as the reason."""
    changed = remove_support({**record, "kind": kind}, ["kind"])
    changed["derived"]["kind"] = "Decided in the review"
    return changed


def with_words(
    record: Record,
    type_: str,
    words: str,
    text: str,
) -> Record:
    """The record with other words of the text for its title or statement: the nearest to the quote
    that has them. Raises InvalidRequest if the text does not have them."""
    main = ENTITIES[type_].main
    changed = deepcopy(record)
    citation = _find_citation(changed, main)
    span = _find_nearest(words, text, citation["start"])
    if span is None:
        raise InvalidRequest(
            f"{words!r} does not stand in the text. Give the words as they stand there."
        )
    quoted = quote(text, span)
    changed[main] = " ".join(quoted["exact"].split())
    supports = citation["supports"]
    citation["supports"] = [name for name in supports if name != main]
    new = {**citation, **quoted, "supports": [main]}
    citations = [entry for entry in changed["citations"] if entry["supports"]]
    changed["citations"] = [new, *citations]
    return changed


def _find_citation(
    record: Record,
    main: str,
) -> dict[str, Any]:
    for citation in record["citations"]:
        if main in citation["supports"]:
            found: dict[str, Any] = citation
            return found
    raise InvalidRequest(f"No quote supports {main!r}.")


def _find_nearest(
    words: str,
    text: str,
    position: int,
) -> Span | None:
    starts = []
    start = text.find(words)
    while start >= 0 and words:
        starts.append(start)
        start = text.find(words, start + 1)
    if not starts:
        return None
    start = min(starts, key=lambda place: abs(place - position))
    return Span(start, start + len(words))
