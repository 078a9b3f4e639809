"""A new draft: a file is uploaded or a text is pasted, and drafted while the curator waits.

A short document is drafted before the response begins. A long one takes seconds: then the response
is a page that grows while the document is read, and that leads on at its end, without a script."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormDep
from app.curate.curator import Curator
from app.curate.drafts.addresses import draft_address
from app.curate.drafts.uploads import Upload, apply_statement, read_upload
from app.curate.forms import Form
from app.curate.rendering import HEADERS, CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.drafts.lexicon import list_languages
from app.errors import AlreadyExists, KnowledgeBaseError, ProblemItem
from app.http.services import Services, services_of
from app.http.session import SessionDep
from app.http.write_requests import write_lock
from app.store.models import Office
from app.store.sessions import read_session, write_session
from app.stored_drafts.produce import produce_draft
from app.stored_drafts.rows import DraftIdentity, find_draft, insert_draft

router = make_curate_router()
# How long the response waits for a short document before it begins.
PATIENCE_SECONDS = 1.5
# How often the page of a long one grows.
STEP_SECONDS = 1.0
# Where the template of the page is cut: what follows is sent when the document is drafted.
_CUT = b"<!-- what comes of it -->"
MAX_OFFICES = 500
# The options of a draft, in the words of the form.
_OPTIONS = {
    "language": "language",
    "office": "office",
    "said_on": "day on which it speaks",
    "prose": "choice about sentences",
}
LANGUAGES = {"en": "English", "fr": "French", "de": "German"}


@dataclass(frozen=True)
class NewDraftPage(CuratePage):
    """The form. `typed` has what was typed, by field; `offices` are names that the base has."""

    template = "drafts/new.html"

    typed: dict[str, str] = field(default_factory=dict)
    problems: tuple[ProblemItem, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    offices: tuple[str, ...] = ()
    lost_file: str | None = None
    existing_path: str | None = None


@dataclass(frozen=True)
class DraftingPage(CuratePage):
    """The page that grows while a document is drafted."""

    template = "drafts/drafting.html"

    name: str = ""
    size: str = ""


@dataclass(frozen=True)
class DraftedPage(NewDraftPage):
    """The end of that page: the draft, or the form with what went wrong."""

    template = "drafts/drafted.html"

    path: str | None = None


@dataclass(frozen=True)
class Drafted:
    """The draft of a file. `differing` are the options with which it was drafted before, and which
    are others now."""

    path: str
    differing: tuple[str, ...] = ()

    def problem(self) -> KnowledgeBaseError | None:
        """Why the file is not drafted as it was asked for."""
        if not self.differing:
            return None
        options = " and ".join(self.differing)
        return AlreadyExists(
            f"This is drafted already, with another {options}. Go on with that draft, or delete "
            "it first."
        )


@router.get("/drafts/new")
def show_form(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
) -> Response:
    """The form for a file or a text."""
    return curate_response(
        request,
        session,
        _make_form(session, Form()),
        curator,
    )


@router.post("/drafts/new")
async def create(request: Request, sent: FormDep) -> Response:
    """Draft a file or a text, and go to its review. The same file is the same draft."""
    curator, form = sent.curator, sent.form
    curator.principal.require("write")
    services = services_of(request)
    try:
        upload = await run_in_threadpool(_read_upload, services, form)
    except KnowledgeBaseError as error:
        outcome = Outcome(error=error)
        return await run_in_threadpool(
            _refuse,
            request,
            curator,
            form,
            outcome,
        )
    task = asyncio.create_task(_draft(services, curator, upload))
    await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    if not task.done():
        page = _GrowingPage(
            request,
            curator,
            form,
            upload,
            task,
        )
        return StreamingResponse(page.stream(), headers=HEADERS, media_type="text/html")
    outcome = _read_outcome(task)
    if outcome.error is not None:
        return await run_in_threadpool(
            _refuse,
            request,
            curator,
            form,
            outcome,
        )
    return see_other(outcome.path)


@dataclass(frozen=True)
class Outcome:
    """What became of an upload: the path of its draft, what is wrong, or both."""

    path: str = ""
    error: KnowledgeBaseError | None = None


def _read_outcome(task: asyncio.Task[Drafted]) -> Outcome:
    try:
        drafted = task.result()
    except KnowledgeBaseError as error:
        return Outcome(error=error)
    return Outcome(drafted.path, drafted.problem())


def _read_upload(services: Services, form: Form) -> Upload:
    with read_session(services.engine) as session:
        return read_upload(session, form)


async def _draft(
    services: Services,
    curator: Curator,
    upload: Upload,
) -> Drafted:
    """The draft of an upload: a new one, or the one that the same file has."""
    existing = await run_in_threadpool(_find_existing, services, upload)
    if existing is not None:
        return existing
    produced = await run_sync(
        produce_draft,
        upload.content,
        upload.request,
        services.settings,
        limiter=services.drafting_threads,
    )
    produced = apply_statement(upload, produced)

    def store() -> Drafted:
        with write_session(services.engine) as session:
            # The key may have been revoked meanwhile.
            curator.principal.require_valid(session)
            existing_draft = find_draft(session, _identity(upload))
            if existing_draft is not None:
                return Drafted(draft_address(existing_draft.id))
            draft_id = insert_draft(session, produced, curator.name)
            session.commit()
            return Drafted(draft_address(draft_id))

    async with write_lock(services):
        return await run_in_threadpool(store)


def _identity(upload: Upload) -> DraftIdentity:
    digest = hashlib.sha256(upload.content).hexdigest()
    return DraftIdentity(digest, upload.request.file_format)


def _find_existing(services: Services, upload: Upload) -> Drafted | None:
    """The draft that the file has; None if it has none yet."""
    with read_session(services.engine) as session:
        existing = find_draft(session, _identity(upload))
        if existing is None:
            return None
        differing = []
        for name, value in upload.request.options.items():
            if value not in (None, False, existing.options[name]):
                differing.append(_OPTIONS[name])
        return Drafted(draft_address(existing.id), tuple(differing))


def _make_form(
    session: Session,
    form: Form,
    outcome: Outcome = Outcome(),
) -> NewDraftPage:
    """The form with what was typed, and what is wrong with it."""
    names = session.scalars(
        select(Office.name).order_by(Office.name).limit(MAX_OFFICES)
    ).all()
    languages = [(code, LANGUAGES.get(code, code)) for code in list_languages()]
    file = form.file("file")
    problems: tuple[ProblemItem, ...] = ()
    if outcome.error is not None:
        error = outcome.error
        problems = error.problems or (ProblemItem(str(error), pointer="file"),)
    return NewDraftPage(
        title="A new draft",
        typed=dict(reversed(form.fields)),
        problems=problems,
        languages=tuple(languages),
        offices=tuple(names),
        lost_file=file.name if file is not None else None,
        existing_path=outcome.path or None,
    )


def _refuse(
    request: Request,
    curator: Curator,
    form: Form,
    outcome: Outcome,
) -> Response:
    """The form again, with what is wrong."""
    assert outcome.error is not None
    with read_session(services_of(request).engine) as session:
        page = _make_form(session, form, outcome)
        return curate_response(
            request,
            session,
            page,
            curator,
            outcome.error.status,
        )


@dataclass(frozen=True)
class _GrowingPage:
    """The page of a document that takes long to draft, in the pieces in which it is sent."""

    request: Request
    curator: Curator
    form: Form
    upload: Upload
    task: asyncio.Task[Drafted]

    async def stream(self) -> AsyncIterator[bytes]:
        """The beginning, a mark for every step, and what came of it."""
        start, end = await run_in_threadpool(self._render_frame)
        yield start
        while not self.task.done():
            await asyncio.wait({self.task}, timeout=STEP_SECONDS)
            yield b"<i></i>"
        yield await run_in_threadpool(self._render_outcome)
        yield end

    def _render_frame(self) -> list[bytes]:
        size = f"{max(1, len(self.upload.content) // 1_000):,} kB"
        page = DraftingPage(title="Drafting", name=self.upload.name, size=size)
        return self._render(page).split(_CUT, maxsplit=1)

    def _render_outcome(self) -> bytes:
        outcome = _read_outcome(self.task)
        path = outcome.path if outcome.error is None else None
        with read_session(services_of(self.request).engine) as session:
            fields = vars(_make_form(session, self.form, outcome))
        return self._render(DraftedPage(**fields, path=path))

    def _render(self, page: CuratePage) -> bytes:
        with read_session(services_of(self.request).engine) as session:
            return bytes(
                curate_response(
                    self.request,
                    session,
                    page,
                    self.curator,
                ).body
            )
