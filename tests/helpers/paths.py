"""Files of the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

SEED = ROOT / "data" / "seed.json"
# Real documents for developing, which are not in the repository.
DRAFTING = ROOT.parent / "shared" / "drafting" / "documents"
