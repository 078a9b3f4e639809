# An analyst's notebook as a script; each `# %%` begins a cell.
#
#     pip install 'communique-client[plot]'
#     python analyst.py http://localhost:8000 recommended.png

# %% The server, and how many claims it has of each type.
import sys

from communique_client import Client, frame

client = Client(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
claims = frame(
    client.iter_search(
        type=["initiative", "expected_outcome", "timeline_item"], sort="slug", limit=200
    )
)
# An outcome with two timeline items has a row for each; here every claim counts once.
claims = claims.drop_duplicates(["type", "slug"])
print(claims.groupby("type").size().to_string(), end="\n\n")

# %% Who claims what about counter-terrorism, and where does it say so?
about = frame(client.iter_search(focus_area="Counter-terrorism"))
print(about[["type", "modality", "text", "exact"]].to_string(index=False), end="\n\n")

# %% Every focus area by how sure its claims are. A claim with two focus areas counts in both.
by_area = (
    claims.explode("focus_area_slugs")
    .groupby(["focus_area_slugs", "modality"])
    .size()
    .unstack(fill_value=0)
)
print(by_area.to_string(), end="\n\n")

# %% What is only recommended: no claim of the focus area says more than "should".
only_recommended = by_area[by_area.drop(columns="recommended").sum(axis="columns") == 0]
print("Only recommended:", ", ".join(only_recommended.index) or "nothing", end="\n\n")

# %% One plot: the focus areas with the most recommendations at the top.
try:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot
except ImportError:
    sys.exit("There is no plot without matplotlib: pip install 'communique-client[plot]'")

file = sys.argv[2] if len(sys.argv) > 2 else "recommended.png"
bars = by_area.sort_values("recommended").plot.barh(stacked=True, figsize=(9, 6), width=0.8)
bars.set(title="Claims by focus area and modality", xlabel="claims", ylabel="")
bars.legend(loc="lower right")
pyplot.tight_layout()
pyplot.savefig(file, dpi=150)
print(f"The plot is {file}.")
client.close()
