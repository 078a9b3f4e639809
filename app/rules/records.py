"""Rules within one record. Above all, each field is quoted or explained."""

from collections.abc import Callable, Iterator

from app.errors import suggest
from app.rules.changes import (
    NEVER_SUPPORTED,
    Change,
    Problems,
    curated_fields,
    reference_fields,
)
from app.schemas.countries import find_country_mistake
from app.schemas.timeline import find_time_mistakes
from app.schemas.validation_messages import pointer
from app.schemas.write import (
    DocumentCreate,
    FocusAreaCreate,
    OfficeCreate,
    RecordCreate,
    TimelineItemCreate,
)
from app.text.quotes import digest, same_words

Rule = Callable[[Change, RecordCreate], Problems]

# Quotes that a problem lists; a record may have a thousand.
MAX_LISTED_QUOTES = 3


def find_record_problems(change: Change) -> Problems:
    """Every problem that the record has by itself; none for a deletion."""
    if change.record is not None:
        for rule in RULES:
            yield from rule(change, change.record)


def _find_different_slug(change: Change, record: RecordCreate) -> Problems:
    if record.slug != change.slug and "slug" not in change.unreadable_fields:
        detail = (
            f"the record calls itself {record.slug!r}. A slug never changes: use one of them."
        )
        yield change.problem("/slug", detail)


def _find_unsupported(change: Change, record: RecordCreate) -> Problems:
    # A document is what the others cite; it has no source of its own.
    if isinstance(record, DocumentCreate):
        return
    explained = {*record.derived, *change.unreadable_fields}
    for citation in record.citations:
        explained.update(citation.supports)
    for name in curated_fields(record):
        if name not in explained:
            yield change.problem(
                f"/{name}",
                f"nothing supports {name!r}. Quote the words that do in `citations`, or say in "
                "`derived` why there are none.",
            )


def _find_empty_support(change: Change, record: RecordCreate) -> Problems:
    supportable = {*curated_fields(record), *change.unreadable_fields}
    references = []
    for i, citation in enumerate(record.citations):
        for j, name in enumerate(citation.supports):
            references.append((f"/citations/{i}/supports/{j}", name))
    for name in record.derived:
        path = pointer(["derived", name])
        references.append((path, name))
    for path, name in references:
        if name in supportable:
            continue
        is_empty = name in type(record).model_fields and name not in NEVER_SUPPORTED
        if is_empty:
            reason = (
                "is null or empty, so there is nothing to support. Set it, or leave it out."
            )
        else:
            reason = f"is not a field that can be supported.{suggest(name, supportable)}"
        yield change.problem(path, f"{name!r} {reason}")


def _find_unquoted_texts(change: Change, record: RecordCreate) -> Problems:
    for name in record.QUOTED:
        quotes = [
            citation.exact for citation in record.citations if name in citation.supports
        ]
        if not quotes or name in record.derived or name in change.unreadable_fields:
            continue
        for path, text in _read_texts(record, name):
            is_quoted = any(same_words(text, quote) for quote in quotes)
            if not is_quoted:
                yield change.problem(path, _describe_unquoted(text, quotes))


def _read_texts(record: RecordCreate, name: str) -> Iterator[tuple[str, str]]:
    """The texts of a field, a string or a list of strings, with their paths in the record."""
    value = getattr(record, name)
    if isinstance(value, str):
        yield f"/{name}", value
    elif isinstance(value, list):
        for i, text in enumerate(value):
            yield f"/{name}/{i}", text


def _describe_unquoted(
    text: str,
    quotes: list[str],
) -> str:
    listed = ", ".join(repr(quote) for quote in quotes[:MAX_LISTED_QUOTES])
    if len(quotes) > MAX_LISTED_QUOTES:
        listed += ", …"
    return (
        f"{text!r} is not what its quotes say ({listed}). "
        "Use the document's words, or give the reason in `derived`."
    )


def _find_repeated_references(change: Change, record: RecordCreate) -> Problems:
    for name in reference_fields(type(record)):
        slugs = getattr(record, name)
        if not isinstance(slugs, list):
            continue
        for i, slug in enumerate(slugs):
            if slug in slugs[:i]:
                yield change.problem(
                    f"/{name}/{i}", f"{slug!r} is there twice. Leave one out."
                )


def _find_repeated_identifiers(change: Change, record: RecordCreate) -> Problems:
    for i, identifier in enumerate(record.identifiers):
        if identifier in record.identifiers[:i]:
            yield change.problem(
                f"/identifiers/{i}", f"{identifier.text!r} is there twice. Leave one out."
            )


def _find_languages_of_no_label(change: Change, record: RecordCreate) -> Problems:
    if not isinstance(record, FocusAreaCreate) or "name" in change.unreadable_fields:
        return
    if "aliases" in change.unreadable_fields:
        return
    labels = [record.name, *record.aliases]
    for label in record.label_languages:
        if label not in labels:
            path = pointer(["label_languages", label])
            detail = (
                f"{label!r} is neither the name nor an alias.{suggest(label, labels)} "
                "Write the label as it stands there, or leave it out."
            )
            yield change.problem(path, detail)


def _find_wrong_spans(
    change: Change,
    record: RecordCreate,
) -> Problems:
    for i, citation in enumerate(record.citations):
        length = len(citation.exact)
        if citation.end - citation.start != length:
            yield change.problem(
                f"/citations/{i}/end",
                f"{citation.start}–{citation.end} does not span the {length} code points of "
                "`exact`. Correct one of the three.",
            )


def _find_wrong_digest(change: Change, record: RecordCreate) -> Problems:
    if not isinstance(record, DocumentCreate) or record.text is None:
        return
    sha256 = digest(record.text)
    # None only where the digest cannot be read: the field is required.
    if record.sha256 is not None and record.sha256 != sha256:
        yield change.problem(
            "/sha256",
            f"the text has SHA-256 {sha256}. Correct it, or give the `text` that has this one "
            "(null removes the text).",
        )


def _find_unknown_country(change: Change, record: RecordCreate) -> Problems:
    # None where it cannot be read, which was reported already.
    if not isinstance(record, OfficeCreate) or record.country is None:
        return
    mistake = find_country_mistake(record.country)
    if mistake is not None:
        yield change.problem("/country", mistake)


def _find_wrong_times(change: Change, record: RecordCreate) -> Problems:
    if isinstance(record, TimelineItemCreate):
        for name, detail in find_time_mistakes(record):
            if name not in change.unreadable_fields:
                yield change.problem(f"/{name}", detail)


# The order in which a curator reads the problems of a record.
RULES: tuple[Rule, ...] = (
    _find_different_slug,
    _find_unsupported,
    _find_empty_support,
    _find_unquoted_texts,
    _find_repeated_references,
    _find_repeated_identifiers,
    _find_languages_of_no_label,
    _find_wrong_spans,
    _find_wrong_digest,
    _find_unknown_country,
    _find_wrong_times,
)
