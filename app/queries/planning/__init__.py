"""How the records of a list are found.

    request            ?office=nist&focus_area=training&sort=title&limit=20
       |
       v               app.queries.filters: names become slugs
    filters            {"office": ["nist"], "focus_area": ["training", "courses"]}
       |
       v               conditions.py: one for each filter, as the catalogue declares it
    conditions         [IndexedCondition, IndexedCondition]
       |
       v               plan.py: how is a record found that meets all of them?
     plan ------------------+---------------------------+
       |                    |                           |
    "driver"             "order"                    "database"
    fetch the matches    walk the sort index and    the database decides:
    of one condition,    check each record until    PostgreSQL, or SQLite
    check the others,    the page is full           without an indexed
    sort                                            condition
       |                    |                           |
       v                    v                           v
    branches           conditions that hold together; a record is in one branch at most
       |
       +--> count      up to 10,001 rows, every row, or none
       |
       +--> page       the slugs that follow the cursor (app.queries.paging)
              |
              v
             log       their current snapshots, as JSON (app.queries.loading)

PostgreSQL keeps statistics of how frequent each value is and chooses well by itself. SQLite does
not know that one office has three records and another has half of the base, and would start from
either. So the records that meet each indexed condition are counted, which costs little: counting
stops at 10,001. The condition that fewest records meet is the driver. The others are written as
checks that no index serves, so that SQLite cannot start from them. If more than 5,000 records meet
all of the conditions, to sort them would take longer than to read records in the order of the list
until the page is full; then all conditions are checks.

A filter of time is a union of index ranges, one for each class of length, of which a record is in
one. Each range becomes a branch with an ORDER BY and a LIMIT of its own, and the page merges them:
one statement with OR would read and sort all of the matches.

Facets and crosstabs count the same records: driven.py finds them by the driver, and a search whose
words match few records finds those once for all of its facets (app.queries.matches).

To build a statement takes longer than to run it. Filters that differ in their values only share
their statements, which have bound parameters in the place of the values (statements.py). A search,
a filter such as `has_timeline`, and a focus area that covers more slugs than a statement can take
build theirs each time.
"""
