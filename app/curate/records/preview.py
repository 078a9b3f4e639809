"""What saving would change: the record before and after, field by field, and its dates drawn."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.curate.rendering import CuratePage
from app.pages.differences import FieldChange
from app.pages.picture import Picture
from app.schemas.computed import compute_fields
from app.schemas.read import RecordRead
from app.schemas.write import RecordCreate
from app.store.models import Record


@dataclass(frozen=True)
class PreviewPage(CuratePage):
    """The difference, with one button that writes it. `fields` are sent again; `back_path` leads
    back to the form with them, or without a form to a page. `is_same` tells that nothing would
    change."""

    template = "records/preview.html"

    lead: str = ""
    crumbs: tuple[Any, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    unchanged: str = ""
    picture: Picture | None = None
    label_before: str = ""
    label_after: str = ""
    save_path: str = ""
    save_label: str = "Save"
    fields: tuple[tuple[str, str], ...] = ()
    back_path: str = ""
    has_form: bool = True
    is_same: bool = False
    needed_scope: str = "write"
    idempotency_key: str = ""


def as_read(model: type[Record], record: RecordCreate, version: int) -> RecordRead:
    """The record as a reader would get it if it were written now."""
    schema = model.entity.read
    url = model.url_of(record.slug)
    now = datetime.now(UTC)
    fields = record.model_dump(mode="json", include=set(schema.model_fields))
    # A difference shows no links into originals, which the base makes when it writes.
    fields["citations"] = [{**citation, "link": None} for citation in fields["citations"]]
    fields |= compute_fields(record, url)
    return schema.model_validate(
        {**fields, "version": version, "created_at": now, "updated_at": now, "url": url},
        strict=False,
    )
