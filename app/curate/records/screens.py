"""What the edit form responds with: itself again, what saving changes, or three versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.curate.curator import Curator
from app.curate.records.build import FormProblem, build_record, check_record
from app.curate.records.conflict import ConflictPage, list_rows, read_sides
from app.curate.records.paths import edit_path, resource_of
from app.curate.records.preview import PreviewPage, as_read
from app.curate.records.quotes import QuoteFinder
from app.curate.records.state import EditState
from app.curate.records.view import fresh_key, list_hidden, make_edit_page
from app.curate.rendering import curate_response
from app.pages.claims import main_text
from app.pages.differences import compare, compare_dates
from app.pages.frame import Link
from app.pages.reference_names import Names, load_names
from app.queries.loading import load_records
from app.schemas.read import RecordRead

INVALID = 422
CONFLICT = 409


def find_current(session: Session, resource: Resource, slug: str) -> RecordRead | None:
    """The record as it is now; None if there is none."""
    return load_records(session, resource.model, [slug]).get(slug)


@dataclass(frozen=True)
class Screens:
    """The pages of an edit, for one request."""

    request: Request
    session: Session
    curator: Curator

    @cached_property
    def finder(self) -> QuoteFinder:
        """Finds the quotes of the form, each once."""
        return QuoteFinder(self.session)

    def show_form(
        self,
        state: EditState,
        problems: Sequence[FormProblem] = (),
        notice: str | None = None,
        status: int | None = None,
    ) -> Response:
        """The form with its problems; nothing that was typed is lost."""
        placed = self.finder.place_all(state.quotes)
        page = make_edit_page(self.session, state, placed, problems, notice)
        if status is None:
            status = INVALID if problems else 200
        return curate_response(self.request, self.session, page, self.curator, status)

    def preview(self, state: EditState) -> Response:
        """What saving the form would change; or the form, if it cannot be saved."""
        resource = resource_of(state.entity.collection)
        current = find_current(self.session, resource, state.slug)
        if state.version is not None and current is None:
            return self.show_form(replace(state, version=None), [_describe_deleted(state)])
        if current is not None and state.version not in (None, current.version):
            return self.show_conflict(state, current)
        checked = check_record(self.session, state, self.finder)
        change = checked.change
        problems = list(checked.problems)
        if not problems and change is None:
            problems = [FormProblem("Nothing has changed: the record says all this already.")]
        if problems or change is None or change.record is None:
            return self.show_form(state, problems)
        version = (current.version if current is not None else 0) + 1
        after = as_read(resource.model, change.record, version)
        names = load_names(self.session, (current, after))
        page = _make_preview(resource, state, current, after, names)
        return curate_response(self.request, self.session, page, self.curator)

    def show_conflict(self, state: EditState, current: RecordRead) -> Response:
        """The record as it was opened, theirs and yours."""
        built = build_record(self.session, state, self.finder)
        sides = read_sides(self.session, state, built, current)
        if sides is None:
            current_state = replace(state, version=current.version)
            checked = check_record(self.session, current_state, self.finder)
            first = FormProblem(
                f"Somebody else has saved version {current.version} meanwhile. Correct these, "
                "and you see both versions."
            )
            return self.show_form(state, [first, *checked.problems], status=CONFLICT)
        resource = resource_of(state.entity.collection)
        page = ConflictPage(
            title=f"Somebody else was first: {main_text(current)}",
            lead=(
                f"You opened version {state.version}; it is at version {current.version} now. "
                "Nothing of yours is lost. Choose what holds, field by field."
            ),
            rows=tuple(list_rows(self.session, state.entity.create.model_fields, sides)),
            fields=tuple(list_hidden(state)),
            merge_path=f"{edit_path(resource, state.slug)}/merge",
            opened_version=state.version or 0,
            theirs_version=current.version,
        )
        return curate_response(self.request, self.session, page, self.curator, CONFLICT)


def _describe_deleted(state: EditState) -> FormProblem:
    return FormProblem(
        f"The {state.entity.noun} {state.slug!r} was deleted meanwhile. If you go on, it is made "
        "again with what you typed."
    )


def _make_preview(
    resource: Resource,
    state: EditState,
    before: RecordRead | None,
    after: RecordRead,
    names: Names,
) -> PreviewPage:
    """The difference that saving the form makes."""
    changes, unchanged = compare(resource.type_, before, after, names)
    title = main_text(after)
    path = edit_path(resource, after.slug)
    if before is None:
        path = f"/curate/new/{resource.name}"
    return PreviewPage(
        title=f"What changes: {title}",
        crumbs=(Link("Records", "/curate/records"), Link(title, path)),
        lead="Nothing is written yet.",
        changes=tuple(changes),
        unchanged=", ".join(unchanged) if before is not None else "",
        picture=compare_dates(before, after),
        label_before=f"Version {before.version}" if before is not None else "Before",
        label_after=f"Version {after.version}, not saved yet",
        save_path=f"{path}/save",
        fields=tuple(list_hidden(replace(state, slug=after.slug))),
        back_path=path,
        idempotency_key=fresh_key(),
    )
