"""Stored responses: how long they are stored, and which request may store one."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from app.changes import idempotency
from app.changes.idempotency import IdempotentRequest, InProgress, ReplayableResponse
from app.errors import KeyReused, StillRunning
from app.store.models import StoredResponse
from app.store.sessions import read_session, write_session

REQUEST = IdempotentRequest("cmq_aaaaaaaa", "key", "0" * 64)
ANSWER = ReplayableResponse(201, {"etag": '"1-x"'}, "{}")


def begin(engine: Engine, request: IdempotentRequest = REQUEST) -> InProgress:
    running = idempotency.begin_request(engine, request)
    assert isinstance(running, InProgress)
    return running


def keep(engine: Engine, running: InProgress) -> None:
    with write_session(engine) as session:
        idempotency.store_response(session, running, ANSWER)
        session.commit()


def age(engine: Engine, by: timedelta) -> None:
    """Let time pass for what is kept."""
    with write_session(engine) as session:
        started = session.scalar(select(StoredResponse.started_at))
        assert started is not None
        session.execute(update(StoredResponse).values(started_at=started - by))
        session.commit()


def test_answer_is_kept_for_a_day(empty: Engine) -> None:
    assert idempotency.find_response(empty, REQUEST) is None
    keep(empty, begin(empty))
    assert (
        idempotency.find_response(empty, REQUEST)
        == idempotency.begin_request(empty, REQUEST)
        == ANSWER
    )
    age(empty, timedelta(hours=23, minutes=59))
    assert idempotency.find_response(empty, REQUEST) == ANSWER
    age(empty, timedelta(minutes=2))
    assert idempotency.find_response(empty, REQUEST) is None
    # And it goes when the next request begins.
    begin(empty, IdempotentRequest("cmq_aaaaaaaa", "other", "0" * 64))
    with read_session(empty) as session:
        assert session.scalars(select(StoredResponse.key)).all() == ["other"]


def test_another_request_may_not_use_the_key(empty: Engine) -> None:
    running = begin(empty)
    changed = IdempotentRequest(REQUEST.sender, REQUEST.key, "1" * 64)
    for ask in (idempotency.find_response, idempotency.begin_request):
        with pytest.raises(KeyReused):
            ask(empty, changed)
        with pytest.raises(StillRunning):
            ask(empty, REQUEST)
    keep(empty, running)
    with pytest.raises(KeyReused):
        idempotency.find_response(empty, changed)
    assert isinstance(
        idempotency.begin_request(empty, IdempotentRequest("cmq_bbbbbbbb", "key", "1" * 64)),
        InProgress,
    )


def test_place_of_a_request_that_is_taken_for_ended_is_lost_to_it(empty: Engine) -> None:
    first = begin(empty)
    age(empty, timedelta(seconds=11))
    second = begin(empty)
    with pytest.raises(StillRunning):
        keep(empty, first)
    idempotency.abandon_request(empty, first)
    keep(empty, second)
    assert idempotency.find_response(empty, REQUEST) == ANSWER


def test_request_that_came_to_nothing_can_be_tried_again_at_once(empty: Engine) -> None:
    idempotency.abandon_request(empty, begin(empty))
    keep(empty, begin(empty))
    # What is answered stays.
    with read_session(empty) as session:
        row = session.scalars(select(StoredResponse)).one()
        assert row.status == 201
