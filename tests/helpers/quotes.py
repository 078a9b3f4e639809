"""Quotes of a document as a model might write them down: true ones, and damaged ones."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.drafts.sentences import split_sentences
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind
from app.text.spelling import fold_spelling

MIN_WORDS = 4
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"[0-9]+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|nicht|keine?[nmrs]?|ohne|ne|pas|jamais|sans)\b\s?",
    re.IGNORECASE,
)
# What a keyboard has for what a printer sets.
_TYPED = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2011": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u00ad": "",
        "\u200b": "",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb00": "ff",
    }
)


@dataclass(frozen=True)
class Quoted:
    """A quote of a block, with what was done to it."""

    block: int
    words: str
    change: str


def list_passages(source: Source) -> Iterator[tuple[int, str]]:
    """Sentences, clauses, cells and whole blocks, each with the number of its block."""
    for number, block in enumerate(source.file.blocks, 1):
        if block.kind == BlockKind.LEFT_OUT:
            continue
        passages = {source.words(block)}
        for cell in block.cells:
            passages.add(source.words(cell))
        for sentence in split_sentences(source.text, span_of(block), source.lexicon):
            words = source.words(sentence)
            passages.add(words)
            passages.update(clause.strip() for clause in re.split(r"[,;:] ", words))
        for words in sorted(passages):
            if len(_WORD.findall(words)) >= MIN_WORDS:
                yield number, words


def write_true(source: Source) -> Iterator[Quoted]:
    """Each passage as it stands, and as models write it."""
    for number, words in list_passages(source):
        yield Quoted(number, words, "as it stands")
        yield Quoted(number, " ".join(words.translate(_TYPED).split()), "typed")
        yield Quoted(number, words.rstrip(".;,:") + ".", "with a full stop")
        yield Quoted(number, f'"{words[:1].swapcase()}{words[1:]}"', "another first letter")


def write_damaged(source: Source, seed: int = 0) -> Iterator[Quoted]:
    """Each passage with a word changed, left out or added, two words swapped, a number altered, a
    negation left out."""
    generator = random.Random(seed)
    others = sorted({match[0] for match in _WORD.finditer(source.text)})
    passages = list(list_passages(source))
    # "Who is at the table? Who is not at the table?": without "not", the second is the first.
    undamaged = {(number, letters(words)) for number, words in passages}
    for number, words in passages:
        for change, damaged in _damage(words, others, generator):
            if (number, letters(damaged)) not in undamaged:
                yield Quoted(number, damaged, change)


def letters(words: str) -> str:
    """What two quotes are compared by: no case, no punctuation."""
    return " ".join(_WORD.findall(fold_spelling(words).lower()))


def _damage(
    words: str,
    others: list[str],
    generator: random.Random,
) -> Iterator[tuple[str, str]]:
    matches = list(_WORD.finditer(words))
    other = generator.choice(others)
    changed = generator.choice(matches)
    yield "word changed", words[: changed.start()] + other + words[changed.end() :]
    inner = generator.choice(matches[1:-1])
    yield "word left out", words[: inner.start()] + words[inner.end() :].lstrip()
    yield "word added", words[: inner.start()] + other + " " + words[inner.start() :]
    left = generator.randrange(len(matches) - 1)
    first, second = matches[left], matches[left + 1]
    between = words[first.end() : second.start()]
    swapped = second[0] + between + first[0]
    yield "words swapped", words[: first.start()] + swapped + words[second.end() :]
    for match in _DIGITS.finditer(words):
        for altered in _alter(match[0]):
            yield "number altered", words[: match.start()] + altered + words[match.end() :]
    for match in _NEGATION.finditer(words):
        yield "negation left out", words[: match.start()] + words[match.end() :]


def _alter(digits: str) -> Iterator[str]:
    last = str((int(digits[-1]) + 1) % 10)
    yield digits[:-1] + last
    yield digits + "0"
    if len(digits) > 1:
        yield digits[1:]
        yield digits[:-1]
