//! The way of private subnets to the internet, which containers need to be started at all.

use super::super::Draft;
use crate::app::{Gateway, Unit};
use crate::config::{NatGateways, Setting};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::{Concern, Provenance};
use crate::resource::{
    Eip, InternetGateway, NatGateway, Route, RouteTable, RouteTableAssociation, Subnet, SubnetRole, Through,
};
use crate::terraform::Address;

/// The public subnets are the upper half of the network's sixteenths, so that more zones move none of the private ones.
const FIRST_PUBLIC: u32 = 8;

/// The longest prefix of a network for containers: each of its subnets has 256 addresses then, of which every container, load
/// balancer and link takes some.
const LONGEST_PREFIX: u32 = 20;

/// The subnets that the internet reaches, as far as what is in them lets it.
#[derive(Clone)]
pub(super) struct Public {
    /// What they reach it through.
    gateway: Address,
    pub subnets: Vec<Address>,
    /// What ties them to it.
    pub ways: Vec<Address>,
}

/// The same for load balancers, whose subnets have to be a /27 or larger:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer>.
const LONGEST_PREFIX_OF_BALANCERS: u32 = 23;

/// The way out of the private subnets.
pub(super) struct Egress {
    /// The routes of each subnet.
    pub tables: Vec<Address>,
    /// What ties the subnets to the way: what has to be started in those has to wait for it.
    pub ties: Vec<Address>,
    /// Where the NAT gateways are.
    pub public: Public,
}

impl<'a> Draft<'a> {
    /// Public subnets with a NAT gateway in each zone, or in one, and routes to them.
    pub(super) fn egress(
        &mut self,
        vpc: &Address,
        zones: &Address,
        private: &[Address],
        diagnostics: &mut Diagnostics,
    ) -> Egress {
        let units = self.containers();
        self.check_size(&units, diagnostics);
        let because = |rule: &str| Provenance::new(units.iter().map(|unit| unit.origin.origin()), rule);
        let settings = &self.settings.network;
        let public = self.public_subnets(vpc, zones, &because);
        let gateway = &public.gateway;

        let mut gateways: Vec<Address> = Vec::new();
        let mut egress = Egress { tables: Vec::new(), ties: Vec::new(), public: public.clone() };
        for ((index, subnet), place) in (0..settings.zones.value).zip(private).zip(&public.subnets) {
            let number = (index + 1).to_string();
            if gateways.is_empty() || settings.nat_gateways.value == NatGateways::PerZone {
                gateways.push(self.nat_gateway(&number, place.clone(), gateway, &because));
            }
            let Some(nat) = gateways.last() else { continue };
            let table = self.private_routes(&number, vpc, &because);
            let route = Route { table: table.clone(), through: Through::NatGateway(nat.clone()) };
            let why = because("Out through the NAT gateway, which lets nothing in.").with(&settings.nat_gateways);
            egress.ties.push(self.graph.add(&Concern::Network, &format!("private_{number}"), route, why));
            egress.ties.push(self.goes_by(&number, subnet, &table, &because));
            egress.tables.push(table);
        }
        egress
    }

    /// A public subnet in each zone, and their way to the internet.
    pub(super) fn public_subnets(
        &mut self,
        vpc: &Address,
        zones: &Address,
        because: &impl Fn(&str) -> Provenance,
    ) -> Public {
        let concern = Concern::Network;
        let gateway = InternetGateway { name: self.names.tag(&[]), vpc: vpc.clone() };
        let why = because(if self.has_containers() {
            "What the NAT gateways reach the internet through."
        } else {
            "What the load balancer is reached through."
        });
        let gateway = self.graph.add(&concern, "main", gateway, why);
        let table = RouteTable { name: self.names.tag(&["public"]), vpc: vpc.clone() };
        let table = self.graph.add(&concern, "public", table, because("The routes of the public subnets."));
        let route = Route { table: table.clone(), through: Through::InternetGateway(gateway.clone()) };
        let route = self.graph.add(&concern, "public", route, because("What makes a subnet public."));
        let mut public = Public { gateway, subnets: Vec::new(), ways: vec![route] };
        for index in 0..self.settings.network.zones.value {
            let subnet = self.public_subnet(index, vpc, zones, because);
            let association = RouteTableAssociation { subnet: subnet.clone(), table: table.clone() };
            let why = because("Public: it has a route to the internet.");
            public.ways.push(self.graph.add(&concern, &format!("public_{}", index + 1), association, why));
            public.subnets.push(subnet);
        }
        public
    }

    /// The routes of one private subnet, without any but the VPC's own.
    pub(super) fn private_routes(
        &mut self,
        number: &str,
        vpc: &Address,
        because: &impl Fn(&str) -> Provenance,
    ) -> Address {
        let table = RouteTable { name: self.names.tag(&["private", number]), vpc: vpc.clone() };
        let why = because("The routes of one private subnet.");
        self.graph.add(&Concern::Network, &format!("private_{number}"), table, why)
    }

    /// Ties a private subnet to its routes.
    pub(super) fn goes_by(
        &mut self,
        number: &str,
        subnet: &Address,
        table: &Address,
        because: &impl Fn(&str) -> Provenance,
    ) -> Address {
        let association = RouteTableAssociation { subnet: subnet.clone(), table: table.clone() };
        let why = because("The subnet goes by its own routes.");
        self.graph.add(&Concern::Network, &format!("private_{number}"), association, why)
    }

    /// Every unit that runs as a container.
    fn containers(&self) -> Vec<&'a Unit> {
        self.application.units.values().filter(|unit| self.compute(&unit.id).is_container()).collect()
    }

    fn public_subnet(
        &mut self,
        index: u32,
        vpc: &Address,
        zones: &Address,
        because: &impl Fn(&str) -> Provenance,
    ) -> Address {
        let settings = &self.settings.network;
        let number = (index + 1).to_string();
        let on_kubernetes = self.eks_units().next().is_some();
        let subnet = Subnet {
            name: self.names.tag(&["public", &number]),
            vpc: vpc.clone(),
            cidr: settings.cidr.value.sixteenth(FIRST_PUBLIC + index).to_string(),
            zones: zones.clone(),
            zone: index as usize,
            role: if on_kubernetes { SubnetRole::PublicBalancers } else { SubnetRole::None },
        };
        let why = because(if self.has_containers() {
            "Public: it holds the way out of its zone, and no container."
        } else {
            "Public: it holds the load balancer, and no store."
        });
        let why = why.with(&settings.cidr).with(&settings.zones);
        self.graph.add(&Concern::Network, &format!("public_{number}"), subnet, why)
    }

    fn nat_gateway(
        &mut self,
        number: &str,
        subnet: Address,
        internet_gateway: &Address,
        because: &impl Fn(&str) -> Provenance,
    ) -> Address {
        let setting = &self.settings.network.nat_gateways;
        let (name, label) = (self.names.tag(&["nat", number]), format!("nat_{number}"));
        let concern = Concern::Network;
        let address = Eip { name: name.clone(), internet_gateway: internet_gateway.clone() };
        let why = because("The address that others see containers come from; it stays when the gateway is replaced.");
        let address = self.graph.add(&concern, &label, address, why.with(setting));
        let gateway = NatGateway { name, subnet, address, internet_gateway: internet_gateway.clone() };
        let why = because(match setting.value {
            NatGateways::PerZone => {
                "Containers fetch their images and call AWS through it. One in each zone, so that no zone depends on another."
            }
            NatGateways::Single => {
                "Containers fetch their images and call AWS through it. One for all zones, which lose the internet with it."
            }
        });
        self.graph.add(&concern, &label, gateway, why.with(setting))
    }

    /// Reports a network with too few addresses for load balancers alone.
    pub(super) fn check_size_for_balancers(&self, gateways: &[&Gateway], diagnostics: &mut Diagnostics) {
        let Setting { value, key, origin } = &self.settings.network.cidr;
        let Some(gateway) = gateways.first().filter(|_| value.prefix > LONGEST_PREFIX_OF_BALANCERS) else { return };
        let message = format!("`{key}` is {value} ({origin}), which has too few addresses for a load balancer");
        diagnostics.push(
            Diagnostic::new(Code::NetworkTooSmall, message)
                .at(gateway.origin.span.clone(), format!("gateway `{}` is one", gateway.id))
                .help(format!(
                    "set `{key}` to a /{LONGEST_PREFIX_OF_BALANCERS} or larger, such as `10.0.0.0/16`: each subnet gets a sixteenth of it"
                )),
        );
    }

    /// Reports a network with too few addresses, at the first unit that needs more.
    fn check_size(&self, containers: &[&Unit], diagnostics: &mut Diagnostics) {
        let Setting { value, key, origin } = &self.settings.network.cidr;
        let Some(unit) = containers.first().filter(|_| value.prefix > LONGEST_PREFIX) else { return };
        let compute = self.compute(&unit.id);
        let message = format!("`{key}` is {value} ({origin}), which has too few addresses for containers");
        diagnostics.push(
            Diagnostic::new(Code::NetworkTooSmall, message)
                .at(unit.origin.origin().span.clone(), format!("unit `{}` runs on {compute}", unit.id))
                .help(format!(
                    "set `{key}` to a /{LONGEST_PREFIX} or larger, such as `10.0.0.0/16`: each subnet gets a sixteenth of it, and \
                     every container takes an address"
                )),
        );
    }
}
