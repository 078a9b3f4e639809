"""How is a whole record read, with its parts, in a constant number of statements?"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.db import chunks
from app.models import Record
from app.schemas.read import READS, RecordRead
from app.schemas.write import CREATES, RecordCreate

M = TypeVar("M", bound=Record)
R = TypeVar("R", bound=RecordRead)


def part_options(model: type[Record]) -> list[ORMOption]:
    """Load the parts of each record (citations, labels, links): one statement for each kind."""
    return [selectinload(attribute) for attribute in part_attributes(model)]


def part_attributes(model: type[Record]) -> list[Any]:
    """The relationships of a model to its parts."""
    relationships = inspect(model).relationships
    return [getattr(model, found.key) for found in relationships if found.info.get("part")]


def include_options(includes: Mapping[str, Any], names: Sequence[str]) -> list[ORMOption]:
    """Load the relationships that are named, with the parts of the records they lead to."""
    options: list[ORMOption] = []
    for name, attribute in includes.items():
        if name in names:
            loading = selectinload(attribute)
            for part in part_attributes(attribute.property.mapper.class_):
                options.append(loading.selectinload(part))
    return options


def represent(record: Record, schema: type[R], include: Sequence[str] = ()) -> R:
    """A record with all its parts loaded, and the related records that are named."""
    names = [*READS[record.__tablename__].model_fields, *include]
    return schema.model_validate({name: getattr(record, name) for name in names})


def load_records(session: Session, model: type[M], slugs: Sequence[str]) -> dict[str, M]:
    """Whole records by slug; absent slugs are left out."""
    return {
        record.slug: record
        for some in chunks(slugs)
        for record in session.scalars(
            select(model).where(model.slug.in_(some)).options(*part_options(model))
        )
    }


def load_given(
    session: Session, model: type[Record], slugs: Sequence[str]
) -> dict[str, RecordCreate]:
    """Records as their curators gave them, by slug; absent slugs are left out."""
    return {slug: to_create(found) for slug, found in load_records(session, model, slugs).items()}


def to_create(record: Record) -> RecordCreate:
    """A stored record, with all its parts loaded, as its curator gave it."""
    type_ = record.__tablename__
    return as_given(type_, READS[type_].model_validate(record))


def as_given(type_: str, read: RecordRead) -> RecordCreate:
    """What a curator gave of what is read."""
    create = CREATES[type_]
    return create.model_validate({name: getattr(read, name) for name in create.model_fields})
