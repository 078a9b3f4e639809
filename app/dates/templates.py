"""Templates of a lexicon as regular expressions.

In a template, `{slot}` is a named piece of the wording, `(a|b)` a choice, and `[a]` optional;
everything else is literal.
"""

import re
from collections.abc import Iterable, Mapping

Match = re.Match[str]
Pattern = re.Pattern[str]

_TOKEN = re.compile(r"(\{\w+\}|[\[\]()|])")
_SYMBOLS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


def write_pattern(
    template: str,
    slots: Mapping[str, str],
) -> str:
    """The template as a regular expression. Raises KeyError for a slot that does not exist."""
    pieces = []
    for token in _TOKEN.split(template):
        if token in _SYMBOLS:
            pieces.append(_SYMBOLS[token])
        elif token.startswith("{"):
            pieces.append(slots[token[1:-1]])
        else:
            pieces.append(re.escape(token))
    return "".join(pieces)


def write_choice(words: Iterable[str]) -> str:
    """One of the words. The longest first: "sept" is not "sep" followed by "t"."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) for word in ordered)


def write_prefix(words: Iterable[str]) -> str:
    """One of the words before another word: with a space, unless it ends in an apostrophe."""
    prefixes = []
    for word in words:
        prefixes.append(word if word.endswith("'") else f"{word} ")
    return f"(?:{write_choice(prefixes)})"
