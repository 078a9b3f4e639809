"""Statements that SQLAlchemy compiles once and the driver runs.

SQLAlchemy takes longer to execute a short statement than the database does. A `Statement` is
compiled once for each engine and each number of values; after that it costs what the driver costs.
Values and rows still pass the processors of SQLAlchemy's types.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from app.store.sessions import dialect_of, run_sql

Parameters = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Statement:
    """A SELECT with bound parameters, to be run often. A parameter that expands takes a list."""

    def __init__(self, select: Select[*tuple[Any, ...]]) -> None:
        self.select = select
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def rows(self, session: Session, parameters: Parameters | None = None) -> list[Any]:
        """The rows, with their columns as attributes, in the transaction of the session."""
        padded = _pad_lists(parameters or {})
        compiled = self._compile(dialect_of(session), padded)
        rows = run_sql(session, compiled.sql, compiled.bind(padded))
        return compiled.make_rows(rows)

    def scalar(self, session: Session, parameters: Parameters | None = None) -> Any:
        """The first column of the first row; None without rows."""
        rows = self.rows(session, parameters)
        return rows[0][0] if rows else None

    def _compile(self, dialect: Dialect, parameters: Parameters) -> "_Compiled":
        lengths = [len(value) for value in parameters.values() if isinstance(value, list)]
        key = (dialect.name, *lengths)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = _compile(self.select, dialect, parameters)
            self._compiled[key] = compiled
        return compiled


def _pad_lists(parameters: Parameters) -> dict[str, Any]:
    """The parameters with lists of 1, 2, 4, 8, … values, the last one repeated: a statement has one
    SQL text for each length, and drivers and databases keep a limited number of texts."""
    padded: dict[str, Any] = {}
    for name, value in parameters.items():
        padded[name] = value
        if isinstance(value, list | tuple) and value:
            length = 1 << (len(value) - 1).bit_length()
            padded[name] = [*value, *[value[-1]] * (length - len(value))]
    return padded


@dataclass(frozen=True)
class _Compiled:
    """The SQL of a statement for lists of certain lengths.

    `constants` are the values of the statement itself, as the driver takes them; `order` are the
    names of all values, None if the driver takes them by name. `expansion` has the names of the
    values of a list."""

    sql: str
    constants: Mapping[str, Any]
    order: Sequence[str] | None
    expansion: Mapping[str, Sequence[str]]
    processors: Mapping[str, Processor]
    row_type: Any
    column_processors: Sequence[tuple[int, Processor]]

    def bind(self, parameters: Parameters) -> Any:
        """The values as the driver takes them."""
        values = dict(self.constants)
        for name, value in parameters.items():
            names = self.expansion.get(name)
            process = self.processors.get(name)
            if names is None:
                values[name] = value if process is None else process(value)
                continue
            if process is not None:
                value = map(process, value)
            values.update(zip(names, value, strict=True))
        if self.order is None:
            return values
        return [values[name] for name in self.order]

    def make_rows(self, rows: Sequence[Any]) -> list[Any]:
        """The driver's rows with the Python values of their types."""
        make_row = self.row_type._make
        if not self.column_processors:
            return list(map(make_row, rows))
        processed = []
        for row in rows:
            values = list(row)
            for position, process in self.column_processors:
                values[position] = process(values[position])
            processed.append(make_row(values))
        return processed


def _compile(
    select: Select[*tuple[Any, ...]], dialect: Dialect, parameters: Parameters
) -> _Compiled:
    compiler = select.compile(dialect=dialect)
    assert isinstance(compiler, SQLCompiler)
    state = compiler.construct_expanded_state(parameters)
    columns = list(select.selected_columns)
    column_processors = []
    for position, column in enumerate(columns):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            column_processors.append((position, process))
    processors = {}
    for parameter, name in compiler.bind_names.items():
        process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if process is not None:
            processors[name] = process
    constants = {}
    for name in compiler.bind_names.values():
        # A value that SQLAlchemy writes into the SQL, as a separator, is no parameter of it.
        if name not in parameters and name in state.parameters:
            value = state.parameters[name]
            constants[name] = processors[name](value) if name in processors else value
    return _Compiled(
        state.statement,
        constants,
        state.positiontup,
        state.parameter_expansion,
        processors,
        namedtuple("Row", [str(column.key) for column in columns], rename=True),
        column_processors,
    )
