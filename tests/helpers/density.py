"""How dense is code? Tokens per line, vague names, and expressions within expressions."""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Pronouns, participles and quantities: names that do not say what they hold.
_VAGUE = """
found some one ones few mine each other others kept said asked given made told most least more what
known wanted shown seen rest named come gone own meant meets besides beyond then whole apart alone
fits good many whose who where twice near tried taken counted weighed marked chosen wrong found_
then_
"""
VAGUE_NAMES = frozenset(_VAGUE.split())
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTED = (ast.Module, ast.ClassDef, *FUNCTIONS)
LAYOUT = frozenset(
    {
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.COMMENT,
        tokenize.ENDMARKER,
    }
)


class Source:
    """A Python file: its text, syntax tree and counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        self.tokens, self.code_lines = self._count_tokens()

    def _count_tokens(self) -> tuple[int, int]:
        """Tokens, and lines that hold any; docstrings and comments are neither."""
        docstrings = {line for node in ast.walk(self.tree) for line in _docstring_lines(node)}
        number = 0
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type in LAYOUT or token.start[0] in docstrings:
                continue
            number += 1
            lines.update(range(token.start[0], token.end[0] + 1))
        return number, len(lines)

    @property
    def density(self) -> float:
        """Tokens per code line."""
        return self.tokens / max(1, self.code_lines)

    def bindings(self) -> Iterator[str]:
        """Names that are assigned or are parameters; not those of a comprehension on one line."""
        ignored = ("self", "cls", "_")
        short = _names_of_short_comprehensions(self.tree)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.arg) and node.arg not in ignored:
                yield node.arg
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Store):
                continue
            if node.id not in ignored and id(node) not in short:
                yield node.id

    def counts(self) -> Counter[str]:
        """Functions, comprehensions and conditional expressions."""
        counts: Counter[str] = Counter()
        for node in ast.walk(self.tree):
            counts["functions"] += isinstance(node, FUNCTIONS)
            counts["comprehensions"] += isinstance(node, COMPREHENSIONS)
            counts["conditional expressions"] += isinstance(node, ast.IfExp)
        return counts

    def overfull_statements(self) -> Iterator[str]:
        """Statements with more than two comprehensions or conditional expressions, and conditional
        expressions that are statements themselves."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.stmt):
                continue
            expressions = [part for part in _own_expressions(node) if _is_nested_logic(part)]
            is_bare = isinstance(node, ast.Expr) and isinstance(node.value, ast.IfExp)
            if len(expressions) > 2 or is_bare:
                yield f"{self.path}:{node.lineno}"


def _docstring_lines(node: ast.AST) -> Iterator[int]:
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def _names_of_short_comprehensions(tree: ast.AST) -> set[int]:
    names: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, COMPREHENSIONS) and node.lineno == node.end_lineno:
            names.update(id(part) for part in ast.walk(node) if isinstance(part, ast.Name))
    return names


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, without those of the statements within it."""
    pending = list(ast.iter_child_nodes(statement))
    while pending:
        node = pending.pop()
        if not isinstance(node, ast.stmt):
            yield node
            pending.extend(ast.iter_child_nodes(node))


def _is_nested_logic(node: ast.AST) -> bool:
    return isinstance(node, (*COMPREHENSIONS, ast.IfExp))


def _is_ours(path: Path) -> bool:
    """Whether it is no file of a package that the project has installed in a folder of its own."""
    return not any(part == "node_modules" or part == ".cache" for part in path.parts)


def read_sources(folder: Path) -> list[Source]:
    """The Python files of a folder, by path."""
    paths = [path for path in folder.rglob("*.py") if _is_ours(path)]
    return [Source(path) for path in sorted(paths)]
