"""One construct of every kind that has a backing, each used for reading and for writing."""

import os
from typing import Annotated

import redis
from blinker import signal
from fastapi import Body, FastAPI
from redis.cluster import ClusterNode
from sqlalchemy import create_engine, text

# @klotho::persist { id = "sessions" }
sessions = redis.Redis(host="localhost", port=6379)

# @klotho::persist { id = "ranks" }
ranks = redis.RedisCluster(startup_nodes=[ClusterNode("localhost", 7000)])

# @klotho::persist { id = "ledger" }
engine = create_engine("sqlite:///ledger.db")

# @klotho::persist { id = "limits" }
limits: dict[str, int] = {}

# @klotho::config { id = "token", secret = true }
TOKEN = os.environ["TOKEN"]

# @klotho::pubsub { id = "news" }
said = signal("said")


def signing_key() -> str:
    # @klotho::persist { id = "signing-key", secret = true }
    with open("signing.key", encoding="utf-8") as file:
        return file.read()


def letter(name: str) -> str:
    # @klotho::persist { id = "letters" }
    with open(f"letters/{name}", encoding="utf-8") as file:
        return file.read()


def keep(name: str, body: str) -> None:
    # @klotho::persist { id = "letters" }
    with open(f"letters/{name}", "w", encoding="utf-8") as file:
        file.write(body)


@said.connect
def remember(_: object, name: str) -> None:
    sessions.incr(f"said:{name}")


# @klotho::schedule { id = "forget", rate = "10 minutes" }
def forget() -> None:
    sessions.delete("visits")


# @klotho::expose { id = "gateway", target = "public" }
app = FastAPI()


@app.put("/letters/{name}")
def write(name: str, body: Annotated[str, Body()]) -> int:
    keep(name, body)
    ranks.incr(name)
    limits[name] = len(body)
    said.send(None, name=name)
    with engine.begin() as connection:
        connection.execute(text("insert into letters values (:name)"), {"name": name})
    return sessions.incr("visits")


@app.get("/letters/{name}")
def read(name: str) -> dict:
    with engine.begin() as connection:
        count = connection.execute(text("select count(*) from letters")).scalar()
    here = limits.get(name)
    return {"text": letter(name), "of": count, "limit": here, "rank": ranks.get(name), "signed": signing_key() + TOKEN}
