"""Writes the generated modules of the Python client: `python -m tools.python_client`.

They are made from `openapi.json`, the errors of the server, and the client for asyncio. With
`--check` it writes nothing, and fails if a module is not what these say.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from tools.python_client.blocking import write_blocking
from tools.python_client.methods import STYLES, write_methods
from tools.python_client.operations import list_operations, write_options
from tools.python_client.problems import write_problems
from tools.python_client.schemas import Types
from tools.python_client.text import indent

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "clients" / "python" / "communique_client"

PROBLEMS_HEADER = """
from communique_client.errors import (
    KINDS, CommuniqueError, Problem, UnexpectedResponse, Unreachable
)

"""
GENERATED = '"""{} Written by `make clients` from {}; do not edit it."""\n\n'
# `yield from` is an unsafe fix, because a generator may be sent something. These are not.
FIXES = ("--unsafe-fixes", "--select", "F401,I,RUF022,UP028")
SOURCE = "openapi.json"
ASYNC_CLIENT = "async_client.py"
TYPES_HEADER = """
from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

"""
OPTIONS_HEADER = """
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypedDict

from communique_client.messages import IfMatch
"""
CALLS_HEADER = """
from __future__ import annotations

from collections.abc import {style.iterator}
from typing import Any, Literal, TypeVar, Unpack

from communique_client.messages import Body, Call, segment
"""
CALLS_CLASS = """
T = TypeVar("T")


class {style.name}:
    \"""One method for each operation of the API, and one for the items of each list.\"""

    {style.define} _perform(self, call: Call[T]) -> T:
        raise NotImplementedError

    def _iterate(self, call: Call[Any]) -> {style.iterator}[Any]:
        raise NotImplementedError

"""


def write_modules() -> dict[str, str]:
    """The generated modules, by the names of their files."""
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    types = Types(document)
    operations = list_operations(document, types)
    records = "\n".join(types.write_module())
    options = "\n".join(line for operation in operations for line in write_options(operation))
    options = _import_names("types", records, options) + options
    modules = {
        "types.py": GENERATED.format("The schemas of the API.", SOURCE)
        + TYPES_HEADER
        + records,
        "options.py": GENERATED.format("The options of each call.", SOURCE)
        + OPTIONS_HEADER
        + options,
        "problems.py": GENERATED.format("The problems, by their `code`.", "app/errors.py")
        + PROBLEMS_HEADER
        + "\n".join(write_problems()),
        "client.py": GENERATED.format("The client that blocks.", ASYNC_CLIENT)
        + write_blocking(_read(ASYNC_CLIENT)),
    }
    for name, style in STYLES.items():
        lines: list[str] = []
        for operation in operations:
            lines += indent(write_methods(operation, style))
        methods = CALLS_CLASS.format(style=style) + "\n".join(lines)
        modules[name] = GENERATED.format("The calls of the API.", SOURCE)
        modules[name] += CALLS_HEADER.format(style=style)
        modules[name] += _import_names("options", options, methods)
        modules[name] += _import_names("types", records, methods)
        modules[name] += methods
    return {name: _format(text, name) for name, text in modules.items()}


def _read(name: str) -> str:
    return (PACKAGE / name).read_text(encoding="utf-8")


def _import_names(module: str, defining: str, using: str) -> str:
    """The statement that imports what one module defines and another uses."""
    defined = set(re.findall(r"^(?:class )?(\w+)(?= =|\()", defining, re.MULTILINE))
    names = sorted(defined & set(re.findall(r"\b[A-Z]\w+", using)))
    return f"from communique_client.{module} import ({', '.join(names)})\n\n"


def _format(text: str, name: str) -> str:
    """The module as ruff formats it, with its names in order and none that is not used."""
    ruff = [sys.executable, "-m", "ruff"]
    arguments = ["--quiet", "--stdin-filename", str(PACKAGE / name), "-"]
    for command in (["check", "--fix-only", *FIXES], ["format"]):
        finished = subprocess.run(
            [*ruff, *command, *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = finished.stdout
    return text


def main() -> None:
    modules = write_modules()
    if "--check" not in sys.argv:
        for name, text in modules.items():
            (PACKAGE / name).write_text(text, encoding="utf-8")
        return
    stale = [name for name, text in modules.items() if _read(name) != text]
    if stale:
        sys.exit(
            f"{', '.join(stale)}: not what it is made from says. Run `make clients-python`."
        )


if __name__ == "__main__":
    main()
