"""What must hold within one record? Above all: each field is quoted or explained."""

from collections.abc import Callable, Iterator

from app.errors import ProblemItem, suggest
from app.rules.changes import Change, curated_fields, reference_fields
from app.schemas.timeline import find_time_mistakes
from app.schemas.validation_messages import pointer
from app.schemas.write import DocumentCreate, RecordCreate, TimelineItemCreate
from app.text.quotes import digest, same_words

Rule = Callable[[Change, RecordCreate], Iterator[ProblemItem]]


def find_record_problems(change: Change) -> Iterator[ProblemItem]:
    """Everything that is wrong with one record by itself; nothing for a delete."""
    if change.record is not None:
        for rule in RULES:
            yield from rule(change, change.record)


def _find_unsupported(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    if isinstance(record, DocumentCreate):
        return
    supported = {name for citation in record.citations for name in citation.supports}
    for name in curated_fields(record):
        if name not in supported and name not in record.derived and name not in change.doubtful:
            yield change.problem(
                f"/{name}",
                f"nothing supports {name!r}. Quote the words that do in `citations`, or say in "
                "`derived` why there are none.",
            )


def _find_empty_support(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    known = set(curated_fields(record)) | change.doubtful
    for i, citation in enumerate(record.citations):
        for j, name in enumerate(citation.supports):
            if name not in known:
                yield change.problem(f"/citations/{i}/supports/{j}", _no_field(record, name, known))
    for name in record.derived:
        if name not in known:
            yield change.problem(pointer(["derived", name]), _no_field(record, name, known))


def _no_field(record: RecordCreate, name: str, known: set[str]) -> str:
    if name in type(record).model_fields and name not in ("slug", "citations", "derived"):
        return (
            f"{name!r} is null or empty, so there is nothing to support. Set it, or leave it out."
        )
    return f"{name!r} is no field that can be supported.{suggest(name, known)}"


def _find_unquoted_texts(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    for name in record.QUOTED:
        if name in record.derived or name in change.doubtful:
            continue
        value = getattr(record, name)
        for path, text in _each_text(name, value):
            quotes = [c.exact for c in record.citations if name in c.supports]
            if quotes and not any(same_words(text, quote) for quote in quotes):
                yield change.problem(
                    path,
                    f"{text!r} is not what its quotes say ({_listed(quotes)}). "
                    f"Use the document's words, or give the reason in `derived`.",
                )


def _each_text(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        yield from ((f"/{name}/{i}", text) for i, text in enumerate(value))
    elif isinstance(value, str):
        yield f"/{name}", value


def _listed(quotes: list[str]) -> str:
    return ", ".join(repr(quote) for quote in quotes[:3]) + (", …" if len(quotes) > 3 else "")


def _find_repeated_references(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    for name in reference_fields(type(record)):
        value = getattr(record, name)
        slugs = value if isinstance(value, list) else []
        for i, slug in enumerate(slugs):
            if slug in slugs[:i]:
                yield change.problem(f"/{name}/{i}", f"{slug!r} is there twice. Leave one out.")


def _find_wrong_digest(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    if isinstance(record, DocumentCreate) and record.text is not None:
        found = digest(record.text)
        if record.sha256 not in (None, found):
            yield change.problem("/sha256", f"the text has SHA-256 {found}. Correct one of them.")


def _find_wrong_times(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    if isinstance(record, TimelineItemCreate):
        for name, detail in find_time_mistakes(record):
            if name not in change.doubtful:
                yield change.problem(f"/{name}", detail)


def _find_wrong_spans(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    for i, citation in enumerate(record.citations or ()):
        length = len(citation.exact)
        if citation.end - citation.start != length:
            yield change.problem(
                f"/citations/{i}/end",
                f"{citation.start}–{citation.end} does not span the {length} code points of "
                "`exact`. Correct one of the three.",
            )


def _find_other_slug(change: Change, record: RecordCreate) -> Iterator[ProblemItem]:
    if record.slug != change.slug and "slug" not in change.doubtful:
        detail = f"the record calls itself {record.slug!r}. A slug never changes: use one of them."
        yield change.problem("/slug", detail)


RULES: tuple[Rule, ...] = (
    _find_other_slug,
    _find_unsupported,
    _find_empty_support,
    _find_unquoted_texts,
    _find_repeated_references,
    _find_wrong_spans,
    _find_wrong_digest,
    _find_wrong_times,
)
