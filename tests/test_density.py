"""Is our own code plain? Marks over its syntax tree, for people who read it once."""

from collections import Counter

import pytest

from app.settings import shipped
from tests.helpers.density import VAGUE_NAMES, Source, read_sources

ROOT = shipped("data").parent
FOLDERS = ("app", "bench", "tools", "clients/python/communique_client")
# Shorter files say little: one long import would decide.
MIN_CODE_LINES = 30


def check_lines_hold_one_thought(sources: list[Source]) -> None:
    tokens = sum(source.tokens for source in sources)
    lines = sum(source.code_lines for source in sources)
    assert tokens / lines <= 7.2


def check_no_file_is_dense(sources: list[Source]) -> None:
    long = [source for source in sources if source.code_lines >= MIN_CODE_LINES]
    dense = {str(s.path): round(s.density, 1) for s in long if s.density > 9.5}
    assert not dense


def check_names_say_what_they_hold(sources: list[Source]) -> None:
    names = Counter(name for source in sources for name in source.bindings())
    vague = {name: names[name] for name in VAGUE_NAMES & names.keys()}
    assert sum(vague.values()) <= 0.015 * names.total(), vague


def check_statements_hold_few_expressions(sources: list[Source]) -> None:
    assert not [place for source in sources for place in source.overfull_statements()]


def check_expressions_do_not_replace_statements(sources: list[Source]) -> None:
    counts = sum((source.counts() for source in sources), Counter[str]())
    hundred_functions = counts["functions"] / 100
    assert counts["comprehensions"] <= 30 * hundred_functions, counts
    assert counts["conditional expressions"] <= 15 * hundred_functions, counts


CHECKS = (
    check_lines_hold_one_thought,
    check_no_file_is_dense,
    check_names_say_what_they_hold,
    check_statements_hold_few_expressions,
    check_expressions_do_not_replace_statements,
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_code_is_plain(folder: str, subtests: pytest.Subtests) -> None:
    # One test for all marks: the files are read once.
    sources = read_sources(ROOT / folder)
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(sources)
