"""The address of a list with its filters, and of lists with one filter more or less."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.pages.frame import Frame

# What belongs to one page, or is added to each link by the frame.
_DROPPED = frozenset({"cursor", "as_of"})


@dataclass(frozen=True)
class ListAddress:
    """The path of a list, and its parameters without `cursor` and `as_of`."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    def values(
        self,
        name: str,
    ) -> list[str]:
        """The values of a parameter."""
        return [value for key, value in self.pairs if key == name]

    def only(
        self,
        name: str,
        value: str,
    ) -> str:
        """The list with this value alone in a filter: as many records as its facet counts."""
        others = [pair for pair in self.pairs if pair[0] != name]
        return self._make([*others, (name, value)])

    def without(
        self,
        name: str,
        value: str,
    ) -> str:
        """The list without one value of a filter."""
        return self._make([pair for pair in self.pairs if pair != (name, value)])

    def page(
        self,
        next_path: str,
    ) -> str:
        """The next page, whose cursor is in the path that the data has for it."""
        cursor = dict(parse_qsl(urlsplit(next_path).query))["cursor"]
        return self._make([*self.pairs, ("cursor", cursor)])

    def query(self, **parameters: str) -> str:
        """The parameters, and further ones."""
        return urlencode([*self.pairs, *parameters.items()])

    def _make(
        self,
        pairs: list[tuple[str, str]],
    ) -> str:
        # `narrower` says how `focus_area` is read, and is refused without it.
        if "focus_area" not in dict(pairs):
            pairs = [pair for pair in pairs if pair[0] != "narrower"]
        if not pairs:
            return self.path
        return f"{self.path}?{urlencode(pairs)}"


def make_address(frame: Frame) -> ListAddress:
    """The address of the list that a page shows."""
    pairs = parse_qsl(frame.query, keep_blank_values=True)
    return ListAddress(frame.path, tuple(pair for pair in pairs if pair[0] not in _DROPPED))
