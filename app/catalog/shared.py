"""The filters, orders, facets and includes that several record types share."""

from typing import Any, get_args

from app.catalog.conditions import (
    at_least,
    identified_by,
    is_any_of,
    is_set,
    linked_to,
    refers_to,
    refers_to_any_with,
)
from app.catalog.dimensions import Dimension
from app.catalog.orders import Orders, by_text, by_word
from app.catalog.resource import Attribute, ConditionFactory, Include
from app.store.models import Citation, FocusArea, Office, Record
from app.store.rows import owner_column
from app.vocabulary import Modality


def record_conditions(model: type[Record]) -> dict[str, ConditionFactory]:
    """The conditions of every record type."""
    return {
        "slug": is_any_of(model.slug),
        "identifier": identified_by(model),
        "updated_since": at_least(model.updated_at),
    }


def record_orders(model: type[Record]) -> dict[str, Attribute]:
    """The sort keys of every record type."""
    return {
        "slug": model.slug,
        "created_at": model.created_at,
        "updated_at": model.updated_at,
    }


def cites(model: type[Record]) -> ConditionFactory:
    """A citation of the record names one of the documents."""
    owner = getattr(Citation, owner_column(model))
    return linked_to(model.slug, owner, Citation.document_slug)


def cited_documents(model: type[Record]) -> Dimension:
    """The documents that a record cites."""
    owner = getattr(Citation, owner_column(model))
    return Dimension(owner, Citation.document_slug)


# Below, `model` is a `Claim` and a `Record` at once, a type that Python cannot express, and `link`
# the model of the rows that link it to its focus areas.


def claim_conditions(model: Any, link: Any) -> dict[str, ConditionFactory]:
    """The conditions of every claim, those of every record included."""
    owner = getattr(link, owner_column(model))
    return {
        **record_conditions(model),
        "office": refers_to(model.office_slug),
        "has_office": is_set(model.office_slug),
        "country": refers_to_any_with(model.office_slug, Office.country),
        "focus_area": linked_to(model.slug, owner, link.focus_area_slug),
        "modality": is_any_of(model.modality),
        "document": cites(model),
    }


def claim_orders(model: Any) -> Orders:
    """The sort keys of every claim, those of every record included."""
    return {
        "modality": by_word(model.modality, Modality),
        **by_text("office", model.office_slug),
        **record_orders(model),
    }


def claim_facets(model: Any, link: Any) -> dict[str, Dimension]:
    """The facets of every claim."""
    owner = getattr(link, owner_column(model))
    is_office = model.office_slug == Office.slug
    return {
        "office": Dimension(model.slug, model.office_slug),
        "country": Dimension(model.slug, Office.country, on=is_office),
        "focus_area": Dimension(owner, link.focus_area_slug, tree=True),
        "modality": Dimension(model.slug, model.modality, words=get_args(Modality)),
        "document": cited_documents(model),
    }


CLAIM_INCLUDES = {
    "office": Include(Office),
    "focus_areas": Include(FocusArea, many=True),
}
