//! What a container is told of itself.

use super::super::{Draft, ecs};
use crate::app::{Capability, Listens, Unit};
use crate::config::{Compute, ExposeBacking};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{binding_variable, setting_key};
use crate::plan::{BindingValue, Subject};
use crate::source::Language;

/// Where a container listens, and how it ends.
pub(in super::super) struct Place {
    /// The port of its web application.
    pub port: Option<u16>,
    /// The port on which the shim says whether the container works.
    pub health_port: u16,
    /// Seconds that work in hand has to end.
    pub grace_s: u32,
    /// Seconds for which the load balancer that clients talk to keeps an idle connection; absent where it is another one's that
    /// an API talks to.
    pub front_idle_s: Option<u32>,
}

/// The port on which the shim answers, and the one where the application has that.
const HEALTH_PORTS: [u16; 2] = [8081, 8082];

impl Draft<'_> {
    /// Where `unit` listens.
    pub(in super::super) fn place(&self, unit: &Unit) -> Place {
        let port = self.port(unit);
        let [usual, other] = HEALTH_PORTS;
        let settings = self.settings.units.get(&unit.id);
        let grace_s = settings.map_or(0, |settings| settings.timeout_s.value);
        Place {
            port,
            health_port: if port == Some(usual) { other } else { usual },
            grace_s: match self.compute(&unit.id) {
                Compute::Ecs => grace_s.min(ecs::LONGEST_GRACE_S),
                Compute::Lambda | Compute::Eks => grace_s,
            },
            front_idle_s: self.front_idle_s(unit),
        }
    }

    fn front_idle_s(&self, unit: &Unit) -> Option<u32> {
        let (gateway, _) = self.exposed(&unit.id)?;
        match self.expose_backing(&gateway.id) {
            ExposeBacking::Alb => Some(self.settings.gateways.get(&gateway.id)?.alb.idle_timeout_s.value),
            ExposeBacking::HttpApi | ExposeBacking::RestApi => None,
        }
    }

    /// The port of the unit's web application: the setting's, else the code's, else what the language's servers take.
    fn port(&self, unit: &Unit) -> Option<u16> {
        let (_, backend) = self.exposed(&unit.id)?;
        let set = self.set_port(unit);
        let listens = backend.application.listens.as_ref().and_then(|listens| listens.port);
        let usual = match unit.language {
            Language::Python => 8000,
            Language::TypeScript => 8080,
        };
        Some(set.or(listens).unwrap_or(usual))
    }

    fn set_port(&self, unit: &Unit) -> Option<u16> {
        let settings = self.settings.units.get(&unit.id)?;
        u16::try_from(settings.port.value).ok().filter(|port| *port != 0)
    }

    /// Reports a port that neither the code nor a setting says, where the code itself listens.
    pub(super) fn check_port(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        let Some((_, backend)) = self.exposed(&unit.id) else { return };
        let Some(Listens { port: None, span, .. }) = &backend.application.listens else { return };
        if self.set_port(unit).is_some() {
            return;
        }
        let message = format!("the port that unit `{}` listens on is not known", unit.id);
        diagnostics.push(
            Diagnostic::new(Code::PortUnknown, message)
                .at(span.clone(), "this is no number")
                .also(unit.origin.origin().span.clone(), format!("runs on {}", self.compute(&unit.id)))
                .help(format!(
                    "write the port as a number, or set `execution_unit.by_id.{}.port`",
                    setting_key(&unit.id)
                )),
        );
    }

    /// Tells the unit where it listens and how long it has to end.
    pub(super) fn bind_place(&mut self, unit: &Unit, place: &Place) {
        let properties = [
            ("port", place.port.map(u32::from)),
            ("health_port", Some(u32::from(place.health_port))),
            ("grace_s", Some(place.grace_s)),
            ("front_idle_s", place.front_idle_s),
        ];
        for (property, value) in properties {
            let Some(value) = value else { continue };
            let variable = binding_variable(Capability::ExecutionUnit, &unit.id, property);
            let value = BindingValue::Text(value.to_string().into());
            self.bind(&unit.id, variable, Subject::Unit(unit.id.clone()), property, value);
        }
    }
}
