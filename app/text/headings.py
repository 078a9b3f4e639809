"""Is a line of a text the heading that a citation names in its section?"""

import re

from app.memory import text_cache
from app.text.spelling import fold_spelling

# A longer line is no heading; folding whole paragraphs would take time for nothing.
_MAX_HEADING_CHARACTERS = 1_000
_MAY_BE_MARKED_UP = re.compile(r"[#*_\[\\`<{]")
# The marks of Markdown (CommonMark 0.31): an ATX heading with its closing sequence, then what a
# heading may have within it. The attributes are those of Pandoc.
_ATX = re.compile(r"#{1,6} (?P<words>.*?)(?: #+)?")
_MARKED_UP_HEADING = re.compile(r"\s*(?:#{1,6}\s.*|(\*\*|__)(?=\S)[^*_]+\1)\s*")
_ATTRIBUTES = re.compile(r" ?\{[#.:][^{}]*\}$")
_INLINE = (
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


@text_cache(maxsize=10_000)
def read_heading(line: str) -> str:
    """The words of a heading: without white space at its ends and the marks of Markdown, and in one
    spelling. Two lines with the same words are the same heading."""
    if len(line) > _MAX_HEADING_CHARACTERS:
        return line
    words = fold_spelling(line)
    if _MAY_BE_MARKED_UP.search(words) is None:
        return words
    return _remove_marks(words) or words


def is_marked_up(line: str) -> bool:
    """Whether Markdown makes a heading of the line, or all of its words are bold."""
    return _MARKED_UP_HEADING.fullmatch(line) is not None


def _remove_marks(words: str) -> str:
    words = _ATTRIBUTES.sub("", words)
    match = _ATX.fullmatch(words)
    if match is not None:
        words = match["words"]
    for pattern, replacement in _INLINE:
        words = pattern.sub(replacement, words)
    return words.strip()
