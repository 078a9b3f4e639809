"""JSON schemas of OpenAPI as types of Python."""

import keyword
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


class Types:
    """Writes the schemas of a document as types of Python."""

    def __init__(self, document: Json) -> None:
        self.schemas: Json = document["components"]["schemas"]

    def write_module(self) -> Iterator[str]:
        """The lines of a module with every schema."""
        for name, schema in self.schemas.items():
            yield ""
            yield from self._write_class(name, schema)

    def resolve(self, schema: Json) -> Json:
        """The schema that this one refers to, or itself."""
        if "$ref" not in schema:
            return schema
        resolved: Json = self.schemas[schema["$ref"].removeprefix(REFERENCE)]
        return resolved

    def write(self, schema: Json) -> str:
        """The annotation of a value."""
        if "$ref" in schema:
            return str(schema["$ref"]).removeprefix(REFERENCE)
        if "anyOf" in schema:
            return self._write_union(schema["anyOf"])
        if "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
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
            yield from docstring(schema.get("description", ""))
            return
        required = schema.get("required", ())
        fields = {}
        for field, value in properties.items():
            annotation = self.write(value)
            fields[field] = annotation if field in required else f"NotRequired[{annotation}]"
        if any(keyword.iskeyword(field) or not field.isidentifier() for field in fields):
            yield from _write_with_keywords(name, fields)
            return
        yield f"class {name}(TypedDict):"
        yield from indent(docstring(schema.get("description", "")))
        for field, annotation in fields.items():
            yield f"    {field}: {annotation}"
            yield from indent(docstring(properties[field].get("description", "")))


def _write_with_keywords(name: str, fields: dict[str, str]) -> Iterator[str]:
    """A class whose fields have names that are none in Python, such as `from` and `service-doc`."""
    yield f"{name} = TypedDict("
    yield f'    "{name}",'
    yield "    {"
    for field, annotation in fields.items():
        # As text: the types of the fields may come later in the module.
        yield f'        "{field}": {annotation!r},'
    yield "    },"
    yield ")"
