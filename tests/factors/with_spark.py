"""Fits Spark's ALS to interactions and writes what `usher pack` takes.

    with_spark.py interactions.csv OUT

writes the folders users.parquet and items.parquet to OUT, and Spark's own five best unseen
items of each user to best.json. `spark` beside this file is what it wrote with Spark 4.3.0,
and the interactions with it.
"""

import csv
import json
import sys

from pyspark.ml.feature import IndexToString, StringIndexer
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

interactions, out = sys.argv[1:]
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
with open(interactions, newline="") as file:
    pairs = [(row["user_id"], int(row["item_id"])) for row in csv.DictReader(file)]
likes = spark.createDataFrame([(*pair, 1.0) for pair in pairs], ["user_id", "item_id", "rating"])

# Spark wants whole numbers: the users' ids are none, the items' are.
indexer = StringIndexer(inputCol="user_id", outputCol="user").fit(likes)
als = ALS(rank=8, implicitPrefs=True, userCol="user", itemCol="item_id", ratingCol="rating", seed=1)
model = als.fit(indexer.transform(likes))

name = IndexToString(inputCol="id", outputCol="name", labels=indexer.labels)
users = name.transform(model.userFactors).select("name", "features")
users.coalesce(2).write.parquet(f"{out}/users.parquet")
model.itemFactors.coalesce(2).write.parquet(f"{out}/items.parquet")

seen = set(pairs)
best = {}
for user, items in model.recommendForAllUsers(41).collect():
    user = indexer.labels[user]
    unseen = [item.item_id for item in items if (user, item.item_id) not in seen]
    best[user] = [str(item) for item in unseen[:5]]
with open(f"{out}/best.json", "w") as file:
    json.dump(best, file)
