"""What an expression of a generated module is worth, by the attributes of what was made.

Only what modules say about bindings and policies is known: traversals, lists of them, and templates.
"""

import json
import re

from emulator.settings import ACCOUNT, REGION

TRAVERSAL = re.compile(r"((?:data\.)?aws_\w+\.\w+)((?:\.\w+|\[\d+\])*)")
ELEMENT = re.compile(r'"(?:[^"\\]|\\.)*"|[a-z_][\w.\[\]]*')
OF_THE_ACCOUNT = {
    "data.aws_partition.current": {"partition": "aws", "dns_suffix": "amazonaws.com"},
    "data.aws_region.current": {"name": REGION, "id": REGION},
    "data.aws_caller_identity.current": {"account_id": ACCOUNT},
}
Attributes = dict[str, dict]


def binding(value, attributes: Attributes) -> str:
    """Of a variable as plan.json has it: text, a traversal, or an object of them, which becomes JSON."""
    if isinstance(value, dict):
        return json.dumps({name: binding(one, attributes) for name, one in value.items()})
    found = TRAVERSAL.fullmatch(value)
    return _text(_value(found, attributes)) if found else value


def statements(module: str, document: str, attributes: Attributes) -> list[dict]:
    """Of a `data "aws_iam_policy_document"`, as IAM has them. A Deny is left out: those of modules keep a function's
    code from what Lambda does for it."""
    start = module.index(f'data "aws_iam_policy_document" "{document}" {{')
    text = module[start : module.index("\n}", start)]
    found = []
    for block in text.split("\n  statement {\n")[1:]:
        if re.search(r'^\s*effect\s*=\s*"Deny"', block, re.MULTILINE):
            continue
        actions = [_element(one, attributes) for one in _list(block, "actions")]
        resources = [_element(one, attributes) for one in _list(block, "resources")]
        found.append({"Effect": "Allow", "Action": actions, "Resource": resources})
    return found


def _list(block: str, name: str) -> list[str]:
    found = re.search(rf"^\s*{name}\s*=\s*\[(.*?)\]\s*$", block, re.MULTILINE | re.DOTALL)
    assert found, f"no list of {name} in {block}"
    return ELEMENT.findall(found.group(1))


def _element(text: str, attributes: Attributes) -> str:
    if text.startswith('"'):
        return re.sub(r"\$\{([^}]+)\}", lambda found: _element(found.group(1), attributes), json.loads(text))
    found = TRAVERSAL.fullmatch(text)
    assert found, f"`{text}` is no expression that is known here"
    return _text(_value(found, attributes))


def _value(found: re.Match, attributes: Attributes):
    address, path = found.groups()
    known = OF_THE_ACCOUNT | attributes
    assert address in known, f"nothing stands for {address}"
    value = known[address]
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        value = value[name] if name else value[int(index)]
    return value


def _text(value) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
