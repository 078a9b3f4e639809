"""Deleting a draft: its text, its proposals and what was decided about them."""

from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.drafts.addresses import DRAFTS, DraftId
from app.curate.drafts.review import DraftPage, make_head
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.http.session import SessionDep
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import delete_draft, require_draft

router = make_curate_router()


@dataclass(frozen=True)
class DeletionPage(DraftPage):
    """What would be lost, and the button that deletes it."""

    template = "drafts/delete.html"

    key: str = ""


@router.get("/drafts/{draft}/delete")
def show_deletion(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
) -> Response:
    """What deleting the draft means."""
    stored = require_draft(session, draft)
    head = make_head(stored, read_queue(session, draft))
    view = DeletionPage(
        title="Delete this draft?",
        head=head,
        key=new_idempotency_key(),
    )
    return curate_response(
        request,
        session,
        view,
        curator,
    )


@router.post("/drafts/{draft}/delete")
def delete(write: FormWriteDep, draft: DraftId) -> Response:
    """Delete the draft. What was published of it stays."""

    def operation(session: Session) -> Response:
        require_draft(session, draft)
        delete_draft(session, draft)
        return see_other(DRAFTS)

    return write.commit(operation)
