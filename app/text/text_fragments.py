"""Links to quoted words on a web page: browsers scroll to the words and mark them.

The links have text fragments, with the syntax of WICG "URL Fragment Text Directives":
`#:~:text=[prefix-,]start[,end][,-suffix]`. A browser looks for each term within one block of the
page (a paragraph, an item, a cell), ignores case, and skips white space only between the terms.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from app.text.cited_text import Quote

SCHEMES = ("http://", "https://")
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
    if source_url is None or not source_url.startswith(SCHEMES):
        return None
    return _add_directives(source_url, "&".join(_write_directives(cited)))


def _add_directives(source_url: str, directives: str) -> str:
    address, _, _ = source_url.partition(DELIMITER)
    if not directives:
        return address
    if "#" not in address:
        address += "#"
    return f"{address}{DELIMITER}{directives}"


def move_link(link: str, source_url: str) -> str | None:
    """A link of `make_link` as it would be with another address; None if it is no web address.

    The directives depend on the quote alone, so they stay."""
    if not source_url.startswith(SCHEMES):
        return None
    _, _, directives = link.partition(DELIMITER)
    return _add_directives(source_url, directives)


def _write_directives(cited: Quote) -> Iterator[str]:
    """The text directives that together find the quote."""
    blocks = []
    for block in _BREAK.split(cited.exact):
        if _WORD.search(block):
            blocks.append(_clean(block))
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
        prefix = blocks.pop(0)
        neighbour = _first_words(blocks[0])
        yield _write_directive(
            None,
            [prefix],
            neighbour,
        )
    yield _write_directive(
        prefix,
        _choose_words(blocks),
        _find_suffix(cited.suffix),
    )


def _write_directive(
    prefix: str | None,
    terms: Sequence[str],
    suffix: str | None,
) -> str:
    encoded = [_encode(term) for term in terms]
    if prefix is not None:
        encoded.insert(0, f"{_encode(prefix)}-")
    if suffix is not None:
        encoded.append(f"-{_encode(suffix)}")
    return f"text={','.join(encoded)}"


def _is_short_cell(blocks: Sequence[str]) -> bool:
    """Whether the first block has few words, and another follows it without a mark."""
    if len(blocks) == 1:
        return False
    first, second = blocks[:2]
    if _MARK.match(second):
        return False
    return len(first.split(" ")) <= TERM_WORDS


def _first_words(block: str) -> str:
    words = block.split(" ")
    return " ".join(words[:TERM_WORDS])


def _begins_line(cited: Quote) -> bool:
    _, _, before = cited.prefix.rpartition("\n")
    return not before.strip()


def _choose_words(blocks: Sequence[str]) -> Sequence[str]:
    """The whole quote, or its first and its last words. `blocks` are its parts that are blocks of
    the page."""
    first = blocks[0]
    last = _MARK.sub("", blocks[-1])
    words = last.split(" ")
    if len(blocks) == 1:
        if len(first) <= MAX_WHOLE_CHARACTERS:
            return blocks
        # The first and the last words must not overlap.
        if len(words) < 2 * TERM_WORDS:
            return blocks
    end = " ".join(words[-TERM_WORDS:])
    return [_first_words(first), end]


def _find_prefix(cited: Quote) -> str | None:
    """The last words before the quote, in the block of the quote or in the one before it."""
    blocks = _BREAK.split(cited.prefix)
    block = _first_with_text(reversed(blocks))
    if block is None:
        return None
    unmarked = _MARK.sub("", block)
    words = _clean(unmarked).split(" ")
    is_whole = cited.start <= len(cited.prefix) or cited.prefix[:1].isspace()
    if block is blocks[0] and not is_whole:
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
        if _MARK.fullmatch(block):
            return None
        return block if _WORD.search(block) else None
    return None


def _clean(block: str) -> str:
    """The block as a page shows it: white space is one space."""
    plain = _INLINE_MARK.sub("", block)
    return " ".join(plain.split())


def _encode(term: str) -> str:
    # A hyphen would tell a prefix or a suffix from the quote.
    encoded = quote(term, safe="")
    return encoded.replace("-", "%2D")
