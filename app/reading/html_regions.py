"""Which parts of a page are not its text: navigation, footnotes, contents and what is not shown."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.reading.blocks import Reason

# Elements without text of the page, or whose text is not shown.
NOT_SHOWN = frozenset(
    (
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "map",
        "button",
        "select",
        "textarea",
        "datalist",
        "dialog",
        "progress",
        "meter",
    )
)
_REGIONS = {"nav": Reason.NAVIGATION, "footer": Reason.PAGE_FURNITURE}
_ROLES = {
    "navigation": Reason.NAVIGATION,
    "search": Reason.NAVIGATION,
    "banner": Reason.PAGE_FURNITURE,
    "contentinfo": Reason.PAGE_FURNITURE,
    "doc-toc": Reason.CONTENTS,
    "doc-endnotes": Reason.FOOTNOTE,
    "doc-footnote": Reason.FOOTNOTE,
}
# What authors and generators of pages call these regions, as whole parts of a class or id.
_NAMES = {
    "toc": Reason.CONTENTS,
    "tocsection": Reason.CONTENTS,
    "table-of-contents": Reason.CONTENTS,
    "breadcrumb": Reason.NAVIGATION,
    "breadcrumbs": Reason.NAVIGATION,
    "navbar": Reason.NAVIGATION,
    "navigation": Reason.NAVIGATION,
    "pagination": Reason.NAVIGATION,
    "pager": Reason.NAVIGATION,
    "prev-next": Reason.NAVIGATION,
    "prev-next-bottom": Reason.NAVIGATION,
    "skip-link": Reason.NAVIGATION,
    "sidebar": Reason.NAVIGATION,
    "topbar": Reason.NAVIGATION,
    "footnote": Reason.FOOTNOTE,
    "footnotes": Reason.FOOTNOTE,
    "footnote-list": Reason.FOOTNOTE,
    "endnotes": Reason.FOOTNOTE,
    "cookie-banner": Reason.PAGE_FURNITURE,
    "site-header": Reason.PAGE_FURNITURE,
    "site-footer": Reason.PAGE_FURNITURE,
}
_NEVER_REGIONS = frozenset(("html", "body", "main", "article", "h1", "a", "sup", "span"))
_FOOTNOTE_ID = re.compile(r"(?:fn|footnote|endnote|_ftn|_edn|cite_note)[-_:.]?\d+[\w-]*")
_BACK_TARGET = re.compile(
    r"#(?:fnref|fn-?ref|footnote-(?:ref|source)|_ftnref|_ednref|cite_ref)"
)
_NOTE_TARGET = re.compile(r"#(?:fn|footnote|endnote|_ftn|_edn|cite_note|note)")
_NOTE_CLASS = re.compile(r"(?:foot|end)note|noteref|reference")
# A mark that is no word of the text: [1], (a), *, †.
_NOTE_MARK = re.compile(r"\s*[\[(]*(?:\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})[\])]*\s*")
_ANCHOR_SIGNS = frozenset(("¶", "#", "§", "🔗", "\uf0c1"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


class Regions:
    """What is left out of one page."""

    def __init__(self, page: LexborHTMLParser) -> None:
        mains = page.css("main") or page.css("[role=main]")
        self._main_ids: set[int] = set()
        self._around_main: set[int] = set()
        if len(mains) != 1:
            mains = page.css("article")
        if len(mains) == 1:
            self._main_ids.add(mains[0].mem_id)
            parent = mains[0].parent
            while parent is not None:
                self._around_main.add(parent.mem_id)
                parent = parent.parent

    def find_reason(self, node: LexborNode) -> Reason | None:
        """Why an element and all within it are left out; None if they are not.

        Where a page marks its main part, all around it is navigation."""
        if self._around_main and node.mem_id in self._around_main:
            return None
        if self._main_ids:
            parent = node.parent
            is_beside = parent is not None and parent.mem_id in self._around_main
            if is_beside and node.mem_id not in self._main_ids:
                return find_named_reason(node) or Reason.NAVIGATION
        return find_named_reason(node)


def find_named_reason(node: LexborNode) -> Reason | None:
    """Why an element is left out by its tag, role, class or identifier."""
    tag = node.tag
    if tag in _REGIONS:
        return _REGIONS[tag]
    attributes = node.attributes
    if not attributes:
        return None
    role = attributes.get("role")
    if role in _ROLES:
        return _ROLES[role]
    identifier = attributes.get("id") or ""
    if tag in ("li", "p") and _FOOTNOTE_ID.fullmatch(identifier):
        return Reason.FOOTNOTE
    if tag in _NEVER_REGIONS:
        return None
    names = (attributes.get("class") or "").split()
    for name in [*names, identifier]:
        reason = _NAMES.get(name.lower())
        if reason is not None and node.css_first("main, article, h1") is None:
            return reason
    return None


def is_shown(node: LexborNode) -> bool:
    """Whether a browser shows the text of the element to a reader."""
    if node.tag in NOT_SHOWN:
        return False
    attributes = node.attributes
    if not attributes:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return False
    return _HIDDEN_STYLE.search(attributes.get("style") or "") is None


def is_note_mark(node: LexborNode) -> bool:
    """Whether a link or raised text is the mark of a footnote, or the sign of an anchor: they are
    not words of the text."""
    text = node.text()
    if len(text) > 8:
        return False
    address = node.attributes.get("href") or ""
    if node.tag == "sup":
        link = node.css_first("a")
        return link is not None and _is_note_link(link, text, is_raised=True)
    if node.tag != "a" or "#" not in address:
        return False
    is_anchor = text.strip() in _ANCHOR_SIGNS
    return is_anchor or _is_note_link(node, text, is_raised=False)


def _is_note_link(
    link: LexborNode,
    text: str,
    *,
    is_raised: bool,
) -> bool:
    address = link.attributes.get("href") or ""
    if not address.startswith("#") or not _NOTE_MARK.fullmatch(text):
        return False
    names = f"{link.attributes.get('class') or ''} {link.attributes.get('role') or ''}"
    is_named = _NOTE_CLASS.search(names) is not None
    return is_raised or is_named or _NOTE_TARGET.match(address) is not None


def begins_footnote(node: LexborNode) -> bool:
    """Whether a paragraph begins with a link back to the place that its note belongs to."""
    first = node.child
    while first is not None and first.is_text_node and not (first.text_content or "").strip():
        first = first.next
    if first is None or first.tag != "a":
        return False
    address = first.attributes.get("href") or ""
    return _BACK_TARGET.match(address) is not None
