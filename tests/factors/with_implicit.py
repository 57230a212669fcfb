"""Fits implicit's ALS to interactions and writes what `usher pack` takes.

    with_implicit.py interactions.csv OUT

writes users.npy, items.npy, users.txt and items.txt to OUT; the same as users.parquet and
items.parquet, with lists of factors, and as users-wide.parquet and items-wide.parquet, with a
column for each factor; and implicit's own five best unseen items of each user to best.json.
"""

import csv
import json
import sys

import implicit
import numpy
import pyarrow
import pyarrow.parquet
import scipy.sparse

interactions, out = sys.argv[1:]
with open(interactions, newline="") as file:
    pairs = [(row["user_id"], row["item_id"]) for row in csv.DictReader(file)]
# Any order of rows will do, as long as the ids are written in the same one.
users, items = (list(dict.fromkeys(side)) for side in zip(*pairs))
row_of_user, row_of_item = ({id: row for row, id in enumerate(ids)} for ids in (users, items))
rows = [row_of_user[user] for user, _ in pairs]
columns = [row_of_item[item] for _, item in pairs]
ones = numpy.ones(len(pairs), dtype=numpy.float32)
likes = scipy.sparse.csr_matrix((ones, (rows, columns)), shape=(len(users), len(items)))

model = implicit.als.AlternatingLeastSquares(factors=8, iterations=15, num_threads=1, random_state=1)
model.fit(likes, show_progress=False)

for name, ids, factors in [("users", users, model.user_factors), ("items", items, model.item_factors)]:
    numpy.save(f"{out}/{name}.npy", factors)
    with open(f"{out}/{name}.txt", "w") as file:
        file.writelines(f"{id}\n" for id in ids)
    lists = pyarrow.table({"id": ids, "features": list(factors)})
    pyarrow.parquet.write_table(lists, f"{out}/{name}.parquet", compression="zstd")
    columns = {f"{name}_id": ids} | {f"{place}": column for place, column in enumerate(factors.T)}
    pyarrow.parquet.write_table(pyarrow.table(columns), f"{out}/{name}-wide.parquet")
best, _ = model.recommend(range(len(users)), likes, N=5, filter_already_liked_items=True)
with open(f"{out}/best.json", "w") as file:
    json.dump({user: [items[row] for row in rows] for user, rows in zip(users, best)}, file)
