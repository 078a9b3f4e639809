"""How is a request carried out once, however often it is sent?"""

from collections.abc import Callable

from fastapi import Response
from sqlalchemy.orm import Session

from app.api.problems import render_problem
from app.api.writing import Writer
from app.db import writing
from app.errors import KnowledgeBaseError
from app.writes import repeats

# Headers of an answer that are sent again with it.
_KEPT = ("content-type", "location", "etag", "communique-revision", "cache-control", "link")


def answer_once(writer: Writer, act: Callable[[Session], Response]) -> Response:
    """Carry the request out and commit, unless it was carried out before: then the answer is the
    same. `act` writes in the session and makes the answer, and does not commit."""
    if writer.repeat is None:
        with writing(writer.engine) as session:
            response = act(session)
            session.commit()
        return response
    answer = writer.answer or repeats.begin(writer.engine, writer.repeat)
    if answer is not None:
        return _repeat(answer)
    try:
        return _carry_out(writer, writer.repeat, act)
    except BaseException:
        repeats.abandon(writer.engine, writer.repeat)
        raise


def _carry_out(
    writer: Writer, repeat: repeats.Request, act: Callable[[Session], Response]
) -> Response:
    try:
        with writing(writer.engine) as session:
            response = act(session)
            repeats.keep(session, repeat, _kept(response))
            session.commit()
    except KnowledgeBaseError as error:
        if error.status >= 500:
            raise
        response = render_problem(writer.path, error)
        with writing(writer.engine) as session:
            repeats.keep(session, repeat, _kept(response))
            session.commit()
    return response


def _kept(response: Response) -> repeats.Answer:
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    return repeats.Answer(response.status_code, headers, bytes(response.body).decode())


def _repeat(answer: repeats.Answer) -> Response:
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers)
