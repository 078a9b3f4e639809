"""Slugs from words: the stable identifiers that people can read in an address."""

import re
from collections.abc import Container
from itertools import count

from app.text.folding import fold_text

# As `Slug` of the schemas allows.
MAX_SLUG_CHARACTERS = 80

_APOSTROPHE = re.compile("(?<=[a-z])['’](?=[a-z])")
_WORD = re.compile("[a-z0-9]+")
_LATIN_LETTER = re.compile("[a-z]")


def make_slug(text: str, taken: Container[str], noun: str) -> str:
    """A slug of the words of a text that is not taken yet.

    Latin letters lose their marks ("Förderung" is `forderung`, as in the loose form of labels: the
    language is not known, so ö is not oe), digits of any script are 0 to 9, and everything else
    separates words. It is cut after a word. `office` that is taken becomes `office-2`. Letters of
    other scripts are left out and not transcribed; a text without any Latin letter has the slug
    `initiative-1` for the noun `initiative`, which is a slug itself."""
    folded = _APOSTROPHE.sub("", fold_text(text))
    words = _WORD.findall(folded)
    if not _LATIN_LETTER.search("".join(words)):
        return _count_up(noun, 1, taken)
    slug = _cut("-".join(words), MAX_SLUG_CHARACTERS)
    if slug not in taken:
        return slug
    return _count_up(slug, 2, taken)


def _count_up(
    slug: str,
    first: int,
    taken: Container[str],
) -> str:
    for number in count(first):
        ending = f"-{number}"
        numbered = _cut(slug, MAX_SLUG_CHARACTERS - len(ending)) + ending
        if numbered not in taken:
            return numbered
    raise AssertionError("Numbers do not end.")


def _cut(slug: str, length: int) -> str:
    """The first words of a slug, of at most this length; a longer word is cut within."""
    if len(slug) <= length:
        return slug
    words, hyphen, _ = slug[: length + 1].rpartition("-")
    return words if hyphen else slug[:length]
