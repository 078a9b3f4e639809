"""The records of the base that a draft would make again."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.existing import read_versions
from app.queries.labels import resolve_label
from app.rules.changes import Key, slugs_by_type
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS, Citation, Document, Office
from app.text.folding import fold_label
from app.text.slugs import make_slug

Json = dict[str, Any]


@dataclass(frozen=True)
class Existing:
    """A record of the base, and why it is used."""

    slug: str
    reason: str


class BaseRecords:
    """Finds what the base has. `digests` are those of the text of the draft, `keys` those of the
    records that are looked for. The document is found, or noted as published, before the claims:
    these are looked for among those that cite it."""

    def __init__(
        self,
        session: Session,
        digests: Sequence[str],
        keys: Iterable[Key] = (),
    ) -> None:
        self._session = session
        self._digests = digests
        self._claims: dict[tuple[str, int, int], str] = {}
        self._slugs: dict[str, _Slugs] = {}
        for type_, slugs in slugs_by_type(keys).items():
            # One query for all: a draft has thousands of slugs, and few of them are in the base.
            self._slugs[type_] = _Slugs(session, type_, slugs)

    def find(
        self,
        type_: str,
        record: Json,
    ) -> Existing | None:
        """The record of the base that this one would repeat; None if there is none."""
        match type_:
            case "document":
                return self._find_document()
            case "office":
                return self._find_office(record)
            case "focus_area":
                return self._find_focus_area(record)
            case _:
                return self._find_claim(type_, record)

    def note_published(
        self,
        type_: str,
        slug: str,
    ) -> None:
        """Take account of a record that the draft has published before."""
        if type_ == "document":
            self._read_claims(slug)

    def take_slug(
        self,
        type_: str,
        slug: str,
    ) -> str:
        """The slug, or the first with a counter that no record of the base has; it is taken
        then."""
        slugs = self._slugs.setdefault(type_, _Slugs(self._session, type_, []))
        free = make_slug(slug, slugs, type_.replace("_", "-"))
        slugs.take(free)
        return free

    def _find_document(self) -> Existing | None:
        statement = select(Document.slug).where(Document.sha256.in_(self._digests))
        slug = self._session.scalar(statement.order_by(Document.slug).limit(1))
        if slug is None:
            return None
        self._read_claims(slug)
        return Existing(slug, "The base has the document with the same text.")

    def _find_office(self, office: Json) -> Existing | None:
        slug: str = office["slug"]
        if read_versions(self._session, Office, [slug]):
            return Existing(slug, "The base has the office with the same slug.")
        folded = fold_label(office["name"]).strict
        statement = select(Office.slug, Office.name).order_by(Office.slug)
        for row in self._session.execute(statement):
            if fold_label(row.name).strict == folded:
                return Existing(row.slug, "The base has the office with the same name.")
        return None

    def _find_focus_area(self, area: Json) -> Existing | None:
        for label in (area["name"], *area["aliases"]):
            slug = resolve_label(self._session, label, is_exact=True)
            if slug is not None:
                reason = f"The base has the focus area with the label {label!r}."
                return Existing(slug, reason)
        return None

    def _find_claim(
        self,
        type_: str,
        claim: Json,
    ) -> Existing | None:
        main = ENTITIES[type_].main
        for citation in claim["citations"]:
            place = (type_, citation["start"], citation["end"])
            slug = self._claims.get(place)
            if main in citation["supports"] and slug is not None:
                return Existing(slug, "The base has the claim with the same quote.")
        return None

    def _read_claims(self, document_slug: str) -> None:
        """The claims that cite the document, by the position of the quote of their text."""
        owners: list[Any] = []
        for entity in ENTITIES.values():
            if entity.is_claim:
                owners.append(getattr(Citation, f"{entity.type_}_slug"))
        statement = select(Citation.start, Citation.end, Citation.supports, *owners)
        statement = statement.where(Citation.document_slug == document_slug)
        for row in self._session.execute(statement.order_by(Citation.id)):
            for owner in owners:
                slug = row._mapping[owner.key]
                type_ = owner.key.removesuffix("_slug")
                if slug is not None and ENTITIES[type_].main in row.supports:
                    self._claims.setdefault((type_, row.start, row.end), slug)


class _Slugs(Container[str]):
    """The slugs that a new record of a type cannot have. Those that are `wanted` are looked for in
    the base at once, others one by one."""

    def __init__(
        self,
        session: Session,
        type_: str,
        wanted: Sequence[str],
    ) -> None:
        self._session = session
        self._model = MODELS[type_]
        self._free = set(wanted)
        self._taken = set(read_versions(session, self._model, wanted))
        self._free -= self._taken

    def take(self, slug: str) -> None:
        """Give the slug to a record."""
        self._taken.add(slug)

    def __contains__(self, slug: object) -> bool:
        if slug in self._taken:
            return True
        if slug in self._free:
            return False
        return bool(read_versions(self._session, self._model, [str(slug)]))
