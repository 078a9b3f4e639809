"""How much of what a careful reader found is in a draft, and how much of the draft did the reader
find?"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.drafts.draft import Draft, Entry
from tests.helpers.drafting import words_of

# Words that a quote and the reader's must share: more where the document itself cuts them out.
_MIN_LIKENESS = {"prose": 0.6}
_MIN_LIKENESS_OF_STRUCTURE = 0.8
_MIN_LIKENESS_OF_TIME = 0.5

Row = dict[str, Any]


@dataclass
class Score:
    """Rows that are found, of all; claims that are right, of all; modalities that are right."""

    found: int = 0
    rows: int = 0
    right: int = 0
    claims: int = 0
    right_modalities: int = 0

    def add(self, other: "Score") -> None:
        self.found += other.found
        self.rows += other.rows
        self.right += other.right
        self.claims += other.claims
        self.right_modalities += other.right_modalities


def read_gold(path: Path) -> list[Row]:
    """The rows of a gold answer that are claims."""
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [row for row in rows if row["type"] not in ("focus_area", "office")]


def only_structure(rows: list[Row]) -> list[Row]:
    """The rows with those of prose optional: they count neither as missed nor as wrong."""
    marked = []
    for row in rows:
        is_optional = row.get("optional", False) or row["where"] == "prose"
        marked.append({**row, "optional": is_optional})
    return marked


def score(draft: Draft, rows: list[Row], *, with_prose: bool) -> Score:
    """Compare the claims of the bundle with the rows. A claim finds one row."""
    entries = [entry for entry in draft.entries if entry.is_in_draft(with_prose=with_prose)]
    pairs = _pair(entries, rows)
    result = Score()
    for number, row in enumerate(rows):
        if row.get("optional"):
            continue
        result.rows += 1
        entry = pairs.get(number)
        if entry is not None:
            result.found += 1
            accepted = [row["modality"], *(row.get("alt") or [])]
            result.right_modalities += entry.proposal.modality in accepted
    optional = [pairs[number] for number in pairs if rows[number].get("optional")]
    counted = [entry for entry in entries if entry not in optional]
    result.claims = len(counted)
    result.right = sum(entry in pairs.values() for entry in counted)
    return result


def _pair(entries: list[Entry], rows: list[Row]) -> dict[int, Entry]:
    """The entry that finds each row, the likest first."""
    likenesses = []
    for number, row in enumerate(rows):
        for position, entry in enumerate(entries):
            likeness = _compare(entry, row)
            minimum = _MIN_LIKENESS.get(row["where"], _MIN_LIKENESS_OF_STRUCTURE)
            if likeness >= minimum:
                likenesses.append((likeness, number, position))
    pairs: dict[int, int] = {}
    for _, number, position in sorted(likenesses, reverse=True):
        if number not in pairs and position not in pairs.values():
            pairs[number] = position
    return {number: entries[position] for number, position in pairs.items()}


def _compare(entry: Entry, row: Row) -> float:
    if entry.proposal.type != row["type"]:
        return 0.0
    likeness = _measure_likeness(words_of(entry), row["exact"])
    if row["type"] == "timeline_item":
        time = _measure_likeness(entry.record["wording"], row.get("wording") or "")
        if time < _MIN_LIKENESS_OF_TIME:
            likeness /= 2
    return likeness


def _measure_likeness(words: str, others: str) -> float:
    """F1 of the tokens."""
    tokens = Counter(re.findall(r"\w+", words.casefold()))
    other_tokens = Counter(re.findall(r"\w+", others.casefold()))
    common = (tokens & other_tokens).total()
    if not common:
        return 0.0
    return 2 * common / (tokens.total() + other_tokens.total())
