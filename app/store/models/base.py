"""What all tables share: naming conventions, kinds of columns, the columns of every record."""

from datetime import date, datetime
from typing import Any, ClassVar, get_args

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

from app.schemas.record_types import ENTITIES, Entity
from app.store.columns import UTCDateTime, text_key


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: text_key(),
        datetime: UTCDateTime,
        date: Date,
        dict[str, str]: JSON,
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON,
    }


def in_vocabulary(column: str, vocabulary: Any) -> CheckConstraint:
    """The column has a word of the vocabulary (a Literal), or null where it is nullable."""
    words = ", ".join(f"'{word}'" for word in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({words})", name=column)


def part(order: str, owner: str | None = None, target: str | None = None) -> Any:
    """Rows that are written and deleted with the record, in the order of `order`.

    `owner` is the column that names the record, where the rows refer to two of its type, `target`
    the class of the rows where no annotation says it. Nothing loads them through the record: the
    log has each record with its parts."""
    return relationship(
        target,
        order_by=order,
        foreign_keys=owner,
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="raise",
        info={"part": True},
    )


def part_of(target: str) -> Any:
    """Key of the record that a part belongs to; the part is deleted with it."""
    return mapped_column(ForeignKey(f"{target}.slug", ondelete="CASCADE"), primary_key=True)


def cites_for(target: str) -> Any:
    """Key of the record that a citation belongs to, null unless that is of this type."""
    return mapped_column(ForeignKey(f"{target}.slug", ondelete="CASCADE"), index=True)


def table_constraints(*specific: Any) -> tuple[Any, ...]:
    """The constraints and indexes of every record table, and the `specific` ones of this table."""
    return (
        CheckConstraint("length(slug) BETWEEN 1 AND 80", name="slug"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "created_at", "slug"),
        Index(None, "updated_at", "slug"),
        *specific,
    )


class Record(Base):
    """The columns of every record; `entity` has the names and schemas of its type."""

    __abstract__ = True
    entity: ClassVar[Entity]

    slug: Mapped[str] = mapped_column(text_key(80), primary_key=True, sort_order=-1)
    version: Mapped[int] = mapped_column(sort_order=1)
    created_at: Mapped[datetime] = mapped_column(sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(sort_order=1)
    derived: Mapped[dict[str, str]] = mapped_column(sort_order=1)

    @declared_attr
    def identifiers(cls) -> Mapped[list[Any]]:
        rows = f"{cls.__name__}Identifier"
        identifiers: Mapped[list[Any]] = part(f"{rows}.position", target=rows)
        return identifiers

    def __init_subclass__(cls, **options: Any) -> None:
        cls.entity = ENTITIES[cls.__tablename__]
        super().__init_subclass__(**options)

    @classmethod
    def url_of(cls, slug: str) -> str:
        """Path of the record with this slug."""
        return f"/v1/{cls.entity.collection}/{slug}"
