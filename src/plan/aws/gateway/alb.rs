//! A gateway as a load balancer that the internet reaches, in front of functions and containers.

use indexmap::IndexMap;

use super::super::Draft;
use super::super::container::Balanced;
use super::listener_rules::{Problem, RULES, Rule, rules};
use super::{Reached, permission};
use crate::app::{Backend, Gateway, Id, Visibility};
use crate::config::{AlbSettings, MinimumTls, WebProtocol};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{label, setting_key, statement};
use crate::plan::{Backing, Concern, Output, Provenance, Runs};
use crate::resource::{
    Lb, LbAnswer, LbListener, LbListenerRule, LbProtocol, LbReach, LbRequests, LbTargetGroup, LbTargetGroupAttachment,
    LbTargets, PublicIngressRule, SecurityGroup,
};
use crate::terraform::{Address, Expression, Part, template, text};

/// The target group of each unit that is a function behind a load balancer.
pub(in super::super) type FunctionTargets = IndexMap<Id, Address>;

impl Draft<'_> {
    /// Where a gateway's load balancer answers.
    pub(super) fn balancer_address(&self, gateway: &Gateway) -> Expression {
        let Some(settings) = self.settings.gateways.get(&gateway.id).map(|settings| &settings.alb) else {
            return text("");
        };
        let dns = Lb::at(&label(&gateway.id)).attribute("dns_name");
        match settings.protocol.value {
            WebProtocol::Https => text(format!("https://{}", settings.domain_name.value)),
            WebProtocol::Http => template([Part::Text("http://".into()), Part::Value(dns)]),
        }
    }

    /// The load balancer with its listeners, and what they hand the units' requests to. Functions enter it later.
    pub(in super::super) fn public_load_balancer(&mut self, gateway: &Gateway) {
        let (Some(network), Some(settings)) = (self.network.clone(), self.settings.gateways.get(&gateway.id)) else {
            return;
        };
        let because = |rule: &str| Provenance::new([&gateway.origin], rule);
        let (concern, name, alb) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id), &settings.alb);
        let group = SecurityGroup {
            name: self.names.security_group("balancer", gateway.id.as_str()),
            description: format!("Load balancer of gateway {} of {}", gateway.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = because("The load balancer's own: it lets in the internet, and out to the units behind it.");
        let group = self.graph.add(&concern, &format!("balancer_{name}"), group, why);
        let visibility = match gateway.visibility {
            Visibility::Public => "Reachable by anyone on the internet, as the directive says.",
        };
        let balancer = Lb {
            name: self.names.load_balancer(&gateway.id),
            subnets: network.public,
            security_group: group.clone(),
            reach: LbReach::Public {
                idle_timeout_s: alb.idle_timeout_s.value,
                deletion_protection: alb.deletion_protection.value.is_on(),
                ways: network.public_ways,
            },
        };
        let why = because(visibility).with(&settings.backing).with(&alb.idle_timeout_s).with(&alb.deletion_protection);
        let balancer = self.graph.add(&concern, &name, balancer, why);
        let targets: Vec<_> = gateway
            .backends
            .iter()
            .filter_map(|backend| Some((backend, self.targets(gateway, backend, &network.vpc)?)))
            .collect();
        let answer = match targets.as_slice() {
            [] => return,
            [(_, only)] => LbAnswer::Forward(only.clone()),
            [_, ..] => LbAnswer::NotFound,
        };
        let listener = self.listeners(gateway, alb, &balancer, &group, answer);
        let ties = self.path_rules(gateway, &listener, &targets);
        for (backend, target_group) in targets {
            let Some(unit) = self.application.units.get(&backend.unit) else { continue };
            if !self.compute(&unit.id).is_container() {
                self.function_targets.insert(unit.id.clone(), target_group);
                continue;
            }
            self.let_through(gateway, unit, &group);
            let served = Balanced {
                target_group,
                listener: listener.clone(),
                rule: ties.get(&unit.id).cloned(),
                security_group: group.clone(),
            };
            self.target_groups.insert(unit.id.clone(), served);
        }
    }

    /// What the load balancer hands the requests for one unit to.
    fn targets(&mut self, gateway: &Gateway, backend: &Backend, vpc: &Address) -> Option<Address> {
        let unit = self.application.units.get(&backend.unit)?;
        if self.compute(&unit.id).is_container() {
            let drain_s = self.place(unit).grace_s;
            return Some(self.target_group(gateway, unit, vpc, drain_s));
        }
        let group = LbTargetGroup { name: self.names.target_group(&unit.id), targets: LbTargets::Function };
        let why = format!("The function of unit {}, called once for each request, of 1 MB at most.", unit.id);
        let why = Provenance::new([&gateway.origin, unit.origin.origin()], why);
        Some(self.graph.add(&Concern::Gateway(gateway.id.clone()), &label(&unit.id), group, why))
    }

    /// The listener that hands requests on, after one that sends those without TLS to it.
    fn listeners(
        &mut self,
        gateway: &Gateway,
        settings: &AlbSettings,
        balancer: &Address,
        group: &Address,
        answer: LbAnswer,
    ) -> Address {
        let because = |rule: &str| Provenance::new([&gateway.origin], rule).with(&settings.protocol);
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let (protocol, why) = match settings.protocol.value {
            WebProtocol::Http => (LbProtocol::Http, because("HTTP, which anyone on the way reads and changes.")),
            WebProtocol::Https => {
                let plain = LbListener {
                    load_balancer: balancer.clone(),
                    protocol: LbProtocol::Http,
                    answer: LbAnswer::OverHttps,
                };
                let why = because("Who asks without TLS is sent to the same address with it.");
                self.open(gateway, group, &plain.protocol, &why);
                self.graph.add(&concern, &format!("{name}_plain"), plain, why);
                let policy = match settings.minimum_tls.value {
                    MinimumTls::Tls12 => "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    MinimumTls::Tls13 => "ELBSecurityPolicy-TLS13-1-3-2021-06",
                };
                let certificate = settings.certificate_arn.value.clone();
                let why = because("TLS ends here; from here on requests stay inside AWS.");
                let why = why.with(&settings.certificate_arn).with(&settings.minimum_tls);
                (LbProtocol::Https { certificate, policy }, why)
            }
        };
        self.open(gateway, group, &protocol, &why);
        let listener = LbListener { load_balancer: balancer.clone(), protocol, answer };
        self.graph.add(&concern, &name, listener, why)
    }

    /// Lets the internet in on the port of `protocol`.
    fn open(&mut self, gateway: &Gateway, group: &Address, protocol: &LbProtocol, why: &Provenance) {
        let (concern, name) = (Concern::Gateway(gateway.id.clone()), label(&gateway.id));
        let port = protocol.port();
        let rule =
            PublicIngressRule { security_group: group.clone(), port, description: format!("Anyone to {}", gateway.id) };
        self.graph.add(&concern, &format!("balancer_{name}_from_anywhere_{port}"), rule, why.clone());
    }

    /// Which unit gets what, where there are several: the first rule of each.
    fn path_rules(
        &mut self,
        gateway: &Gateway,
        listener: &Address,
        targets: &[(&Backend, Address)],
    ) -> IndexMap<Id, Address> {
        let mut first = IndexMap::new();
        if targets.len() < 2 {
            return first;
        }
        let routes: Vec<_> = gateway.routes().collect();
        // What cannot be rules is reported when the gateway is.
        let rules = rules(&routes).unwrap_or_default();
        for (Rule { unit, paths, methods }, priority) in rules.into_iter().zip(1_u32..) {
            let Some((backend, group)) = targets.iter().find(|(backend, _)| backend.unit == *unit) else { continue };
            let rule = LbListenerRule {
                listener: listener.clone(),
                requests: LbRequests::To { priority, paths, methods },
                target_group: group.clone(),
            };
            let why = format!("Unit {unit} serves these paths; of several rules that fit, the first one counts.");
            let why = Provenance::new([&gateway.origin, &backend.origin], why);
            let name = format!("{}_{priority}", label(&gateway.id));
            let rule = self.graph.add(&Concern::Gateway(gateway.id.clone()), &name, rule, why);
            first.entry(unit.clone()).or_insert(rule);
        }
        first
    }

    /// The gateway itself, when everything behind it is there.
    pub(super) fn public_balancer(&mut self, gateway: &Gateway, diagnostics: &mut Diagnostics) {
        let Some(settings) = self.settings.gateways.get(&gateway.id).map(|settings| &settings.alb) else { return };
        check_protocol(gateway, settings, diagnostics);
        check_rules(gateway, diagnostics);
        for backend in &gateway.backends {
            self.enter_function(gateway, backend);
        }
        let balancer = Lb::at(&label(&gateway.id));
        if settings.protocol.value == WebProtocol::Https {
            let value = Output {
                description: format!(
                    "What the domain of gateway {} has to point at, by a CNAME or an alias.",
                    gateway.id
                ),
                value: balancer.attribute("dns_name").into(),
                origins: vec![gateway.origin.clone()],
            };
            self.outputs.insert(format!("{}_balancer", label(&gateway.id)), value);
        }
        let reached = Reached { backing: Backing::Alb, url: self.balancer_address(gateway), resource: balancer };
        let routes = gateway.routes();
        let routes = routes.map(|(unit, route)| (format!("{} {}", route.method, route.path), unit, route.clone()));
        self.publish(gateway, reached, routes.collect());
    }

    /// Makes the function of a unit what its target group hands requests to.
    fn enter_function(&mut self, gateway: &Gateway, backend: &Backend) {
        let Some(group) = self.function_targets.get(&backend.unit).cloned() else { return };
        let Some(Runs::Lambda(function)) = self.units.get(&backend.unit).map(|unit| &unit.runs) else { return };
        let function = function.function.clone();
        let because = |rule: &str| Provenance::new([&backend.origin], rule);
        let concern = Concern::Gateway(gateway.id.clone());
        let name = format!("{}_{}", label(&gateway.id), label(&backend.unit));
        let id = statement(&["balancer", gateway.id.as_str()]);
        let allowed = permission(id, &function, "elasticloadbalancing.amazonaws.com", group.attribute("arn").into());
        let why = because("Lets this load balancer call the unit, on behalf of its own target group alone.");
        let permission = self.graph.add(&concern, &name, allowed, why);
        let attachment = LbTargetGroupAttachment { target_group: group, function, permission };
        let why = because(&format!("Unit {} answers these requests.", backend.unit));
        self.graph.add(&concern, &name, attachment, why);
    }
}

/// A load balancer without what its protocol takes, or with one that keeps nothing secret.
fn check_protocol(gateway: &Gateway, settings: &AlbSettings, diagnostics: &mut Diagnostics) {
    let table = format!("expose.by_id.{}.alb", setting_key(&gateway.id));
    match settings.protocol.value {
        WebProtocol::Https => {
            let needed = [&settings.certificate_arn, &settings.domain_name];
            let missing: Vec<_> = needed.into_iter().filter(|one| one.value.is_empty()).collect();
            if missing.is_empty() {
                return;
            }
            let keys: Vec<_> = missing.iter().map(|one| format!("`{}`", one.key)).collect();
            let message = format!("the load balancer of gateway `{}` has no {}", gateway.id, keys.join(" and no "));
            diagnostics.push(
                Diagnostic::new(Code::BalancerWithoutTls, message)
                    .at(gateway.origin.span.clone(), format!("`{}` is `https`", settings.protocol.key))
                    .help(format!(
                        "set `{table}.certificate_arn` and `{table}.domain_name`, or `{table}.protocol = \"http\"` where nothing \
                         has to be kept secret"
                    )),
            );
        }
        WebProtocol::Http => diagnostics.push(
            Diagnostic::new(
                Code::PlainHttp,
                format!("anyone on the way reads and changes what gateway `{}` is sent, and answers", gateway.id),
            )
            .at(
                gateway.origin.span.clone(),
                format!("`{}` is `http` ({})", settings.protocol.key, settings.protocol.origin),
            )
            .help(format!("set `{table}.protocol` to `https`, with `certificate_arn` and `domain_name`")),
        ),
    }
}

/// Routes of several units that rules cannot tell apart, or that are too many.
fn check_rules(gateway: &Gateway, diagnostics: &mut Diagnostics) {
    if gateway.backends.len() < 2 {
        return;
    }
    let routes: Vec<_> = gateway.routes().collect();
    let problems = match rules(&routes) {
        Ok(rules) if rules.len() > RULES => {
            let message =
                format!("the routes of gateway `{}` take {} rules of a load balancer", gateway.id, rules.len());
            diagnostics.push(
                Diagnostic::new(Code::RouteNotServable, message)
                    .at(gateway.origin.span.clone(), format!("it has {RULES} at most"))
                    .help("give the units a gateway each, or another `expose.backing`"),
            );
            return;
        }
        Ok(_) => return,
        Err(problems) => problems,
    };
    for problem in problems {
        diagnostics.push(match problem {
            Problem::Path(route) => Diagnostic::new(
                Code::RouteNotServable,
                format!("no rule of a load balancer can say `{}` ({})", route.path, route.at),
            )
            .at(gateway.origin.span.clone(), "it tells this gateway's units apart by rules")
            .help("use letters, digits and `_-.$~'@:+` between the slashes, 128 characters at most, or a gateway for each unit"),
            Problem::Taken([(unit, route), (other, taken)]) => {
                let message = format!(
                    "a load balancer cannot tell `{} {}` ({}) of unit `{unit}` from `{} {}` ({}) of unit `{other}`",
                    route.method, route.path, route.at, taken.method, taken.path, taken.at
                );
                Diagnostic::new(Code::RoutesNotTold, message)
                    .at(gateway.origin.span.clone(), "to its rules a parameter may hold slashes")
                    .help("give the units paths that differ in a part that is no parameter, a gateway each, or another `expose.backing`")
            }
        });
    }
}
