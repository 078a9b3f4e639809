"""The tool `describe`: what the base holds, and the words to ask with."""

from functools import partial

from sqlalchemy import func, select

from app.agents.arguments import DescribeArguments
from app.agents.budget import DEFAULT_BYTES, Json, fit, shorten
from app.agents.reading import Reading, record_id
from app.queries.labels import read_labels
from app.queries.loading import load_json
from app.queries.overview import count_records, list_documents
from app.schemas.record_types import ENTITIES
from app.store.models import FocusArea
from app.store.revisions import read_revision

MAX_FOCUS_AREAS = 200
MAX_DOCUMENTS = 10
MAX_ALIASES = 8
MAX_BROADER = 4
# Longer labels and titles are cut.
MAX_LABEL_CHARACTERS = 60
MAX_DOCUMENT_CHARACTERS = 120
# From strong to weak: what is `recommended` must not be told as if it had `occurred`.
MODALITIES = {
    "occurred": "it happened",
    "stated": "it is so",
    "prospective": "it is expected or intended",
    "required": "somebody must do it",
    "recommended": "somebody should do it",
}


def describe(reading: Reading, _arguments: DescribeArguments) -> Json:
    """Counts, documents, vocabulary and focus areas: as many as fit."""
    return fit(partial(_describe, reading), MAX_FOCUS_AREAS, DEFAULT_BYTES)


def _describe(reading: Reading, limit: int) -> Json:
    counts = count_records(reading.session)
    documents = []
    for link in list_documents(reading.session)[: min(limit, MAX_DOCUMENTS)]:
        id_ = record_id(link.url)
        title = shorten(link.title, MAX_DOCUMENT_CHARACTERS)
        documents.append({"id": id_, "title": title, "url": reading.addresses.page(id_)})
    return {
        "revision": read_revision(reading.session),
        "counts": counts,
        "types": list(ENTITIES),
        "modalities_from_strong_to_weak": MODALITIES,
        "documents": documents,
        "focus_areas": _list_focus_areas(reading, limit),
        "focus_areas_total": reading.session.scalar(select(func.count(FocusArea.slug))),
    }


def _list_focus_areas(reading: Reading, limit: int) -> list[Json]:
    names = select(FocusArea.slug).order_by(FocusArea.name, FocusArea.slug).limit(limit)
    slugs = list(reading.session.scalars(names))
    labels = read_labels(reading.session, slugs)
    records = load_json(reading.session, FocusArea, slugs)
    areas = []
    for slug in slugs:
        # The name first, the slug last.
        shown = [shorten(label, MAX_LABEL_CHARACTERS) for label in labels[slug]]
        name, *aliases = shown[:-1]
        area: Json = {"slug": slug, "name": name}
        if aliases:
            area["aliases"] = aliases[:MAX_ALIASES]
        broader = records[slug]["broader_slugs"]
        if broader:
            area["broader"] = broader[:MAX_BROADER]
        areas.append(area)
    return areas
