"""The adaptive matrix: compiles of one application that together have every legal cell."""

import re
from dataclasses import dataclass
from pathlib import Path

from . import applications, compiler
from .compiler import Output
from .paths import REPOSITORY

SOURCE = REPOSITORY / "fixtures" / "matrix" / "app"
TARGETS = {"lambda": "aws-lambda", "eks": "eks", "ecs": "ecs"}
# Tests hold it against what the program prints.
TABLE = REPOSITORY / "docs" / "matrix.md"
ROW = re.compile(r"^\| `(\S+)\.backing` \| `(\S+)` \|(.*)\|$", re.MULTILINE)
# What a plan calls the kind of a store for which a table of settings chooses.
STORE = "persist."
TOPICS, GATEWAYS, SCHEDULES = "pubsub", "expose", "schedule"


@dataclass(frozen=True)
class Cover:
    """One backing for each table of settings, on one compute."""

    compute: str
    number: int
    # As (table, backing).
    backings: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Of the application that is compiled so."""
        return f"cells-{self.compute}-{self.number}"

    @property
    def module(self) -> str:
        """Its name in Terraform."""
        return self.name.replace("-", "_")

    @property
    def variables(self) -> dict[str, str]:
        """It has none of its own."""
        return {}

    @property
    def settings(self) -> tuple[str, ...]:
        """That choose them."""
        chosen = (f"{table}.backing={backing}" for table, backing in self.backings)
        return (f"name={self.name}", *chosen, *applications.DELETED_WITH_THE_REST)

    def compiled(self, directory: Path) -> Output:
        """The application, with them."""
        return compiler.compile_application(SOURCE, directory, TARGETS[self.compute], self.settings)


def legal() -> dict[str, dict[str, list[str]]]:
    """Compute to table to backings."""
    text = TABLE.read_text()
    [heading] = re.findall(r"^\| Setting \| Backing \|(.*)\|$", text, re.MULTILINE)
    computes = [word.strip() for word in heading.split("|")]
    found: dict[str, dict[str, list[str]]] = {compute: {} for compute in computes}
    for table, backing, cells in ROW.findall(text):
        for compute, cell in zip(computes, cells.split("|"), strict=True):
            if cell.strip() == "yes":
                found[compute].setdefault(table, []).append(backing)
    return found


def covers() -> list[Cover]:
    """As few as there can be: as many on a compute as the table with the most backings has."""
    made = []
    for compute, tables in legal().items():
        for number in range(max(len(backings) for backings in tables.values())):
            chosen = tuple((table, backings[number % len(backings)]) for table, backings in tables.items())
            made.append(Cover(compute, number, chosen))
    return made


def planned(plan: dict) -> set[tuple[str, str]]:
    """What a plan has, as (table, backing)."""
    stores = {(STORE + store["kind"], store["backing"]) for store in plan["stores"].values()}
    others = {TOPICS: plan["topics"], GATEWAYS: plan["gateways"], SCHEDULES: plan["schedules"]}
    return stores | {(table, one["backing"]) for table, found in others.items() for one in found.values()}
