"""The style sheet and the script of the pages of curators."""

from pathlib import Path

from app.pages.assets import Assets, read_files

_ASSETS = Assets(read_files(Path(__file__).parent / "static"))
asset_path = _ASSETS.path
make_asset_routes = _ASSETS.make_routes
