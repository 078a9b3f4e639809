"""What must hold within one record? Above all: each field is quoted or explained."""

from collections.abc import Callable, Iterator

from app.errors import Problem, suggest
from app.quotes import digest, same_words
from app.rules.changes import REFERENCES, Change, curated_fields
from app.schemas.timeline import find_time_mistakes
from app.schemas.write import DocumentCreate, RecordCreate, TimelineItemCreate

Rule = Callable[[Change, RecordCreate], Iterator[Problem]]


def find_record_problems(change: Change) -> Iterator[Problem]:
    """Everything that is wrong with one record by itself; nothing for a delete."""
    if change.record is not None:
        for rule in RULES:
            yield from rule(change, change.record)


def _every_field_is_supported(change: Change, record: RecordCreate) -> Iterator[Problem]:
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


def _support_names_fields_that_say_something(
    change: Change, record: RecordCreate
) -> Iterator[Problem]:
    known = set(curated_fields(record)) | change.doubtful
    for i, citation in enumerate(record.citations):
        for j, name in enumerate(citation.supports):
            if name not in known:
                yield change.problem(f"/citations/{i}/supports/{j}", _no_field(record, name, known))
    for name in record.derived:
        if name not in known:
            yield change.problem(f"/derived/{_escape(name)}", _no_field(record, name, known))


def _no_field(record: RecordCreate, name: str, known: set[str]) -> str:
    if name in type(record).model_fields and name not in ("slug", "citations", "derived"):
        return (
            f"{name!r} is null or empty, so there is nothing to support. Set it, or leave it out."
        )
    return f"{name!r} is no field that can be supported.{suggest(name, known)}"


def _texts_equal_a_quote(change: Change, record: RecordCreate) -> Iterator[Problem]:
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


def _lists_repeat_nothing(change: Change, record: RecordCreate) -> Iterator[Problem]:
    for name in REFERENCES:
        value = getattr(record, name, None)
        slugs = value if isinstance(value, list) else []
        for i, slug in enumerate(slugs):
            if slug in slugs[:i]:
                yield change.problem(f"/{name}/{i}", f"{slug!r} is there twice. Leave one out.")


def _text_has_its_digest(change: Change, record: RecordCreate) -> Iterator[Problem]:
    if isinstance(record, DocumentCreate) and record.text is not None:
        found = digest(record.text)
        if record.sha256 not in (None, found):
            yield change.problem("/sha256", f"the text has SHA-256 {found}. Correct one of them.")


def _times_make_sense(change: Change, record: RecordCreate) -> Iterator[Problem]:
    if isinstance(record, TimelineItemCreate):
        for name, detail in find_time_mistakes(record):
            if name not in change.doubtful:
                yield change.problem(f"/{name}", detail)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


RULES: tuple[Rule, ...] = (
    _every_field_is_supported,
    _support_names_fields_that_say_something,
    _texts_equal_a_quote,
    _lists_repeat_nothing,
    _text_has_its_digest,
    _times_make_sense,
)
