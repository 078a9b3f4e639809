"""A set of links as JSON (RFC 9264 §4.2), as far as a catalogue of APIs needs it (RFC 9727)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class LinkTarget(BaseModel):
    """Where a link leads to."""

    href: Annotated[str, Field(description="The address of the target.")]
    type: Annotated[str | None, Field(description="The media type of the target.")] = None
    title: Annotated[str | None, Field(description="What the target is called.")] = None


Targets = Annotated[list[LinkTarget] | None, Field(max_length=10)]


class LinkContext(BaseModel):
    """The links of one address, by their relation."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    anchor: Annotated[str, Field(description="The address that the links belong to.")]
    item: Annotated[Targets, Field(description="The APIs of a catalogue.")] = None
    service_desc: Annotated[
        Targets, Field(alias="service-desc", description="The description for programs.")
    ] = None
    service_doc: Annotated[
        Targets, Field(alias="service-doc", description="The description for people.")
    ] = None
    status: Annotated[Targets, Field(description="Whether the API is available.")] = None


class Linkset(BaseModel):
    """Links of several addresses."""

    model_config = ConfigDict(serialize_by_alias=True)

    linkset: Annotated[list[LinkContext], Field(max_length=10)]
