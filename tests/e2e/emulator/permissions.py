"""Resource policies of functions (`aws_lambda_permission`)."""

import fnmatch


def permits(function, service: str, source_arn: str) -> bool:
    """Whether the function's own policy lets that service invoke it on behalf of that resource."""
    return any(_allows(statement, service, source_arn) for statement in function.policy.statements)


def _allows(statement: dict, service: str, source_arn: str) -> bool:
    if statement.get("Effect") != "Allow" or statement.get("Principal", {}).get("Service") != service:
        return False
    pattern = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn")
    return pattern is None or fnmatch.fnmatchcase(source_arn, pattern)
