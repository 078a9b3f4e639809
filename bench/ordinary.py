"""The list of initiatives as it is most often written with FastAPI and an ORM, for comparison.

Models with relationships, a session from a dependency, a response model. It reads the same rows of
the same base, citations included; it has no other filter, no cursor, no dates and no revisions.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import JSON, ForeignKey, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)


class Base(DeclarativeBase):
    pass


class Citation(Base):
    __tablename__ = "citation"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    initiative_slug: Mapped[str | None] = mapped_column(ForeignKey("initiative.slug"))
    document_slug: Mapped[str]
    section: Mapped[list[str]] = mapped_column(JSON)
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    supports: Mapped[list[str]] = mapped_column(JSON)


class FocusAreaLink(Base):
    __tablename__ = "initiative_focus_area"

    initiative_slug: Mapped[str] = mapped_column(
        ForeignKey("initiative.slug"), primary_key=True
    )
    focus_area_slug: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class Initiative(Base):
    __tablename__ = "initiative"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    modality: Mapped[str]
    office_slug: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    derived: Mapped[dict[str, Any]] = mapped_column(JSON)
    citations: Mapped[list[Citation]] = relationship(order_by=Citation.position)
    links: Mapped[list[FocusAreaLink]] = relationship(order_by=FocusAreaLink.position)

    @property
    def focus_area_slugs(self) -> list[str]:
        return [link.focus_area_slug for link in self.links]


class CitationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    document_slug: str
    section: list[str]
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    supports: list[str]


class InitiativeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    slug: str
    title: str
    kind: str
    modality: str
    office_slug: str
    focus_area_slugs: list[str]
    citations: list[CitationOut]
    derived: dict[str, str]
    version: int
    created_at: datetime
    updated_at: datetime


class Page(BaseModel):
    items: list[InitiativeOut]
    total: int


engine = create_engine(os.environ["COMMUNIQUE_DATABASE_URL"])
make_session = sessionmaker(engine)
app = FastAPI()


def get_session() -> Iterator[Session]:
    with make_session() as session:
        yield session


@app.get("/initiatives", response_model=Page)
def list_initiatives(
    session: Annotated[Session, Depends(get_session)],
    focus_area: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    statement = select(Initiative).join(Initiative.links)
    statement = statement.where(FocusAreaLink.focus_area_slug == focus_area)
    total = session.scalar(select(func.count()).select_from(statement.subquery()))
    page = statement.order_by(Initiative.title, Initiative.slug).limit(limit).offset(offset)
    page = page.options(selectinload(Initiative.citations), selectinload(Initiative.links))
    return {"items": session.scalars(page).all(), "total": total}
