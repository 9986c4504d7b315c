use indexmap::IndexMap;

use super::Draft;
use super::routes::{Served, serve};
use crate::app::{Gateway, Visibility};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{label, route_label, statement, url_output};
use crate::plan::{Backing, Concern, Output, PlannedGateway, Provenance};
use crate::resource::{Api, ApiIntegration, ApiRoute, ApiStage, LambdaPermission, LogGroup};
use crate::terraform::{Address, Expression, Part, template};

/// A permission takes some 400 bytes of the 20 KB that a function's policy may have, so beyond this many routes one permission
/// covers them all: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const PERMISSIONS: usize = 40;

impl Draft<'_> {
    pub(super) fn gateways(&mut self, diagnostics: &mut Diagnostics) {
        for gateway in self.application.gateways.values() {
            let Some(function) = self.units.get(&gateway.unit).map(|unit| unit.function.clone()) else { continue };
            match serve(&gateway.routes) {
                Ok(routes) => self.gateway(gateway, &function, &routes),
                Err(problems) => {
                    for problem in problems {
                        let message = format!(
                            "API Gateway cannot serve `{}` ({}): `{}`",
                            problem.route.path, problem.route.at, problem.part
                        );
                        diagnostics.push(
                            Diagnostic::new(Code::RouteNotServable, message)
                                .at(gateway.origin.span.clone(), "behind this gateway")
                                .help("use letters, digits and `-._~!$&'()+,;=:@%` between the slashes of a path"),
                        );
                    }
                }
            }
        }
    }

    fn gateway(&mut self, gateway: &Gateway, function: &Address, routes: &[Served]) {
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let visibility = match gateway.visibility {
            Visibility::Public => "Reachable by anyone on the internet, as the directive says.",
        };
        let api = Api {
            name: self.names.api(&gateway.id),
            description: format!("Gateway {} of {}", gateway.id, self.settings.name.value),
        };
        let api = self.graph.add(&concern, &name, api, because(visibility));
        self.stage(gateway, &concern, &name, &api);
        let integration = ApiIntegration { api: api.clone(), function: function.clone() };
        let why = because(&format!(
            "Unit {} serves every route; its {} application matches the path.",
            gateway.unit, gateway.library
        ));
        let integration = self.graph.add(&concern, &name, integration, why);

        for served in routes {
            let route = ApiRoute { api: api.clone(), integration: integration.clone(), key: served.key.clone() };
            let why = because(&format!("Route at {}.", served.route.at));
            self.graph.add(&concern, &format!("{name}_{}", route_label(&served.route)), route, why);
            if routes.len() <= PERMISSIONS {
                let id = statement(&["route", gateway.id.as_str(), &route_label(&served.route)]);
                let permission = permission(id, function, source(&api, &served.source));
                let why = because(&format!("Lets this API call the unit for {} alone.", served.key));
                self.graph.add(&concern, &format!("{name}_{}", route_label(&served.route)), permission, why);
            }
        }
        if routes.len() > PERMISSIONS {
            let why = because(&format!(
                "One permission for all {} routes of this stage: Lambda keeps 20 KB of permissions per function, too little for one each.",
                routes.len()
            ));
            let permission = permission(statement(&["routes", gateway.id.as_str()]), function, source(&api, "*"));
            self.graph.add(&concern, &name, permission, why);
        }
        self.publish(gateway, api, routes);
    }

    fn stage(&mut self, gateway: &Gateway, concern: &Concern, name: &str, api: &Address) {
        let Some(settings) = self.settings.gateways.get(&gateway.id) else { return };
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let logs = LogGroup {
            name: self.names.access_log_group(&gateway.id),
            retention_days: settings.log_retention_days.value,
        };
        let why =
            because("One line per request, without what was sent or answered.").with(&settings.log_retention_days);
        let logs = self.graph.add(concern, &format!("gateway_{name}"), logs, why);
        let stage = ApiStage { api: api.clone(), log_group: logs };
        self.graph.add(
            concern,
            name,
            stage,
            because("Serves at the root of the API's address, always the routes below."),
        );
    }

    fn publish(&mut self, gateway: &Gateway, api: Address, routes: &[Served]) {
        let output = url_output(&gateway.id);
        let value = Output {
            description: format!("Where gateway {} answers.", gateway.id),
            value: api.attribute("api_endpoint"),
            origin: gateway.origin.clone(),
        };
        self.outputs.insert(output.clone(), value);
        let routes: IndexMap<_, _> = routes.iter().map(|served| (served.key.clone(), served.route.clone())).collect();
        let planned = PlannedGateway {
            origin: gateway.origin.clone(),
            backing: Backing::HttpApi,
            unit: gateway.unit.clone(),
            api,
            output,
            routes,
        };
        self.gateways.insert(gateway.id.clone(), planned);
    }
}

/// What a route calls Lambda on behalf of:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn source(api: &Address, route: &str) -> Expression {
    template([Part::Value(api.attribute("execution_arn")), Part::Text(format!("/{}/{route}", ApiStage::NAME))])
}

fn permission(statement_id: String, function: &Address, source: Expression) -> LambdaPermission {
    LambdaPermission { statement_id, function: function.clone(), principal: "apigateway.amazonaws.com", source }
}
