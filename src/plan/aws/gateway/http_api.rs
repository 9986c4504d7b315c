//! A gateway as an HTTP API.

use super::super::Draft;
use super::routes::Served;
use super::{Called, Reached, Stage};
use crate::app::{Backend, Gateway, Visibility};
use crate::plan::naming::{label, route_label};
use crate::plan::{Backing, Concern, Provenance, Runs};
use crate::resource::{Api, ApiIntegration, ApiRoute, ApiStage, Integration, LogGroup};
use crate::terraform::Address;

impl Draft<'_> {
    pub(super) fn http_api(&mut self, gateway: &Gateway, routes: &[Served<'_>]) {
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let visibility = match gateway.visibility {
            Visibility::Public => "Reachable by anyone on the internet, as the directive says.",
        };
        let api = Api {
            name: self.names.api(&gateway.id),
            description: format!("Gateway {} of {}", gateway.id, self.settings.name.value),
        };
        let chosen = self.settings.gateways.get(&gateway.id).map(|settings| &settings.backing);
        let why = chosen.into_iter().fold(because(visibility), Provenance::with);
        let api = self.graph.add(&concern, &name, api, why);
        self.stage(gateway, &concern, &name, &api);
        let link = self.vpc_link(gateway);
        for backend in &gateway.backends {
            let own: Vec<_> = routes.iter().filter(|served| *served.unit == backend.unit).collect();
            self.backend(gateway, backend, &api, link.as_ref(), &own);
        }
        let address = Reached { backing: Backing::HttpApi, url: api.attribute("api_endpoint").into(), resource: api };
        let planned = routes.iter().map(|served| (served.key.clone(), served.unit, served.route.clone()));
        self.publish(gateway, address, planned.collect());
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
                let called: Vec<_> = routes.iter().map(|served| Called::of(served)).collect();
                let permissions =
                    self.permissions(gateway, backend, (api, Stage::Fixed(ApiStage::NAME)), function, &called);
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
}
