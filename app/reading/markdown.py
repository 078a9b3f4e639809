"""Reads Markdown: it becomes HTML, and one reader reads HTML.

CommonMark, with tables, footnotes, definition lists and front matter."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from app.reading.blocks import BlockKind, Reason
from app.reading.failures import CannotRead
from app.reading.html import read_html
from app.reading.html_reader import SOFT_BREAK
from app.reading.parts import Page, Part, leave_out
from app.reading.words import Words

# The attributes that kramdown and its generators allow, `{:.button}`, and addresses of templates.
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}")
_TEMPLATE_ADDRESS = re.compile(r"(?<=\]\()\{\{[^{}\n]*\}\}")
_TEMPLATE = re.compile(r"(?:\{%[^{}]*%\}\s*|\{\{[^{}]*\}\}\s*)+")
# Where a box begins or ends, in dialects that have them: `:::`, `:::tip`, `::: {note}`.
_BOX_MARK = re.compile(r"^ {0,3}:{3,} *(?:[\w-]+|\{[^{}\n]*\})? *$", re.MULTILINE)
_FIELD = re.compile(r"(?P<name>title|lang|language)\s*:\s*(?P<value>.+)", re.IGNORECASE)
# A longer line above `---` is the sentence before the end of a page, and no heading.
_MAX_UNDERLINED_CHARACTERS = 100
# Of the parser: a list and its item are two levels. Each takes some of Python's stack.
_MAX_LEVEL = 100
_TAGS = {"heading_open": "paragraph_open", "heading_close": "paragraph_close"}


def read_markdown(source: str) -> Page:
    """The parts of a text in Markdown. Raises CannotRead for one that is nested too deeply."""
    source = _TEMPLATE_ADDRESS.sub("", source)
    source = _ATTRIBUTES.sub("", source)
    source = _BOX_MARK.sub("", source)
    parser = _make_parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(source, environment)
    _refuse_deep(tokens)
    _correct_headings(tokens)
    html = parser.renderer.render(tokens, parser.options, environment)
    page = read_html(f"<!doctype html><body>{html}")
    front_matter = _find_front_matter(tokens)
    fields: dict[str, str] = {}
    parts = []
    for line in front_matter.splitlines():
        match = _FIELD.match(line)
        if match is not None:
            fields.setdefault(match["name"].lower(), match["value"].strip().strip("\"'"))
        words = Words(" ".join(line.split()))
        parts.append(Part(BlockKind.LEFT_OUT, words, reason=Reason.FRONT_MATTER))
    language = fields.get("lang") or fields.get("language")
    for part in page.parts:
        is_template = _TEMPLATE.fullmatch(part.words.text) is not None
        parts.append(leave_out(part, Reason.CODE) if is_template else part)
    return Page(parts, language, fields.get("title"))


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_LEVEL})
    parser.enable(["table", "strikethrough"])
    # Documents of this kind hold no programs: what is indented is a paragraph, often an item `a.`.
    parser.disable("code")
    parser.add_render_rule("softbreak", _render_soft_break)
    parser.use(front_matter_plugin)
    parser.use(footnote_plugin)
    parser.use(deflist_plugin)
    return parser


def _refuse_deep(tokens: list[Token]) -> None:
    """The parser leaves out what is nested deeper than its limit, and does not say so."""
    level = max((token.level for token in tokens), default=0)
    if level >= _MAX_LEVEL - 1:
        depth = _MAX_LEVEL // 2
        raise CannotRead(
            f"has lists or quotations nested {depth} deep, and what stands below would be lost. "
            "Nest them less."
        )


def _render_soft_break(*_: object) -> str:
    return f"<br {SOFT_BREAK}>"


def _find_front_matter(tokens: list[Token]) -> str:
    if tokens and tokens[0].type == "front_matter":
        return tokens[0].content
    return ""


def _correct_headings(tokens: list[Token]) -> None:
    """Make a paragraph again of a sentence that `---` below it made a heading (CommonMark §4.3)."""
    for index, token in enumerate(tokens):
        is_underlined = token.type == "heading_open" and token.markup in ("-", "=")
        if not is_underlined or _is_heading(tokens[index + 1].content):
            continue
        for corrected in (token, tokens[index + 2]):
            corrected.type = _TAGS[corrected.type]
            corrected.tag = "p"


def _is_heading(words: str) -> bool:
    words = words.strip().rstrip("*_ ")
    if "\n" in words or len(words) > _MAX_UNDERLINED_CHARACTERS:
        return False
    return not words.endswith((".", ",", ";", "。", "…"))
