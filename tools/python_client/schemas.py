"""JSON schemas of OpenAPI as types of Python."""

import keyword
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tools.python_client.text import docstring, indent

Json = dict[str, Any]

SCALARS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
REFERENCE = "#/components/schemas/"
# Names that the generated modules import from elsewhere.
RESERVED = frozenset({"Any", "Body", "Literal", "Operation", "TypedDict"})


class Types:
    """Writes types of Python. Sets of values that have one name everywhere are written once."""

    def __init__(self, document: Json) -> None:
        self.schemas: Json = document["components"]["schemas"]
        self._aliases = _name_values(document)

    def write_module(self) -> Iterator[str]:
        """The lines of a module with every schema."""
        for values, name in sorted(self._aliases.items(), key=lambda item: item[1]):
            yield f"{name} = {_write_literal(values)}"
        for name, schema in self.schemas.items():
            yield ""
            yield from self._write_class(name, schema)

    def write(self, schema: Json) -> str:
        """The annotation of a value."""
        if "$ref" in schema:
            return str(schema["$ref"]).removeprefix(REFERENCE)
        if "anyOf" in schema:
            return self._write_union(schema["anyOf"])
        if "enum" in schema or "const" in schema:
            values = list_values(schema)
            return self._aliases.get(values) or _write_literal(values)
        match schema.get("type"):
            case "array":
                return f"list[{self.write(schema.get('items', {}))}]"
            case "object":
                return f"dict[str, {self._write_member(schema)}]"
            case str(scalar):
                return SCALARS[scalar]
        return "Any"

    def _write_union(self, schemas: list[Json]) -> str:
        # Schemas that differ in bounds only are the same type.
        alternatives: dict[str, None] = {}
        for schema in schemas:
            nested = schema.get("anyOf", [schema])
            alternatives |= dict.fromkeys(self.write(alternative) for alternative in nested)
        return "Any" if "Any" in alternatives else " | ".join(alternatives)

    def _write_member(self, schema: Json) -> str:
        """The type of the values of an object whose names are not fixed."""
        patterns = list(schema.get("patternProperties", {}).values())
        members = schema.get("additionalProperties")
        if patterns:
            return self._write_union(patterns)
        return self.write(members) if isinstance(members, dict) else "Any"

    def _write_class(self, name: str, schema: Json) -> Iterator[str]:
        properties: Json = schema.get("properties", {})
        if not properties:
            yield f"{name} = {self.write(schema)}"
            return
        required = schema.get("required", ())
        fields = {}
        for field, value in properties.items():
            annotation = self.write(value)
            fields[field] = annotation if field in required else f"NotRequired[{annotation}]"
        if any(keyword.iskeyword(field) for field in fields):
            yield from _write_with_keywords(name, fields)
            return
        yield f"class {name}(TypedDict):"
        yield from indent(docstring(schema.get("description", "")))
        for field, annotation in fields.items():
            yield f"    {field}: {annotation}"
            yield from indent(docstring(properties[field].get("description", "")))


def _write_with_keywords(name: str, fields: dict[str, str]) -> Iterator[str]:
    """A class whose fields have names that Python keeps for itself, such as `from`."""
    yield f"{name} = TypedDict("
    yield f'    "{name}",'
    yield "    {"
    for field, annotation in fields.items():
        yield f'        "{field}": {annotation},'
    yield "    },"
    yield ")"


def list_values(schema: Json) -> tuple[Any, ...]:
    """The values of an enumeration."""
    return tuple(schema["enum"]) if "enum" in schema else (schema["const"],)


def _write_literal(values: tuple[Any, ...]) -> str:
    return f"Literal[{', '.join(map(repr, values))}]"


def _name_values(document: Json) -> dict[tuple[Any, ...], str]:
    """Names for the enumerations that are used more than once, by the property that has them."""
    names: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    uses: Counter[tuple[Any, ...]] = Counter()
    for name, values in _find_enumerations(document, ""):
        names[values].add(name)
        uses[values] += 1
    taken = {*RESERVED, *document["components"]["schemas"]}
    aliases: dict[tuple[Any, ...], str] = {}
    for values, count in uses.most_common():
        alias = sorted(names[values])[0].title().replace("_", "")
        # Of several enumerations of one name, the one that is used most has it.
        if count > 1 and len(names[values]) == 1 and alias not in taken:
            aliases[values] = alias
            taken.add(alias)
    return aliases


def _find_enumerations(node: Any, name: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each enumeration with the property or parameter that it belongs to."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield name, list_values(node)
        for child_name, child in _list_children(node, name):
            yield from _find_enumerations(child, child_name)
    elif isinstance(node, list):
        for child in node:
            yield from _find_enumerations(child, name)


def _list_children(node: Json, name: str) -> Iterator[tuple[str, Any]]:
    """What an object of the document contains, with the property or parameter that it is about."""
    for key, child in node.items():
        if key == "properties":
            yield from child.items()
        elif key not in ("examples", "default"):
            yield node.get("name", name), child
