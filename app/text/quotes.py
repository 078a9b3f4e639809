"""Is a quote in a document's text, at its position, and under the headings of its section?

Positions are code points of the text as stored, the end excluded (W3C Web Annotation,
TextPositionSelector). Nothing is normalized, so a position is valid in every programming language.
"""

import hashlib
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.text.cited_text import BYTE_ORDER_MARK, CitedText, Quote, without_mark
from app.text.sections import Sections
from app.text.spelling import describe_difference, fold_spelling

MAX_QUOTE_CHARACTERS = 10_000
# Characters of the text that a message shows.
_SHOWN_CHARACTERS = 16
_SHOWN_PASSAGE_CHARACTERS = 60
_WORD = re.compile(r"\w+")


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def digests(text: str) -> tuple[str, str]:
    """The digests under which a text may be cited: its own, and that of a file that has a byte
    order mark before it."""
    plain = without_mark(text)
    return digest(plain), digest(BYTE_ORDER_MARK + plain)


def same_words(text: str, quote: str) -> bool:
    """Whether the texts are equal except for white space and how characters are encoded: a
    ligature, a no-break space or a soft hyphen makes no other word."""
    if text == quote or text.split() == quote.split():
        return True
    return fold_spelling(text) == fold_spelling(quote)


def find_mistakes(quote: Quote, sections: Sections) -> Iterator[tuple[str, str]]:
    """Each selector of the quote that does not fit the text, with a message that corrects it."""
    cited = sections.cited
    if cited.text[quote.start : quote.end] != quote.exact:
        yield "exact", _describe_position(quote, cited)
        return
    yield from _find_context_mistakes(quote, cited.text)
    mistake = sections.find_mistake(quote)
    if mistake is not None:
        yield "section", mistake


def _find_context_mistakes(quote: Quote, text: str) -> Iterator[tuple[str, str]]:
    # The text is not cut in two: it may be long, and a draft has thousands of quotes of it.
    start = quote.start
    end = quote.end
    if start > 0 and not quote.prefix:
        actual = text[max(0, start - _SHOWN_CHARACTERS) : start]
        yield "prefix", f"is empty, and {actual!r} stands before the quote. Give it."
    if end < len(text) and not quote.suffix:
        actual = text[end : end + _SHOWN_CHARACTERS]
        yield "suffix", f"is empty, and {actual!r} stands after the quote. Give it."
    if not text.endswith(quote.prefix, 0, start):
        actual = text[max(0, start - len(quote.prefix)) : start]
        detail = f"{quote.prefix!r} does not stand before the quote; {actual!r} does."
        yield "prefix", detail + explain_spelling(quote.prefix, actual)
    if not text.startswith(quote.suffix, end):
        actual = text[end : end + len(quote.suffix)]
        detail = f"{quote.suffix!r} does not stand after the quote; {actual!r} does."
        yield "suffix", detail + explain_spelling(quote.suffix, actual)


def explain_spelling(quote: str, passage: str) -> str:
    """` The text has … where the quote has ….`; "" where the two are not the same words."""
    if not same_words(quote, passage):
        return ""
    difference = describe_difference(quote, passage)
    return f" {difference}" if difference is not None else ""


def _describe_position(quote: Quote, cited: CitedText) -> str:
    """The position of the quote nearest to the stated one; or of the same words, spelt otherwise;
    or the passage most similar to it."""
    text = cited.text
    exact = quote.exact
    start = _find_nearest(exact, text, quote.start)
    if start is not None:
        passage = _shorten(text[quote.start : quote.end])
        return (
            f"{exact!r} does not stand at {quote.start}–{quote.end}, where the text has "
            f"{passage!r}. It stands at {start}–{start + len(exact)}: correct `start` and `end`."
        )
    span = find_spelt_otherwise(exact, cited, quote.start)
    if span is not None:
        start, end = span
        passage = text[start:end]
        return (
            f"{exact!r} is not in the text, but spelt otherwise at {start}–{end}, as {passage!r}:"
            f" quote it as it stands.{explain_spelling(exact, passage)}"
        )
    start, passage = nearest_passage(exact, text)
    return (
        f"{exact!r} is not in the text. The nearest passage, at {start}, is {passage!r}: "
        "quote it as it stands."
    )


def find_spelt_otherwise(
    exact: str, cited: CitedText, position: int
) -> tuple[int, int] | None:
    """Start and end of the same words in another spelling, nearest to the position."""
    words = fold_spelling(exact)
    if not words:
        return None
    spans = []
    for start, end in cited.folded.find(words):
        span = cited.folded.locate(start, end)
        if span is not None:
            spans.append(span)
    return min(spans, key=lambda span: abs(span[0] - position), default=None)


def _find_nearest(
    exact: str,
    text: str,
    position: int,
) -> int | None:
    """The occurrence nearest to the position; the first of two at the same distance."""
    if not exact:
        return None
    starts = []
    start = text.find(exact)
    while start >= 0:
        starts.append(start)
        start = text.find(exact, start + 1)
    if not starts:
        return None
    return min(starts, key=lambda start: abs(start - position))


def nearest_passage(exact: str, text: str) -> tuple[int, str]:
    """Start and words of the passage, as long as the quote, around the longest run of words that
    both have in common."""
    quote_words = list(_WORD.finditer(exact))
    text_words = list(_WORD.finditer(text))
    # Compared word by word: letter by letter would take seconds for a long text.
    matcher = SequenceMatcher(
        None,
        [word[0] for word in quote_words],
        [word[0] for word in text_words],
        autojunk=False,
    )
    run = matcher.find_longest_match()
    start = 0
    if run.size > 0:
        first_in_text = text_words[run.b]
        first_in_quote = quote_words[run.a]
        start = first_in_text.start() - first_in_quote.start()
    latest_start = len(text) - len(exact)
    start = max(0, min(start, latest_start))
    return start, text[start : start + len(exact)]


def _shorten(text: str) -> str:
    if len(text) <= _SHOWN_PASSAGE_CHARACTERS:
        return text
    return text[: _SHOWN_PASSAGE_CHARACTERS - 1] + "…"
