"""Lists of a web page that are open, and the markers that a browser shows before their items."""

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

_NUMBERED_TYPES = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ROMAN_DIGITS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
# The kind of a list that an item without one is put in.
_NO_LIST = ""


@dataclass
class OpenList:
    """A list that is open; `count` is the number of its last item."""

    number: int
    count: int = 0
    kind: str | None = None
    step: int = 1


@dataclass
class OpenItem:
    """An item that is open; `has_words` once its first words were written."""

    list: OpenList
    level: int
    marker: str
    has_words: bool = False


class OpenLists:
    """The lists and items that are open, the outermost first; `count` lists were opened."""

    def __init__(self) -> None:
        self.count = 0
        self._lists: list[OpenList] = []
        self._items: list[OpenItem] = []

    @property
    def item(self) -> OpenItem | None:
        """The innermost item."""
        return self._items[-1] if self._items else None

    def enter_list(self, node: LexborNode) -> None:
        """Open a list, ordered or not."""
        attributes = node.attributes
        opened = OpenList(self.count)
        if node.tag == "ol":
            opened.kind = attributes.get("type") or "1"
            opened.count = read_number(attributes.get("start"), 1) - 1
            if "reversed" in attributes:
                opened.step = -1
        self.count += 1
        self._lists.append(opened)

    def leave_list(self, _: LexborNode) -> None:
        """Close the innermost list."""
        self._lists.pop()

    def enter_item(self, node: LexborNode) -> None:
        """Open the next item of the innermost list. An item without a list is in one of its own,
        as browsers show it."""
        if not self._lists:
            self.enter_list(node)
            self._lists[-1].kind = _NO_LIST
        opened = self._lists[-1]
        opened.count = read_number(node.attributes.get("value"), opened.count + opened.step)
        marker = _show_marker(opened)
        self._items.append(OpenItem(opened, len(self._lists) - 1, marker))

    def leave_item(self, _: LexborNode) -> None:
        """Close the innermost item."""
        self._items.pop()
        if self._lists[-1].kind == _NO_LIST:
            self._lists.pop()


def read_number(value: str | None, otherwise: int) -> int:
    """The whole number of an attribute; short, so that it is no number beyond all bounds."""
    if value is None:
        return otherwise
    digits = value.strip()
    if len(digits) > 6 or not digits.removeprefix("-").isdecimal():
        return otherwise
    return int(digits)


def _show_marker(opened: OpenList) -> str:
    """The marker of the last item of a list, as a browser shows it."""
    kind = opened.kind
    number = opened.count
    if not kind:
        return "-"
    letters = _NUMBERED_TYPES.get(kind)
    if letters is not None and 1 <= number <= len(letters):
        return f"{letters[number - 1]}."
    if kind in ("i", "I") and 1 <= number < 40:
        roman = _write_roman(number)
        return f"{roman.upper() if kind == 'I' else roman}."
    return f"{number}."


def _write_roman(number: int) -> str:
    digits = ""
    for value, digit in _ROMAN_DIGITS:
        while number >= value:
            digits += digit
            number -= value
    return digits
