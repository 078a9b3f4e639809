"""How do a record and a page become bytes with their ETag, revision and links?"""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.db import reading
from app.queries.revisions import read_revision
from app.schemas.paging import Page
from app.schemas.read import RecordRead

PathSlug = Annotated[str, Path(description="The record's slug.", max_length=600)]


async def get_session(request: Request) -> AsyncIterator[Session]:
    """A session that sees one state of the base, and ends before the answer is sent.

    An async generator, though nothing in it waits: a plain one would hop between threads."""
    with reading(request.app.state.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def answer_record(session: Session, record: RecordRead) -> Response:
    """One record. Its ETag is the version and a digest of what is shown of it."""
    revision = read_revision(session)
    return _answer(record.model_dump_json(exclude_unset=True), revision, str(record.version))


def answer_page(page: Page[Any]) -> Response:
    """One page. Its ETag changes only when the base does."""
    text = page.model_dump_json(exclude_unset=True)
    response = _answer(text, page.revision, str(page.revision))
    if page.next is not None:
        response.headers["Link"] = f'<{page.next}>; rel="next"'
    return response


def answer_model(model: BaseModel, revision: int) -> Response:
    """Anything else that is a function of the base."""
    return _answer(model.model_dump_json(), revision, str(revision))


def _answer(text: str, revision: int, tag: str) -> Response:
    body = text.encode()
    digest = hashlib.blake2b(body, digest_size=9).hexdigest()
    headers = {
        "ETag": f'"{tag}-{digest}"',
        "Communique-Revision": str(revision),
        # May be kept, and must be asked about before it is used again.
        "Cache-Control": "no-cache",
    }
    return Response(body, media_type="application/json", headers=headers)
