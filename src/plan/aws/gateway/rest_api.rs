//! A gateway as a REST API, in front of functions.

use super::super::Draft;
use super::paths::{Clash, Place, paths};
use super::routes::{Served, wildcard, wildcards};
use super::{Called, Reached, Stage};
use crate::app::{Backend, Gateway, Method, Route, RoutePath, RouteSegment, Visibility};
use crate::config::{ApiEndpoint, GatewaySettings, LogRole};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{label, path_label, route_label};
use crate::plan::{Backing, Concern, Provenance, Runs};
use crate::resource::{
    IamPolicyDocument, IamRole, IamRolePolicyAttachment, LogGroup, Partition, Region, RestAccount, RestApi,
    RestDeployment, RestEndpoint, RestIntegration, RestMethod, RestPlace, RestResource, RestStage, RestThrottling,
};
use crate::terraform::{Address, Expression, Part, template};

/// A method of a path, on its way to its function.
struct Step<'a> {
    route: Route,
    key: String,
    backend: &'a Backend,
    place: RestPlace,
}

impl Draft<'_> {
    /// The address of a REST API as what its functions may be told: the stage's own would come after them.
    pub(super) fn rest_address(&mut self, gateway: &Gateway) -> Expression {
        let Some(settings) = self.settings.gateways.get(&gateway.id) else { return "".into() };
        let concern = Concern::Gateway(gateway.id.clone());
        let why = |rule: &str| Provenance::new([&gateway.origin], rule);
        let region = self.read(&concern, Region, why("The address of an API names its region."));
        let partition = self.read(&concern, Partition, why("The address of an API ends differently in China."));
        template([
            Part::Text("https://".into()),
            Part::Value(RestApi::at(&label(&gateway.id)).attribute("id")),
            Part::Text(".execute-api.".into()),
            Part::Value(region.attribute("name")),
            Part::Text(".".into()),
            Part::Value(partition.attribute("dns_suffix")),
            Part::Text(format!("/{}", settings.rest_api.stage.value)),
        ])
    }

    pub(super) fn rest_api(&mut self, gateway: &Gateway, routes: &[Served<'_>], diagnostics: &mut Diagnostics) {
        let Some(settings) = self.settings.gateways.get(&gateway.id) else { return };
        let places = match paths(routes) {
            Ok(places) => places,
            Err(clashes) => {
                for clash in &clashes {
                    diagnostics.push(met(gateway, clash));
                }
                return;
            }
        };
        let written = places.all();
        for part in written.iter().filter_map(|(path, _)| unservable(path)) {
            diagnostics.push(not_a_part(gateway, part));
        }
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let visibility = match gateway.visibility {
            Visibility::Public => "Reachable by anyone on the internet, as the directive says.",
        };
        let api = RestApi {
            name: self.names.api(&gateway.id),
            description: format!("Gateway {} of {}", gateway.id, self.settings.name.value),
            endpoint: match settings.rest_api.endpoint.value {
                ApiEndpoint::Regional => RestEndpoint::Regional,
                ApiEndpoint::Edge => RestEndpoint::Edge,
            },
        };
        let why = because(visibility).with(&settings.backing).with(&settings.rest_api.endpoint);
        let api = self.graph.add(&concern, &name, api, why);
        let steps = self.places(gateway, &api, &written);
        let integrations = self.integrations(gateway, &api, settings, &steps);
        let stage = self.rest_stage(gateway, settings, &api, integrations);
        let planned = steps.iter().map(|step| (step.key.clone(), &step.backend.unit, step.route.clone())).collect();
        let reached = Reached { backing: Backing::RestApi, url: stage.attribute("invoke_url").into(), resource: api };
        self.publish(gateway, reached, planned);
    }

    /// The paths of the API, and what is asked of them.
    fn places<'a>(&mut self, gateway: &'a Gateway, api: &Address, places: &[(RoutePath, &Place<'_>)]) -> Vec<Step<'a>> {
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let mut known: Vec<(&[RouteSegment], RestPlace)> = Vec::new();
        let mut steps = Vec::new();
        for (path, place) in places {
            let at = match path.0.split_last() {
                None => RestPlace::Root(api.clone()),
                Some((last, before)) => {
                    let Some((_, parent)) = known.iter().find(|(path, _)| *path == before) else { continue };
                    let resource = RestResource { api: api.clone(), parent: parent.clone(), part: part(last) };
                    let why = Provenance::new([&gateway.origin], format!("The path {path}, or the start of others."));
                    RestPlace::Below(self.graph.add(&concern, &format!("{name}{}", path_label(path)), resource, why))
                }
            };
            for (method, served) in &place.methods {
                let Some(backend) = gateway.backend(served.unit) else { continue };
                let route = Route { path: path.clone(), method: *method, ..served.route.clone() };
                steps.push(Step { key: format!("{method} {path}"), route, backend, place: at.clone() });
            }
            known.push((&path.0, at));
        }
        steps
    }

    /// Who answers what is asked: the key of each route, its function, and what connects the two.
    fn integrations(
        &mut self,
        gateway: &Gateway,
        api: &Address,
        settings: &GatewaySettings,
        steps: &[Step<'_>],
    ) -> Vec<(String, Address, Address)> {
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let mut integrations = Vec::new();
        for backend in &gateway.backends {
            let Some(Runs::Lambda(function)) = self.units.get(&backend.unit).map(|unit| &unit.runs) else { continue };
            let function = function.function.clone();
            let because = |rule: &str| Provenance::new([&backend.origin], rule);
            let own: Vec<_> = steps.iter().filter(|step| step.backend.unit == backend.unit).collect();
            let called: Vec<_> = own.iter().map(|step| called(step)).collect();
            let stage = Stage::Set(&settings.rest_api.stage);
            let permissions = self.permissions(gateway, backend, (api, stage), &function, &called);
            for step in own {
                let name = format!("{name}_{}", route_label(&step.route));
                let method =
                    RestMethod { api: api.clone(), place: step.place.clone(), method: step.route.method.name() };
                let why = because(&format!("Route at {}.", step.route.at));
                let method = self.graph.add(&concern, &name, method, why);
                let integration = RestIntegration {
                    api: api.clone(),
                    place: step.place.clone(),
                    method,
                    function: function.clone(),
                    permissions: permissions.clone(),
                };
                let why = because(&format!(
                    "Unit {} serves this route; its {} application matches the path.",
                    backend.unit, backend.library
                ));
                let integration = self.graph.add(&concern, &name, integration, why);
                integrations.push((step.key.clone(), function.clone(), integration));
            }
        }
        integrations
    }

    fn rest_stage(
        &mut self,
        gateway: &Gateway,
        settings: &GatewaySettings,
        api: &Address,
        integrations: Vec<(String, Address, Address)>,
    ) -> Address {
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let rest = &settings.rest_api;
        let logs = LogGroup {
            name: self.names.access_log_group(&gateway.id),
            retention_days: settings.log_retention_days.value,
        };
        let why = because("One line per request, without what was sent or answered.");
        let logs = self.graph.add(&concern, &format!("gateway_{name}"), logs, why.with(&settings.log_retention_days));
        let account = match rest.log_role.value {
            LogRole::Existing => None,
            LogRole::Made => Some(self.log_role(gateway, settings)),
        };
        let (routes, integrations) =
            integrations.into_iter().map(|(key, function, integration)| ((key, function), integration)).unzip();
        let deployment = RestDeployment { api: api.clone(), routes, integrations };
        let why = because("What the stage serves: the routes below, as they are when it is made.");
        let deployment = self.graph.add(&concern, &name, deployment, why);
        let stage =
            RestStage { api: api.clone(), name: rest.stage.value.clone(), deployment, log_group: logs, account };
        let why = because("Serves below its name at the API's address, and the unit sees paths without it.");
        let stage = self.graph.add(&concern, &name, stage, why.with(&rest.stage).with(&rest.log_role));
        let throttling = RestThrottling {
            api: api.clone(),
            stage: stage.clone(),
            requests_per_second: rest.requests_per_second.value,
            burst: rest.burst.value,
        };
        let why = because("More requests than these are refused with 429, before anything is called.");
        self.graph.add(&concern, &name, throttling, why.with(&rest.requests_per_second).with(&rest.burst));
        stage
    }

    /// The role by which API Gateway writes logs, of which an account has one in each region.
    fn log_role(&mut self, gateway: &Gateway, settings: &GatewaySettings) -> Address {
        let because = |rule: &str| Provenance::new([&gateway.origin], rule).with(&settings.rest_api.log_role);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), format!("logs_{}", label(&gateway.id)));
        let trust = IamPolicyDocument { statements: vec![RestAccount::trust()] };
        let why = because("API Gateway, and nobody else, has this role.");
        let trust = self.graph.add(&concern, &format!("trust_{name}"), trust, why.clone());
        let role = IamRole {
            name: self.names.gateway_log_role(&gateway.id),
            description: format!("Logs of the REST APIs of this account, set by {}", self.settings.name.value),
            trust,
        };
        let role = self.graph.add(&concern, &name, role, why);
        let partition = self.read(&concern, Partition, because("ARNs start with the partition."));
        let policy = IamRolePolicyAttachment { role: role.clone(), partition, policy: RestAccount::POLICY };
        let why = because("What AWS wants of the role, as AWS keeps it.");
        let policy = self.graph.add(&concern, &name, policy, why);
        let why = because("For every REST API of this account in this region: API Gateway has no smaller setting.");
        self.graph.add(&concern, &name, RestAccount { role, policy }, why)
    }
}

fn called(step: &Step<'_>) -> Called {
    let route = &step.route;
    Called {
        key: step.key.clone(),
        label: route_label(route),
        source: format!("{}{}", wildcard(route.method), wildcards(&route.path)),
    }
}

/// What stands between two slashes, as API Gateway writes it.
fn part(segment: &RouteSegment) -> String {
    match segment {
        RouteSegment::Literal(text) => text.clone(),
        RouteSegment::Parameter(name) => format!("{{{name}}}"),
        RouteSegment::Rest(name) => format!("{{{name}+}}"),
    }
}

/// The last part of `path`, where a REST API cannot have it: it takes letters, digits and these alone, as AWS's own error says
/// (`Resource's path part only allow a-zA-Z0-9._-:`, <https://github.com/getmoto/moto/issues/6148>).
fn unservable(path: &RoutePath) -> Option<&str> {
    match path.0.last()? {
        RouteSegment::Literal(text) => {
            text.chars().any(|c| !(c.is_ascii_alphanumeric() || "._-:".contains(c))).then_some(text)
        }
        RouteSegment::Parameter(_) | RouteSegment::Rest(_) => None,
    }
}

fn not_a_part(gateway: &Gateway, part: &str) -> Diagnostic {
    Diagnostic::new(Code::RouteNotServable, format!("a REST API has no path with the part `{part}`"))
        .at(gateway.origin.span.clone(), "behind this gateway")
        .help("use letters, digits and `._-:` between the slashes of a path, or another `expose.backing`")
}

fn met(gateway: &Gateway, Clash { one, other }: &Clash<'_>) -> Diagnostic {
    let shown = |served: &Served<'_>| {
        let Route { method, path, at, .. } = &served.route;
        format!("`{method} {path}` ({at}) of unit `{}`", served.unit)
    };
    let method = if one.route.method == Method::Any { other.route.method } else { one.route.method };
    let message = format!("a REST API cannot tell {} from {}", shown(one), shown(other));
    Diagnostic::new(Code::RoutesNotTold, message)
        .at(gateway.origin.span.clone(), format!("both would answer `{method}` of one path behind this gateway"))
        .help("give the units paths that differ in a part that is no parameter, a gateway each, or another `expose.backing`")
}
