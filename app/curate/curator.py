"""A curator who is signed in."""

from dataclasses import dataclass

from app.access.principals import SCOPES, Principal
from app.vocabulary import Scope

# What a scope allows, in the words of a page.
RIGHTS: dict[Scope, str] = {
    "read": "may read",
    "write": "may write",
    "admin": "may write and administer",
}


@dataclass(frozen=True)
class Curator:
    """Who is signed in, and what the key allows."""

    principal: Principal

    @property
    def name(self) -> str:
        """The name of the key: the author of what the curator writes."""
        return self.principal.name

    @property
    def key(self) -> str:
        """The public prefix of the key."""
        return self.principal.id

    @property
    def rights(self) -> str:
        """What the key allows."""
        return RIGHTS[self.principal.scope]

    def may(self, scope: Scope) -> bool:
        """Whether the scope of the key covers this one."""
        return SCOPES.index(self.principal.scope) >= SCOPES.index(scope)
