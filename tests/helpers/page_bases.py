"""Invented bases for pages: one with every kind of record in numbers, and one that is hostile."""

from itertools import cycle
from typing import Any, get_args

from app.text.quotes import digest
from app.vocabulary import Kind, Modality
from tests.helpers import fictional

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}{{ frame }}",
    "\u202eright to left\u202d \u2067 isolated",
    # No claim may be longer.
    "x" * 2_000,
)
LONG_WORD = "y" * 10_000
MAX_NAME = 300


def numerous(number: int) -> fictional.Json:
    """So many records of each type, in all modalities and kinds, with quotes of two documents, one
    of which has its text; several labels, and focus areas with broader and related ones."""
    bundle = fictional.many(number)
    bundle["documents"][0] |= {"title": "The memorandum of Strelsau"}
    bundle["documents"][1] |= {
        "source_url": "https://example.org/plan",
        "publisher": "The Press of Ruritania",
        "published_on": "2031-05",
        "language": "fr",
        "identifiers": [{"scheme": "DOI", "value": "10.9999/fiction"}],
    }
    fictional_reasons(bundle["documents"][1])
    bundle["focus_areas"][0] |= {"aliases": ["citadel", "keep"]}
    fictional_reasons(bundle["focus_areas"][0])
    kinds, modalities = cycle(get_args(Kind)), cycle(get_args(Modality))
    for initiative in bundle["initiatives"]:
        initiative |= {"kind": next(kinds), "modality": next(modalities)}
        cite(initiative, "title", initiative["title"], "document-000")
    for outcome in bundle["expected_outcomes"]:
        outcome |= {"modality": next(modalities), "focus_area_slugs": ["trade"]}
        fictional_reasons(outcome)
    for item in bundle["timeline_items"]:
        item |= {"modality": next(modalities), "expected_outcome_slug": "outcome-001"}
        cite(item, "wording", "2026", "document-001")
    return bundle


def cite(record: fictional.Json, field: str, exact: str, document: str) -> None:
    """Let the words of a document support a field of the record."""
    record[field] = exact
    quote = fictional.citation(
        document, exact, field, prefix="The plan: ", suffix=" by then."
    )
    record["citations"] = [quote | {"start": 10, "end": 10 + len(exact)}]
    fictional_reasons(record)
    record["derived"].pop(field)


def fictional_reasons(record: fictional.Json) -> None:
    """Derive whatever the record has."""
    exempt = {"slug", "citations", "derived", "text"}
    record["derived"] = {
        name: "fictional"
        for name, value in record.items()
        if name not in exempt and value not in (None, [], {})
    }


def hostile() -> fictional.Json:
    """Records of every type whose texts try to open something, or to widen a page."""
    text = "\n".join(
        ["# Plans", *HOSTILE, LONG_WORD, "| a | b | c |", f"| {LONG_WORD} | x | y |"]
    )
    document = fictional.record("document", "memorandum", sha256=digest(text))
    document |= {"title": HOSTILE[0] + LONG_WORD[:MAX_NAME], "text": text}
    records: dict[str, list[Any]] = {"initiatives": [], "expected_outcomes": []}
    records |= {"timeline_items": [], "focus_areas": [], "offices": []}
    for number, words in enumerate(HOSTILE):
        fields: dict[str, Any] = {
            "citations": [
                quote_of(text, words, "modality"),
                quote_of(text, LONG_WORD, "office_slug"),
            ],
            "focus_area_slugs": [f"area-{number}"],
        }
        area = fictional.record(
            "focus_area", f"area-{number}", name=words[:MAX_NAME] + str(number)
        )
        records["focus_areas"].append(area)
        records["offices"].append(
            fictional.record(
                "office",
                f"office-{number}",
                name=words[:MAX_NAME],
                organization=words[:MAX_NAME],
            )
        )
        slug = f"claim-{number}"
        fields["office_slug"] = f"office-{number}"
        records["initiatives"].append(
            fictional.record("initiative", slug, title=words, **fields)
        )
        records["expected_outcomes"].append(
            fictional.record("expected_outcome", slug, statement=words, **fields)
        )
        records["timeline_items"].append(
            fictional.record(
                "timeline_item", slug, title=words, wording=words[:MAX_NAME], **fields
            )
        )
    bundle = fictional.base(**records)
    return {**bundle, "documents": [document]}


def quote_of(text: str, words: str, *supports: str) -> fictional.Json:
    """A citation of words that stand in the text of the memorandum."""
    start = text.index(words)
    end = start + len(words)
    fields = {
        "section": ["# Plans"],
        "start": start,
        "end": end,
        "prefix": text[max(0, start - 20) : start],
        "suffix": text[end : end + 20],
    }
    return fictional.citation("memorandum", words, *supports, **fields)
