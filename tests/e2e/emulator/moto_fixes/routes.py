"""Routes of HTTP APIs."""

from moto.apigatewayv2.exceptions import BadRequestException
from moto.apigatewayv2.models import Api


def install() -> None:
    """AWS refuses a path that ends with a slash (https://github.com/aws/aws-cdk/pull/13981); moto takes any text."""
    create = Api.create_route

    def create_route(self, *arguments, **options):
        key = options["route_key"]
        if key.endswith("/") and not key.endswith(" /"):
            raise BadRequestException(f"The provided route key is not formatted properly: {key}")
        return create(self, *arguments, **options)

    Api.create_route = create_route
