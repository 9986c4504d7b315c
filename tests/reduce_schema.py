"""Reduces the AWS provider's schema to what the test of emitted Terraform needs.

    terraform providers schema -json | python3 tests/reduce_schema.py src/resource > tests/aws_provider_schema.json

The types are those that `src/resource` names. Run it in a module that was initialised with the provider's pinned
version, when a resource is added or the pin moves.
"""

import json
import pathlib
import re
import sys

NAMED = re.compile(r'"(?:data\.)?(aws_[a-z0-9_]+)"')


def reduced(block: dict) -> dict:
    """The names of a block's attributes by how they may be set, and its nested blocks."""
    attributes = block.get("attributes", {})
    required = sorted(name for name, it in attributes.items() if it.get("required"))
    optional = sorted(name for name, it in attributes.items() if it.get("optional"))
    blocks = {name: reduced(it["block"]) for name, it in sorted(block.get("block_types", {}).items())}
    return {"required": required, "optional": optional, "blocks": blocks}


def main() -> None:
    sources = pathlib.Path(sys.argv[1]).rglob("*.rs")
    named = {name for source in sources for name in NAMED.findall(source.read_text(encoding="utf-8"))}
    (provider,) = json.load(sys.stdin)["provider_schemas"].values()
    result = {
        kind: {name: reduced(it["block"]) for name, it in sorted(provider[f"{kind}_schemas"].items()) if name in named}
        for kind in ("resource", "data_source")
    }
    json.dump(result, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
