//! What spreads a gateway's requests over containers.

use super::super::{Draft, network};
use crate::app::{Gateway, Unit};
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{
    Lb, LbAnswer, LbListener, LbListenerRule, LbProtocol, LbReach, LbRequests, LbTargetGroup, LbTargets, SecurityGroup,
};
use crate::terraform::Address;

/// What a load balancer hands a unit's requests to.
#[derive(Clone)]
pub(in super::super) struct Balanced {
    /// The group that the unit's containers are registered in.
    pub target_group: Address,
    /// What takes the requests.
    pub listener: Address,
    /// What tells them from those for other units, where there are others.
    pub rule: Option<Address>,
    /// The load balancer's security group.
    pub security_group: Address,
}

impl Balanced {
    /// What ties the group to the load balancer: containers can only be registered after it.
    pub(in super::super) fn tie(&self) -> &Address {
        self.rule.as_ref().unwrap_or(&self.listener)
    }
}

impl Draft<'_> {
    /// One load balancer for all units in containers behind `gateway`.
    pub(super) fn load_balancer(&mut self, gateway: &Gateway) {
        let Some(network) = self.network.clone() else { return };
        let backends = gateway.backends.iter().filter(|backend| self.compute(&backend.unit).is_container());
        let units: Vec<_> = backends.filter_map(|backend| self.application.units.get(&backend.unit)).collect();
        if units.is_empty() {
            return;
        }
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));

        let group = SecurityGroup {
            name: self.names.security_group("balancer", gateway.id.as_str()),
            description: format!("Load balancer of gateway {} of {}", gateway.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = because("The load balancer's own: it lets in the API's link, and out to the units behind it.");
        let group = self.graph.add(&concern, &format!("balancer_{name}"), group, why);
        let balancer = Lb {
            name: self.names.load_balancer(&gateway.id),
            subnets: network.subnets.clone(),
            security_group: group.clone(),
            reach: LbReach::Internal,
        };
        let why = because("Spreads the requests over containers, in private subnets: only the API's link reaches it.");
        let balancer = self.graph.add(&concern, &name, balancer, why);

        let drain_s = LbTargetGroup::DRAIN_OF_API_S;
        let targets: Vec<_> =
            units.iter().map(|unit| self.target_group(gateway, unit, &network.vpc, drain_s)).collect();
        let Some(first) = targets.first() else { return };
        let answer = LbAnswer::Forward(first.clone());
        let listener = LbListener { load_balancer: balancer, protocol: LbProtocol::Http, answer };
        let why = because(
            "HTTP: TLS ends at API Gateway, and from there on requests stay on its link and inside the private network.",
        );
        let listener = self.graph.add(&concern, &name, listener, why);
        for (unit, target_group) in units.iter().zip(&targets) {
            let rule = (units.len() > 1).then(|| self.rule(gateway, unit, &listener, target_group));
            self.let_through(gateway, unit, &group);
            let served = Balanced {
                target_group: target_group.clone(),
                listener: listener.clone(),
                rule,
                security_group: group.clone(),
            };
            self.target_groups.insert(unit.id.clone(), served);
        }
    }

    /// The group of a unit's containers, which have `drain_s` to end what they have begun.
    pub(in super::super) fn target_group(
        &mut self,
        gateway: &Gateway,
        unit: &Unit,
        vpc: &Address,
        drain_s: u32,
    ) -> Address {
        let health_port = self.place(unit).health_port;
        let targets = LbTargets::Containers { vpc: vpc.clone(), health_port, drain_s };
        let group = LbTargetGroup { name: self.names.target_group(&unit.id), targets };
        let why = format!("The containers of unit {}, each for as long as it says that it takes requests.", unit.id);
        let why = Provenance::new([&gateway.origin, unit.origin.origin()], why);
        self.graph.add(&Concern::Gateway(gateway.id.clone()), &label(&unit.id), group, why)
    }

    /// The listener's rule for one of several units: the API has matched the path already, and says in a header for whom.
    fn rule(&mut self, gateway: &Gateway, unit: &Unit, listener: &Address, target_group: &Address) -> Address {
        let rule = LbListenerRule {
            listener: listener.clone(),
            requests: LbRequests::For(unit.id.to_string()),
            target_group: target_group.clone(),
        };
        let why = format!("The API has matched the path, and names unit {} in a header of its own.", unit.id);
        let why = Provenance::new([&gateway.origin, unit.origin.origin()], why);
        self.graph.add(&Concern::Gateway(gateway.id.clone()), &label(&unit.id), rule, why)
    }

    /// Lets the load balancer reach the unit: for requests, and to ask whether it takes any.
    pub(in super::super) fn let_through(&mut self, gateway: &Gateway, unit: &Unit, balancer: &Address) {
        let (Some(group), place) = (self.unit_group(unit), self.place(unit)) else { return };
        let (own, unit_concern) = (Concern::Gateway(gateway.id.clone()), Concern::Unit(unit.id.clone()));
        let from_label = format!("balancer_{}", label(&gateway.id));
        let from = network::End { concern: &own, label: &from_label, security_group: balancer };
        let purposes = [
            (place.port, label(&unit.id), "requests", "Requests of the gateway, to the port of the web application."),
            (
                Some(place.health_port),
                format!("{}_health", label(&unit.id)),
                "health",
                "The question whether the container takes requests, on a port where nothing else is.",
            ),
        ];
        for (port, to_label, purpose, rule) in purposes {
            let Some(port) = port else { continue };
            let to = network::Guarded {
                concern: &unit_concern,
                label: &to_label,
                title: unit.id.as_str(),
                security_group: &group,
                port,
            };
            let why = Provenance::new([&gateway.origin, unit.origin.origin()], rule);
            self.allow(&from, &to, &format!("{} to {}: {purpose}", gateway.id, unit.id), &why);
        }
    }
}
