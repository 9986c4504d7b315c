mod alb;
mod http_api;
mod listener_rules;
mod paths;
mod private;
mod rest_api;
mod routes;

use indexmap::IndexMap;

use super::Draft;
use crate::app::{Backend, Capability, Gateway, Id, Route};
use crate::config::{ExposeBacking, Setting};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{binding_variable, label, route_label, statement, url_output};
use crate::plan::{Backing, BindingValue, Concern, Output, PlannedGateway, PlannedRoute, Provenance, Subject};
use crate::resource::{Api, LambdaPermission};
use crate::terraform::{Address, Expression, Part, template};

use routes::{Reason, Served, Unservable, serve};

pub(super) use alb::FunctionTargets;

/// A permission takes some 400 bytes of the 20 KB that a function's policy may have, so beyond this many routes one permission
/// covers them all: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const PERMISSIONS: usize = 40;

/// Who calls functions for an API.
const API: &str = "apigateway.amazonaws.com";

/// What an API calls a function for.
struct Called {
    /// Method and path, for people.
    key: String,
    /// Its part of Terraform names.
    label: String,
    /// Method and path at the end of the ARN that the function is called on behalf of.
    source: String,
}

impl Called {
    fn of(served: &Served<'_>) -> Self {
        Self { key: served.key.clone(), label: route_label(&served.route), source: served.source.clone() }
    }
}

/// Where a gateway answers.
struct Reached {
    /// What serves it.
    backing: Backing,
    /// Its address.
    url: Expression,
    /// The resource that has this address.
    resource: Address,
}

impl Draft<'_> {
    pub(super) fn gateways(&mut self, diagnostics: &mut Diagnostics) {
        for gateway in self.application.gateways.values() {
            match self.expose_backing(&gateway.id) {
                ExposeBacking::HttpApi => {
                    if let Some(routes) = served(gateway, diagnostics) {
                        self.http_api(gateway, &routes);
                    }
                }
                ExposeBacking::RestApi => {
                    if let Some(routes) = served(gateway, diagnostics) {
                        self.rest_api(gateway, &routes, diagnostics);
                    }
                }
                // The application itself knows the paths that it has.
                ExposeBacking::Alb => self.public_balancer(gateway, diagnostics),
            }
        }
    }

    /// What serves a gateway.
    pub(super) fn expose_backing(&self, gateway: &Id) -> ExposeBacking {
        self.settings.gateways.get(gateway).map_or(ExposeBacking::HttpApi, |settings| settings.backing.value)
    }

    /// Tells the units whose frameworks ask which hosts they answer for where their gateway is.
    pub(super) fn gateway_addresses(&mut self) {
        for gateway in self.application.gateways.values() {
            for backend in gateway.backends.iter().filter(|backend| backend.application.prepared_by.is_some()) {
                let value = match self.expose_backing(&gateway.id) {
                    ExposeBacking::HttpApi => {
                        BindingValue::Reference(Api::at(&label(&gateway.id)).attribute("api_endpoint"))
                    }
                    ExposeBacking::RestApi => BindingValue::Address(self.rest_address(gateway)),
                    ExposeBacking::Alb => BindingValue::Address(self.balancer_address(gateway)),
                };
                let variable = binding_variable(Capability::Expose, &gateway.id, "url");
                self.bind(&backend.unit, variable, Subject::Gateway(gateway.id.clone()), "url", value);
            }
        }
    }

    /// What lets the stage of an API call the function of a unit, for its routes alone.
    fn permissions(
        &mut self,
        gateway: &Gateway,
        backend: &Backend,
        (api, stage): (&Address, Stage<'_>),
        function: &Address,
        routes: &[Called],
    ) -> Vec<Address> {
        let because = |rule: &str| {
            let why = Provenance::new([&backend.origin], rule);
            match stage {
                Stage::Fixed(_) => why,
                Stage::Set(name) => why.with(name),
            }
        };
        let stage = stage.name();
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        if routes.len() > PERMISSIONS {
            let why = because(&format!(
                "One permission for all {} routes of this stage: Lambda keeps 20 KB of permissions per function, too little for one each.",
                routes.len()
            ));
            let permission =
                permission(statement(&["routes", gateway.id.as_str()]), function, API, source(api, stage, "*"));
            return vec![self.graph.add(&concern, &format!("{name}_{}", label(&backend.unit)), permission, why)];
        }
        let mut permissions = Vec::new();
        for called in routes {
            let id = statement(&["route", gateway.id.as_str(), &called.label]);
            let permission = permission(id, function, API, source(api, stage, &called.source));
            let why = because(&format!("Lets this API call the unit for {} alone.", called.key));
            let name = format!("{name}_{}", called.label);
            permissions.push(self.graph.add(&concern, &name, permission, why));
        }
        permissions
    }

    fn publish(&mut self, gateway: &Gateway, reached: Reached, routes: Vec<(String, &Id, Route)>) {
        let output = url_output(&gateway.id);
        let value = Output {
            description: format!("Where gateway {} answers.", gateway.id),
            value: reached.url,
            origins: vec![gateway.origin.clone()],
        };
        self.outputs.insert(output.clone(), value);
        let routes: IndexMap<_, _> =
            routes.into_iter().map(|(key, unit, route)| (key, PlannedRoute { unit: unit.clone(), route })).collect();
        let planned = PlannedGateway {
            origin: gateway.origin.clone(),
            backing: reached.backing,
            api: reached.resource,
            output,
            routes,
        };
        self.gateways.insert(gateway.id.clone(), planned);
    }
}

/// The gateway's routes in API Gateway's syntax, or what keeps it from serving them.
fn served<'a>(gateway: &'a Gateway, diagnostics: &mut Diagnostics) -> Option<Vec<Served<'a>>> {
    let routes: Vec<_> = gateway.routes().collect();
    match serve(&routes) {
        Ok(routes) => Some(routes),
        Err(problems) => {
            for problem in problems {
                diagnostics.push(not_servable(gateway, &problem));
            }
            None
        }
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

/// The stage that routes are called in.
#[derive(Clone, Copy)]
enum Stage<'s> {
    /// Of this name, whatever is set.
    Fixed(&'s str),
    /// As a setting calls it.
    Set(&'s Setting<String>),
}

impl<'s> Stage<'s> {
    fn name(self) -> &'s str {
        match self {
            Self::Fixed(name) => name,
            Self::Set(name) => &name.value,
        }
    }
}

/// What a route calls Lambda on behalf of:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn source(api: &Address, stage: &str, route: &str) -> Expression {
    template([Part::Value(api.attribute("execution_arn")), Part::Text(format!("/{stage}/{route}"))])
}

fn permission(
    statement_id: String,
    function: &Address,
    principal: &'static str,
    source: Expression,
) -> LambdaPermission {
    LambdaPermission { statement_id, function: function.clone(), principal, source }
}
