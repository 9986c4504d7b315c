"""REST APIs."""

import json

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import RestAPI, apigateway_backends
from moto.apigateway.responses import APIGatewayResponse

from ..settings import ACCOUNT, REGION


def install() -> None:
    """moto forgets the binary media types that an API is made with, which the next plan would set once more; and it
    lets two variable parts stand in one place, which AWS refuses:
    https://github.com/amazon-archives/aws-apigateway-importer/issues/202."""
    make, add = APIGatewayResponse.create_rest_api, RestAPI.add_child

    def create_rest_api(self):
        answer = make(self)
        status, headers, body = answer
        if status == 200 and (types := self._get_param("binaryMediaTypes")):
            api = apigateway_backends[ACCOUNT][REGION].apis[json.loads(body)["id"]]
            api.binaryMediaTypes = types
            return status, headers, json.dumps(api.to_dict())
        return answer

    def add_child(self, path, parent_id=None):
        beside = [one.path_part for one in self.resources.values() if parent_id and one.parent_id == parent_id]
        if path.startswith("{") and any(one.startswith("{") for one in beside):
            raise BadRequestException(f"A sibling of this resource already has a variable path part: {path}")
        return add(self, path, parent_id)

    APIGatewayResponse.create_rest_api = create_rest_api
    RestAPI.add_child = add_child
