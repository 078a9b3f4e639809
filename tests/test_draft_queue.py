"""The order of a review, the groups that are decided on together, and the parts of a text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curate.drafts.marked_parts import ProposalMark, mark_part
from app.errors import InvalidRequest
from app.stored_drafts.groups import count_together, find_group, list_groups
from app.stored_drafts.queue import Queue, QueuedProposal
from app.stored_drafts.texts import (
    MAX_PART_CHARACTERS,
    DraftText,
    make_draft_text,
)


def proposal(number: int, **fields: Any) -> QueuedProposal:
    values: dict[str, Any] = {
        "type": "initiative",
        "state": "proposed",
        "rule": "item",
        "score": 0.9,
        "flags": (),
        "section": ("Plan",),
        "start": number * 10,
        "end": number * 10 + 5,
        "is_published": False,
    }
    return QueuedProposal(number=number, **values | fields)


def block(start: int, end: int, kind: str = "paragraph", **fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "level": 0,
        "list_number": None,
        "table": None,
        "cells": [],
        "reason": None,
    }
    return {"kind": kind, "start": start, "end": end, **values, **fields}


def walk(queue: Queue) -> list[int]:
    """The claims in the order in which *Later* leads through them, until the first comes again."""
    numbers: list[int] = []
    claim = queue.next_after(None)
    while claim is not None and claim.number not in numbers:
        numbers.append(claim.number)
        claim = queue.next_after(claim.number)
    return numbers


def test_doubts_come_first_then_the_order_of_the_text() -> None:
    queue = Queue(
        [
            proposal(1, type="document"),
            proposal(4, flags=("conditional",)),
            proposal(3, state="accepted"),
            proposal(2, flags=("prose",)),
            proposal(5),
        ]
    )
    assert walk(queue) == [4, 2, 5]
    assert [queue.position(number) for number in (4, 2, 5, 3)] == [1, 2, 3, 0]
    assert queue.count_doubts() == 1
    assert queue.next_after(3) == queue.find(5)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=20))
def test_every_open_claim_is_met_once(places: list[tuple[int, bool]]) -> None:
    proposals = []
    for number, (start, is_doubtful) in enumerate(places, 1):
        flags = ("negated",) if is_doubtful else ()
        proposals.append(proposal(number, start=start, end=start + 1, flags=flags))
    assert sorted(walk(Queue(proposals))) == list(range(1, len(places) + 1))


def test_groups_have_what_belongs_together() -> None:
    text = DraftText("x" * 100, (), {0: (20, 40)})
    claims = [proposal(1), proposal(2), proposal(3, rule="row"), proposal(6, section=("B",))]
    claims.append(proposal(7, section=("B",), flags=("quoted",)))
    queue = Queue(claims)
    sections = list_groups(queue, text, "section")
    assert [[claim.number for claim in group.claims] for group in sections] == [
        [1, 2, 3],
        [6, 7],
    ]
    assert [len(group.acceptable) for group in sections] == [3, 1]
    (table,) = list_groups(queue, text, "table")
    assert [claim.number for claim in table.claims] == [2, 3]
    assert find_group(queue, text, "rule", "row").claims == (claims[2],)
    assert dict(count_together(claims[1], queue, text)) == {
        "section": 3,
        "table": 2,
        "rule": 4,
    }
    with pytest.raises(InvalidRequest, match="no rule 'nothing'"):
        find_group(queue, text, "rule", "nothing")


@given(st.lists(st.tuples(st.integers(1, 5_000), st.booleans()), min_size=1, max_size=30))
def test_parts_have_every_block_once(lengths: list[tuple[int, bool]]) -> None:
    outline = []
    position = 0
    for length, is_heading in lengths:
        kind = "heading" if is_heading else "paragraph"
        outline.append(block(position, position + length, kind))
        position += length + 1
    text = make_draft_text("x" * position, outline)
    assert [item for part in text.parts for item in part.blocks] == outline
    for part in text.parts:
        assert part.end - part.start <= MAX_PART_CHARACTERS + 5_000
        for item in part.blocks:
            assert text.part_at(item["start"]) is part
            assert text.part_at(item["end"] - 1) is part


@given(
    st.text(min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.booleans()), max_size=6),
)
@pytest.mark.accept
def test_marks_change_no_character(words: str, marks: list[tuple[int, int, bool]]) -> None:
    text = make_draft_text(words, [block(0, len(words))])
    proposals = []
    for number, (start, length, is_current) in enumerate(marks, 1):
        proposals.append(ProposalMark(start, start + length, number, is_current=is_current))
    (group,) = mark_part(words, text.parts[0], proposals)
    (cell,) = group.blocks[0].cells
    assert "".join(segment.text for segment in cell.segments) == words
    for before, after in zip(cell.segments, cell.segments[1:], strict=False):
        assert before.mark != after.mark
