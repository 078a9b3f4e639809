"""The errors of the server as classes of the Python client."""

from collections.abc import Iterator

from app.errors import CannotStart, KnowledgeBaseError, UnreadableBundle
from tools.python_client.text import docstring, indent

# Errors of commands, which no response has.
_NOT_SENT = (CannotStart, UnreadableBundle)
_HAND_WRITTEN = ("KINDS", "CommuniqueError", "Problem", "UnexpectedResponse", "Unreachable")


def write_problems() -> Iterator[str]:
    """The lines of the module, without its header."""
    sent = [kind for kind in _list_kinds(KnowledgeBaseError) if kind not in _NOT_SENT]
    names = sorted([*_HAND_WRITTEN, *map(_name, sent)])
    yield f"__all__ = {names}"
    for kind in sent:
        yield ""
        yield f"class {_name(kind)}({_name_parent(kind)}):"
        # The first paragraph: what follows is about the server.
        text = str(kind.__doc__).partition("\n\n")[0]
        yield from indent(docstring(" ".join(text.split())))
        yield f'    code = "{kind.code}"'


def _list_kinds(kind: type[KnowledgeBaseError]) -> Iterator[type[KnowledgeBaseError]]:
    """The class and those below it, each after its parent."""
    yield kind
    for child in kind.__subclasses__():
        # Only errors that the server states, in the order in which it does.
        if child.__module__ == kind.__module__:
            yield from _list_kinds(child)


def _name(kind: type[KnowledgeBaseError]) -> str:
    return "InternalError" if kind is KnowledgeBaseError else kind.__name__


def _name_parent(kind: type[KnowledgeBaseError]) -> str:
    parent = kind.__bases__[0]
    if parent is KnowledgeBaseError or parent in _NOT_SENT or kind is KnowledgeBaseError:
        return "Problem"
    return parent.__name__
