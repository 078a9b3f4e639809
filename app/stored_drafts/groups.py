"""Claims of a draft that are decided on together: those of a section, a table or a rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.errors import InvalidRequest
from app.stored_drafts.queue import Queue, QueuedProposal
from app.stored_drafts.texts import DraftText

GroupKind = Literal["section", "table", "rule"]
KINDS: tuple[GroupKind, ...] = get_args(GroupKind)
# Between the headings of a section; U+001F is in no heading that a file was read to have.
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Group:
    """Claims that have something in common. `key` names the group among those of its kind."""

    kind: GroupKind
    key: str
    claims: tuple[QueuedProposal, ...]

    @property
    def undecided(self) -> list[QueuedProposal]:
        """The claims that nobody has decided on."""
        return [claim for claim in self.claims if not claim.is_decided]

    @property
    def acceptable(self) -> list[QueuedProposal]:
        """The undecided claims without a doubt: only these are accepted together."""
        return [claim for claim in self.undecided if not claim.doubts]


def list_groups(
    queue: Queue,
    text: DraftText,
    kind: GroupKind,
) -> list[Group]:
    """The groups of a kind, in the order of the text."""
    claims: dict[str, list[QueuedProposal]] = {}
    for claim in sorted(queue.claims, key=lambda claim: (claim.start, claim.number)):
        key = _find_key(claim, text, kind)
        if key is not None:
            claims.setdefault(key, []).append(claim)
    return [Group(kind, key, tuple(members)) for key, members in claims.items()]


def find_group(
    queue: Queue,
    text: DraftText,
    kind: str,
    key: str,
) -> Group:
    """One group. Raises InvalidRequest if the draft has none with this kind and key."""
    for known_kind in KINDS:
        if known_kind != kind:
            continue
        for group in list_groups(queue, text, known_kind):
            if group.key == key:
                return group
    raise InvalidRequest(f"The draft has no {kind[:20]} {key[:80]!r}. Read the groups again.")


def count_together(
    proposal: QueuedProposal,
    queue: Queue,
    text: DraftText,
) -> Iterator[tuple[GroupKind, int]]:
    """How many undecided claims are in the groups of a claim, where there are several."""
    counts: dict[GroupKind, int] = dict.fromkeys(KINDS, 0)
    table = text.table_at(proposal.start)
    start, end = text.tables[table] if table is not None else (0, 0)
    for claim in queue.undecided:
        counts["section"] += claim.section == proposal.section
        counts["table"] += start <= claim.start < end
        counts["rule"] += claim.rule == proposal.rule
    for kind, count in counts.items():
        if count > 1:
            yield kind, count


def _find_key(
    claim: QueuedProposal,
    text: DraftText,
    kind: GroupKind,
) -> str | None:
    match kind:
        case "section":
            return join_section(claim.section)
        case "table":
            table = text.table_at(claim.start)
            return str(table) if table is not None else None
        case "rule":
            return claim.rule


def join_section(section: Sequence[str]) -> str:
    """The headings of a section as one key."""
    return _SEPARATOR.join(section)
