"""Constructors of conditions: filters in SQL.

Each takes columns and returns a function of the filter's values, any of which may match; a filter
with one value gets a list of one. References are slugs by then: names and aliases were resolved.
Where a focus area covers too many narrower ones for one statement, the values are a SELECT of
their slugs.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.catalog.dimensions import Dimension
from app.catalog.resource import ConditionFactory, IndexedCondition, Parameterizable, Values
from app.store.models import Citation, Document, FocusArea, FocusAreaLabel, Record
from app.store.rows import identifier_model, owner_column

Column = InstrumentedAttribute[Any]


class WithoutIndex(FunctionElement[Any]):
    """The column, written so that SQLite reads no index by it. PostgreSQL has statistics and
    chooses well without."""

    inherit_cache = True

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(WithoutIndex)
def _compile_plain(
    element: WithoutIndex,
    compiler: SQLCompiler,
    **options: Any,
) -> str:
    return compiler.process(element.clauses, **options)


@compiles(WithoutIndex, "sqlite")
def _compile_signed(
    element: WithoutIndex,
    compiler: SQLCompiler,
    **options: Any,
) -> str:
    # https://www.sqlite.org/optoverview.html: a term with a unary + cannot use an index.
    column = compiler.process(element.clauses, **options)
    return f"+{column}"


class Opaque(WithoutIndex):
    """The column, a text, written so that PostgreSQL reads no index by it either."""

    inherit_cache = True


@compiles(Opaque, "postgresql")
def _compile_expression(element: Opaque, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"({column} || '')"


def is_any_of(column: Column) -> ConditionFactory:
    """The column has one of the values."""
    return Parameterizable(column.in_)


def refers_to(column: Column) -> Parameterizable:
    """The column, a reference, is one of the values."""
    slug = column.class_.slug

    def condition(values: Values) -> IndexedCondition:
        is_in = column.in_(values)
        slugs = select(slug).where(is_in)

        def check() -> ColumnElement[bool]:
            return WithoutIndex(column).in_(values)

        return IndexedCondition(is_in, slugs, check)

    return Parameterizable(condition)


def refers_to_any_with(column: Column, target: Column) -> ConditionFactory:
    """The column refers to a record whose `target` is one of the values."""
    refers = refers_to(column)
    referenced_slug = target.class_.slug

    def condition(values: Values) -> ColumnElement[bool] | IndexedCondition:
        slugs = select(referenced_slug).where(target.in_(values))
        return refers(slugs)

    return Parameterizable(condition)


def linked_to(
    slug: Column,
    owner: Column,
    target: Column,
) -> ConditionFactory:
    """A row of another table links the record with this `slug`, its `owner`, to one of the
    values."""

    def condition(values: Values) -> IndexedCondition:
        owners = select(owner).where(
            owner.is_not(None),
            target.in_(values),
        )

        def check() -> ColumnElement[bool]:
            # Not EXISTS: PostgreSQL would join the rows of all records with the values.
            # By its owner: an index of the values would be searched for each value of each record.
            link = select(owner).where(owner == slug, Opaque(target).in_(values))
            return link.limit(1).scalar_subquery().is_not(None)

        return IndexedCondition(slug.in_(owners), owners, check)

    return Parameterizable(condition)


def identified_by(model: type[Record]) -> ConditionFactory:
    """The record has one of the identifiers: a value of any scheme, or `scheme:value`."""
    rows = identifier_model(model)
    owner = getattr(rows, owner_column(model))

    def condition(identifiers: Sequence[str]) -> IndexedCondition:
        is_named = or_(
            rows.value.in_(identifiers),
            (rows.scheme + ":" + rows.value).in_(identifiers),
        )
        # The index finds what ends in a value; a scheme has no colon, but a value may have one.
        values = set(identifiers)
        for identifier in identifiers:
            _, _, value = identifier.partition(":")
            values.add(value)
        owners = select(owner).where(rows.value.in_(sorted(values)), is_named)

        def check() -> ColumnElement[bool]:
            return exists().where(owner == model.slug, is_named)

        return IndexedCondition(model.slug.in_(owners), owners, check)

    return condition


def equals(column: Column) -> ConditionFactory:
    """The column is the value."""

    def condition(values: Values) -> Any:
        (value,) = values
        return column == value

    return condition


def at_least(column: Column) -> ConditionFactory:
    """The column is the value or more."""

    def condition(values: Values) -> Any:
        (minimum,) = values
        return column >= minimum

    return condition


def is_set(column: Column) -> ConditionFactory:
    """The column has a value, or is null if the filter is false."""

    def condition(values: Values) -> ColumnElement[bool]:
        (expected,) = values
        if expected:
            return column.is_not(None)
        return column.is_(None)

    return condition


def is_referred_to(slug: Column, reference: Column) -> ConditionFactory:
    """Some row's `reference` is the record with this `slug`, or none is if the filter is false."""

    def condition(values: Values) -> ColumnElement[bool]:
        (expected,) = values
        references = select(reference).where(reference.is_not(None))
        is_in = slug.in_(references)
        return is_in if expected else ~is_in

    return condition


def labelled_in(languages: Values) -> ColumnElement[bool]:
    """The focus area has a label in one of the languages, or in a part of one: its own language, or
    without one that of a document that the focus area cites."""
    label = FocusAreaLabel
    marked = select(label.focus_area_slug).where(_is_in_language(label.language, languages))
    # The slug, at position 0, is in no language.
    unmarked = select(label.focus_area_slug).where(
        label.language.is_(None),
        label.position > 0,
    )
    citing = (
        select(Citation.focus_area_slug)
        .join(Document, Document.slug == Citation.document_slug)
        .where(Citation.focus_area_slug.is_not(None))
        .where(_is_in_language(Document.language, languages))
    )
    slug = FocusArea.slug
    return or_(
        slug.in_(marked),
        and_(slug.in_(unmarked), slug.in_(citing)),
    )


def _is_in_language(column: Column, languages: Values) -> ColumnElement[bool]:
    # RFC 4647 §3.3.1: `de` covers `de-AT`.
    ranges = [column.startswith(f"{language}-") for language in languages]
    return or_(column.in_(languages), *ranges)


def has_any(slug: Column, dimension: Dimension) -> ConditionFactory:
    """Some record has the focus area with this `slug` or a narrower one, or none has if the filter
    is false."""

    def condition(values: Values) -> ColumnElement[bool]:
        (expected,) = values
        pairs = dimension.pairs(rolled_up=True).subquery()
        is_in = slug.in_(select(pairs.c.value))
        return is_in if expected else ~is_in

    return condition
