"""What is kept of requests with an idempotency key: for how long, and whose place it is."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from app.db import reading, writing
from app.errors import KeyReused, StillRunning
from app.models import KeptAnswer
from app.writes import repeats
from app.writes.repeats import Answer, Request, Running

REQUEST = Request("cmq_aaaaaaaa", "key", "0" * 64)
ANSWER = Answer(201, {"etag": '"1-x"'}, "{}")


def begin(engine: Engine, request: Request = REQUEST) -> Running:
    found = repeats.begin(engine, request)
    assert isinstance(found, Running)
    return found


def keep(engine: Engine, running: Running) -> None:
    with writing(engine) as session:
        repeats.keep(session, running, ANSWER)
        session.commit()


def age(engine: Engine, by: timedelta) -> None:
    """Let time pass for what is kept."""
    with writing(engine) as session:
        started = session.scalar(select(KeptAnswer.started_at))
        assert started is not None
        session.execute(update(KeptAnswer).values(started_at=started - by))
        session.commit()


def test_answer_is_kept_for_a_day(empty: Engine) -> None:
    assert repeats.find_answer(empty, REQUEST) is None
    keep(empty, begin(empty))
    assert repeats.find_answer(empty, REQUEST) == repeats.begin(empty, REQUEST) == ANSWER
    age(empty, timedelta(hours=23, minutes=59))
    assert repeats.find_answer(empty, REQUEST) == ANSWER
    age(empty, timedelta(minutes=2))
    assert repeats.find_answer(empty, REQUEST) is None
    # And it goes when the next request begins.
    begin(empty, Request("cmq_aaaaaaaa", "other", "0" * 64))
    with reading(empty) as session:
        assert session.scalars(select(KeptAnswer.key)).all() == ["other"]


def test_another_request_may_not_use_the_key(empty: Engine) -> None:
    running = begin(empty)
    other = Request(REQUEST.sender, REQUEST.key, "1" * 64)
    for ask in (repeats.find_answer, repeats.begin):
        with pytest.raises(KeyReused):
            ask(empty, other)
        with pytest.raises(StillRunning):
            ask(empty, REQUEST)
    keep(empty, running)
    with pytest.raises(KeyReused):
        repeats.find_answer(empty, other)
    assert isinstance(repeats.begin(empty, Request("cmq_bbbbbbbb", "key", "1" * 64)), Running)


def test_place_of_a_request_that_is_taken_for_ended_is_lost_to_it(empty: Engine) -> None:
    first = begin(empty)
    age(empty, timedelta(seconds=11))
    second = begin(empty)
    with pytest.raises(StillRunning):
        keep(empty, first)
    repeats.abandon(empty, first)
    keep(empty, second)
    assert repeats.find_answer(empty, REQUEST) == ANSWER


def test_request_that_came_to_nothing_can_be_tried_again_at_once(empty: Engine) -> None:
    repeats.abandon(empty, begin(empty))
    keep(empty, begin(empty))
    # What is answered stays.
    with reading(empty) as session:
        kept = session.scalars(select(KeptAnswer)).one()
        assert kept.status == 201
