mod private;
mod routes;

use indexmap::IndexMap;

use super::Draft;
use crate::app::{Backend, Capability, Gateway, Visibility};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{binding_variable, label, route_label, statement, url_output};
use crate::plan::{Backing, BindingValue, Concern, Output, PlannedGateway, PlannedRoute, Provenance, Runs, Subject};
use crate::resource::{Api, ApiIntegration, ApiRoute, ApiStage, Integration, LambdaPermission, LogGroup};
use crate::terraform::{Address, Expression, Part, template};

use routes::{Reason, Served, Unservable, serve};

/// A permission takes some 400 bytes of the 20 KB that a function's policy may have, so beyond this many routes one permission
/// covers them all: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const PERMISSIONS: usize = 40;

impl Draft<'_> {
    pub(super) fn gateways(&mut self, diagnostics: &mut Diagnostics) {
        for gateway in self.application.gateways.values() {
            let routes: Vec<_> = gateway.routes().collect();
            match serve(&routes) {
                Ok(routes) => self.gateway(gateway, &routes),
                Err(problems) => {
                    for problem in problems {
                        diagnostics.push(not_servable(gateway, &problem));
                    }
                }
            }
        }
    }

    /// Tells the units whose frameworks ask which hosts they answer for where their gateway is.
    pub(super) fn gateway_addresses(&mut self) {
        for gateway in self.application.gateways.values() {
            for backend in gateway.backends.iter().filter(|backend| backend.application.prepared_by.is_some()) {
                let api = Api::at(&label(&gateway.id));
                let variable = binding_variable(Capability::Expose, &gateway.id, "url");
                let value = BindingValue::Reference(api.attribute("api_endpoint"));
                self.bind(&backend.unit, variable, Subject::Gateway(gateway.id.clone()), "url", value);
            }
        }
    }

    fn gateway(&mut self, gateway: &Gateway, routes: &[Served<'_>]) {
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
        let link = self.vpc_link(gateway);
        for backend in &gateway.backends {
            let own: Vec<_> = routes.iter().filter(|served| *served.unit == backend.unit).collect();
            self.backend(gateway, backend, &api, link.as_ref(), &own);
        }
        self.publish(gateway, api, routes);
    }

    /// The part of the API that one unit answers.
    fn backend(
        &mut self,
        gateway: &Gateway,
        backend: &Backend,
        api: &Address,
        link: Option<&Address>,
        routes: &[&Served<'_>],
    ) {
        let because = |rule: &str| Provenance::new([&backend.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let function = match self.units.get(&backend.unit).map(|unit| &unit.runs) {
            Some(Runs::Lambda(function)) => Some(function.function.clone()),
            Some(Runs::Eks(_) | Runs::Ecs(_)) => None,
            None => return,
        };
        let integration = match &function {
            Some(function) => {
                let permissions = self.permissions(gateway, backend, api, function, routes);
                Some(Integration::Function { function: function.clone(), permissions })
            }
            None => link.and_then(|link| self.private_integration(backend, link)),
        };
        let Some(integration) = integration else { return };
        let integration = ApiIntegration { api: api.clone(), integration };
        let why = because(&format!(
            "Unit {} serves these routes; its {} application matches the path.",
            backend.unit, backend.library
        ));
        let integration = self.graph.add(&concern, &format!("{name}_{}", label(&backend.unit)), integration, why);
        for served in routes {
            let route = ApiRoute { api: api.clone(), integration: integration.clone(), key: served.key.clone() };
            let why = because(&format!("Route at {}.", served.route.at));
            self.graph.add(&concern, &format!("{name}_{}", route_label(&served.route)), route, why);
        }
    }

    /// What lets the API call the function of a unit, for its routes alone.
    fn permissions(
        &mut self,
        gateway: &Gateway,
        backend: &Backend,
        api: &Address,
        function: &Address,
        routes: &[&Served<'_>],
    ) -> Vec<Address> {
        let because = |rule: &str| Provenance::new([&backend.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        if routes.len() > PERMISSIONS {
            let why = because(&format!(
                "One permission for all {} routes of this stage: Lambda keeps 20 KB of permissions per function, too little for one each.",
                routes.len()
            ));
            let permission = permission(statement(&["routes", gateway.id.as_str()]), function, source(api, "*"));
            return vec![self.graph.add(&concern, &format!("{name}_{}", label(&backend.unit)), permission, why)];
        }
        let mut permissions = Vec::new();
        for served in routes {
            let id = statement(&["route", gateway.id.as_str(), &route_label(&served.route)]);
            let permission = permission(id, function, source(api, &served.source));
            let why = because(&format!("Lets this API call the unit for {} alone.", served.key));
            let name = format!("{name}_{}", route_label(&served.route));
            permissions.push(self.graph.add(&concern, &name, permission, why));
        }
        permissions
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

    fn publish(&mut self, gateway: &Gateway, api: Address, routes: &[Served<'_>]) {
        let output = url_output(&gateway.id);
        let value = Output {
            description: format!("Where gateway {} answers.", gateway.id),
            value: api.attribute("api_endpoint").into(),
            origins: vec![gateway.origin.clone()],
        };
        self.outputs.insert(output.clone(), value);
        let routes: IndexMap<_, _> = routes
            .iter()
            .map(|served| (served.key.clone(), PlannedRoute { unit: served.unit.clone(), route: served.route.clone() }))
            .collect();
        let planned = PlannedGateway { origin: gateway.origin.clone(), backing: Backing::HttpApi, api, output, routes };
        self.gateways.insert(gateway.id.clone(), planned);
    }
}

fn not_servable(gateway: &Gateway, problem: &Unservable<'_>) -> Diagnostic {
    let route = problem.route;
    match problem.reason {
        Reason::Part(part) => {
            let message = format!("API Gateway cannot serve `{}` ({}): `{part}`", route.path, route.at);
            Diagnostic::new(Code::RouteNotServable, message)
                .at(gateway.origin.span.clone(), "behind this gateway")
                .help("use letters, digits and `-._~!$&'()+,;=:@%` between the slashes of a path")
        }
        Reason::TakenBy(unit) => {
            let message = format!(
                "`{} {}` ({}) is a route of unit `{unit}` to gateway `{}`, which takes no path that ends with a slash",
                route.method, route.path, route.at, gateway.id
            );
            Diagnostic::new(Code::PathClaimedTwice, message)
                .at(gateway.origin.span.clone(), "both are behind this gateway")
                .help("give the routes paths that differ in more than a slash at their end")
        }
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
