"""Links to quoted words on a web page: browsers scroll to the words and mark them.

The links have text fragments, with the syntax of WICG "URL Fragment Text Directives":
`#:~:text=[prefix-,]start[,end][,-suffix]`. A browser looks for each term within one block of the
page (a paragraph, an item, a cell), ignores case, and skips white space only between the terms.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from app.text.cited_text import Quote

DELIMITER = ":~:"
# A longer quote is named by its first and its last words.
MAX_WHOLE_CHARACTERS = 120
# Enough to tell a place from others, few enough to survive a correction nearby.
TERM_WORDS = 5
# The lines of a text and the cells of a table are blocks of the page.
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029|]")
# The mark of an item, a heading or a quotation. A page may have it as text or as layout.
_MARK = re.compile(r"\A\s*(?:[-*+•‣▪◦>–]|#{1,6}|\(?(?:\d{1,3}|[A-Za-z])[.)])(?:\s+|$)")
# The line below the heading of a table, or between paragraphs.
_RULE = re.compile(r"\s*:?[-=_*]{2,}:?\s*")
# The marks of Markdown within a line.
_INLINE_MARK = re.compile(r"\*\*|__|`")
_WORD = re.compile(r"\w")


def make_link(source_url: str | None, cited: Quote) -> str | None:
    """The address of the quote in the document at `source_url`, whose own fragment stays.

    None without a web address (http or https); that address alone for a quote without a word."""
    if source_url is None or not source_url.startswith(("http://", "https://")):
        return None
    address, _, _ = source_url.partition(DELIMITER)
    directives = [f"text={value}" for value in _write_directives(cited)]
    if not directives:
        return address
    separator = "" if "#" in address else "#"
    return f"{address}{separator}{DELIMITER}{'&'.join(directives)}"


def _write_directives(cited: Quote) -> Iterator[str]:
    """The values of the text directives that together find the quote."""
    blocks = [_clean(block) for block in _BREAK.split(cited.exact) if _WORD.search(block)]
    if not blocks:
        return
    prefix = _find_prefix(cited)
    unmarked = _MARK.sub("", blocks[0])
    if unmarked not in ("", blocks[0]) and _begins_line(cited):
        # Whether the mark stands between the prefix and the words depends on the page.
        blocks[0] = unmarked
        prefix = None
    if prefix is None and _is_short_cell(blocks):
        # The words of the first cell may stand elsewhere, too: the second cell tells the place.
        first, second = blocks[:2]
        yield _write_directive(None, [first], _first_words(second))
        prefix = first
        del blocks[0]
    yield _write_directive(prefix, _choose_words(blocks), _find_suffix(cited.suffix))


def _write_directive(prefix: str | None, terms: Sequence[str], suffix: str | None) -> str:
    encoded = [_encode(term) for term in terms]
    if prefix is not None:
        encoded.insert(0, f"{_encode(prefix)}-")
    if suffix is not None:
        encoded.append(f"-{_encode(suffix)}")
    return ",".join(encoded)


def _is_short_cell(blocks: Sequence[str]) -> bool:
    """Whether the first block has few words, and another follows it without a mark."""
    if len(blocks) == 1 or _MARK.match(blocks[1]):
        return False
    return len(blocks[0].split(" ")) <= TERM_WORDS


def _first_words(block: str) -> str:
    return " ".join(block.split(" ")[:TERM_WORDS])


def _begins_line(cited: Quote) -> bool:
    _, _, before = cited.prefix.rpartition("\n")
    return not before.strip()


def _choose_words(blocks: Sequence[str]) -> Sequence[str]:
    """The whole quote, or its first and its last words. `blocks` are its parts that are blocks of
    the page."""
    if len(blocks) == 1:
        words = blocks[0].split(" ")
        # The first and the last words must not overlap.
        if len(blocks[0]) <= MAX_WHOLE_CHARACTERS or len(words) < 2 * TERM_WORDS:
            return blocks
    last = _MARK.sub("", blocks[-1]).split(" ")
    return [_first_words(blocks[0]), " ".join(last[-TERM_WORDS:])]


def _find_prefix(cited: Quote) -> str | None:
    """The last words before the quote, in the block of the quote or in the one before it."""
    blocks = _BREAK.split(cited.prefix)
    is_cut = cited.start > len(cited.prefix) and not cited.prefix[:1].isspace()
    block = _first_with_text(reversed(blocks))
    if block is None:
        return None
    words = _clean(_MARK.sub("", block)).split(" ")
    if is_cut and block is blocks[0]:
        del words[0]
    return _join(words[-TERM_WORDS:])


def _find_suffix(suffix: str) -> str | None:
    """The first words after the quote, in the block of the quote or in the one after it."""
    blocks = _BREAK.split(suffix)
    block = _first_with_text(blocks)
    # A mark may be text between the quote and the words, or none.
    if block is None or _MARK.match(block):
        return None
    words = _clean(block).split(" ")
    if block is blocks[-1] and not suffix[-1:].isspace():
        del words[-1]
    return _join(words[:TERM_WORDS])


def _join(words: Sequence[str]) -> str | None:
    term = " ".join(words)
    return term if _WORD.search(term) else None


def _first_with_text(blocks: Iterable[str]) -> str | None:
    """The first block with text, which is the neighbour of the quote; None if it has no word: what
    stands between the quote and the words of a further block would have to be matched, too."""
    for block in blocks:
        if not block.strip() or _RULE.fullmatch(block):
            continue
        is_mark = _MARK.fullmatch(block) is not None
        return block if _WORD.search(block) and not is_mark else None
    return None


def _clean(block: str) -> str:
    """The block as a page shows it: white space is one space."""
    return " ".join(_INLINE_MARK.sub("", block).split())


def _encode(term: str) -> str:
    # A hyphen would tell a prefix or a suffix from the quote.
    return quote(term, safe="").replace("-", "%2D")
