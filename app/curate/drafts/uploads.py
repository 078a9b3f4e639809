"""What a curator sends to be drafted: a file or a text, and what is known of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.forms import Form, UploadedFile
from app.drafts.lexicon import list_languages
from app.errors import InvalidRequest, ProblemItem
from app.reading.failures import CannotRead
from app.reading.formats import FileFormat, find_format
from app.store.models import Office
from app.stored_drafts.produce import DraftRequest, ProducedDraft
from app.text.folding import fold_label
from app.text.slugs import make_slug

MAX_TITLE_CHARACTERS = 600
_NAMED = "Named by the curator who drafted the document"
# The name of the file that a pasted text is taken for.
PASTED = "a pasted text"


@dataclass(frozen=True)
class Upload:
    """A file to be drafted. `title` and `office` are what the curator typed, "" if nothing."""

    name: str
    content: bytes
    request: DraftRequest
    title: str = ""
    office: str = ""


@dataclass
class _Problems:
    """What is wrong with the fields of the form, by field."""

    items: list[ProblemItem] = field(default_factory=list)

    def add(
        self,
        name: str,
        detail: str,
    ) -> None:
        self.items.append(ProblemItem(detail, pointer=name))


def read_upload(session: Session, form: Form) -> Upload:
    """The upload that a form is. Raises InvalidRequest with all problems of its fields."""
    problems = _Problems()
    file = form.file("file")
    text = form.get("text")
    if file is None and not text.strip():
        problems.add("file", "There is nothing to read yet. Choose a file, or paste a text.")
    if file is not None and text.strip():
        problems.add("text", "Both a file and a text are given. Send one at a time.")
    title = " ".join(form.get("title").split())
    if len(title) > MAX_TITLE_CHARACTERS:
        problems.add("title", f"The title has more than {MAX_TITLE_CHARACTERS} characters.")
    office = " ".join(form.get("office").split())
    request = DraftRequest(
        file_format=_read_format(form, file, problems),
        language=_read_language(form, problems),
        office=_find_office(session, office) if office else None,
        said_on=_read_day(form, problems),
        prose=form.get("prose") == "true",
    )
    if problems.items:
        raise InvalidRequest.of(problems.items)
    if file is not None:
        return Upload(
            file.name,
            file.content,
            request,
            title,
            office,
        )
    return Upload(
        PASTED,
        text.encode(),
        request,
        title,
        office,
    )


def _read_format(
    form: Form,
    file: UploadedFile | None,
    problems: _Problems,
) -> FileFormat:
    if file is None:
        return FileFormat.MARKDOWN if form.get("markdown") == "true" else FileFormat.TXT
    try:
        # By its name: many browsers take Markdown for plain text.
        return find_format(file.content, file.name)
    except CannotRead as error:
        problems.add("file", f"{file.name[:80]!r} {error}")
        return FileFormat.TXT


def _read_language(form: Form, problems: _Problems) -> str | None:
    language = form.get("language")
    if not language:
        return None
    if language not in list_languages():
        problems.add("language", f"There are no rules for the language {language[:20]!r}.")
    return language


def _read_day(form: Form, problems: _Problems) -> date | None:
    value = form.get("said_on").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        detail = f"{value[:40]!r} is no day. Give it as year, month and day: 2031-05-17."
        problems.add("said_on", detail)
        return None


def _find_office(session: Session, name: str) -> str:
    """The slug of the office of the base with this name or slug; of a new one otherwise."""
    folded = fold_label(name).strict
    for row in session.execute(select(Office.slug, Office.name).order_by(Office.slug)):
        if name == row.slug or fold_label(row.name).strict == folded:
            slug: str = row.slug
            return slug
    return make_slug(name, (), "office")


def apply_statement(upload: Upload, produced: ProducedDraft) -> ProducedDraft:
    """The draft with the title and the name of the office that the curator typed."""
    proposals = []
    title = upload.title or produced.title
    for proposal in produced.proposals:
        record = proposal.record
        if proposal.type == "document" and upload.title:
            record = _replace_fields(record, {"title": title})
        elif proposal.type == "office" and upload.office:
            names = {"name": upload.office, "organization": upload.office}
            record = _replace_fields(record, names)
        proposals.append(replace(proposal, record=record))
    return replace(produced, proposals=proposals, title=title)


def _replace_fields(record: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    derived = {**record["derived"], **dict.fromkeys(values, _NAMED)}
    return {**record, **values, "derived": derived}
