use indexmap::IndexMap;

use super::Draft;
use super::network::Network;
use crate::app::{Id, Unit};
use crate::config::{Setting, UnitSettings};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{label, slug};
use crate::plan::{Backing, Concern, PlannedUnit, Provenance};
use crate::resource::{IamPolicyDocument, IamRole, IamRolePolicy, LambdaFunction, LogGroup, VpcPlacement};
use crate::source::Language;
use crate::terraform::{Address, Expression, text};

impl Draft<'_> {
    pub(super) fn units(&mut self, network: Option<&Network>, diagnostics: &mut Diagnostics) {
        for unit in self.application.units.values() {
            self.check_trigger(unit, diagnostics);
            self.dead_letters(&unit.id);
            let placement = network.and_then(|network| {
                let security_group = network.unit_groups.get(&unit.id)?.clone();
                Some(VpcPlacement { subnets: network.subnets.clone(), security_group })
            });
            if placement.is_some() {
                diagnostics.push(self.no_egress(unit));
            }
            self.unit(unit, placement);
        }
    }

    fn check_trigger(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        let called = self.application.gateways.values().any(|gateway| gateway.unit == unit.id);
        if called || !self.accesses.handled_by(&unit.id).is_empty() {
            return;
        }
        let message = format!("nothing would ever start unit `{}`", unit.id);
        diagnostics.push(
            Diagnostic::new(Code::UnitWithoutTrigger, message)
                .at(unit.origin.origin().span.clone(), "declared here")
                .help("on aws-lambda a unit needs an `@klotho::expose` that it serves, or an event that it handles"),
        );
    }

    fn unit(&mut self, unit: &Unit, placement: Option<VpcPlacement>) {
        let Some(settings) = self.settings.units.get(&unit.id) else { return };
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let function_name = self.names.function(&unit.id);
        let private_network = placement.is_some();

        let logs =
            LogGroup { name: self.names.unit_log_group(&unit.id), retention_days: settings.log_retention_days.value };
        let why = because("Made before the function, which would make one that keeps its lines for ever.")
            .with(&settings.log_retention_days);
        let logs = self.graph.add(&concern, &format!("unit_{name}"), logs, why);
        let (role, policy) = self.role(unit, &logs, private_network.then_some(function_name.as_str()));

        let (runtime, handler) = match unit.language {
            Language::Python => (&settings.python_runtime, "inferra_entry.handler"),
            Language::TypeScript => (&settings.node_runtime, "index.handler"),
        };
        let function = LambdaFunction {
            function_name,
            description: format!("Unit {} of {}", unit.id, self.settings.name.value),
            role,
            policy,
            zip: zip(&unit.id),
            handler: handler.to_owned(),
            runtime: runtime.value.clone(),
            architecture: settings.architecture.value.name(),
            memory_mb: settings.memory_mb.value,
            timeout_s: settings.timeout_s.value,
            log_group: logs,
            vpc: placement,
            environment: self.environment(unit),
        };
        let reason = if private_network {
            "Runs the unit, inside the private network because it uses a store there."
        } else {
            "Runs the unit."
        };
        let function = self.graph.add(&concern, &name, function, function_settings(because(reason), settings, runtime));
        let planned = PlannedUnit {
            origin: unit.origin.origin().clone(),
            backing: Backing::Lambda,
            language: unit.language,
            runtime: runtime.value.clone(),
            architecture: settings.architecture.value,
            handler,
            directory: format!("units/{}", slug(&unit.id)),
            zip: format!("build/{}", zip(&unit.id)),
            manifest: unit.manifest.clone(),
            files: unit.files.clone(),
            function,
            private_network,
        };
        self.units.insert(unit.id.clone(), planned);
    }

    /// The unit's role and what it may do: nothing that its code and its place do not need.
    fn role(&mut self, unit: &Unit, logs: &Address, in_network: Option<&str>) -> (Address, Address) {
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));

        let trust = IamPolicyDocument { statements: vec![IamRole::trust_lambda()] };
        let trust = self.graph.add(&concern, &format!("trust_{name}"), trust, because("Only Lambda runs the unit."));
        let role = IamRole {
            name: self.names.role(&unit.id),
            description: format!("Unit {} of {}", unit.id, self.settings.name.value),
            trust,
        };
        let policy_name = role.name.clone();
        let role = self.graph.add(&concern, &name, role, because("The unit's own role, shared with nothing."));
        self.roles.insert(unit.id.clone(), role.clone());

        let mut statements = vec![LogGroup::write(logs)];
        statements.extend(in_network.into_iter().flat_map(LambdaFunction::network_interfaces));
        statements.extend(self.grants.get(&unit.id).into_iter().flatten().cloned());
        let document = IamPolicyDocument { statements };
        let why =
            because("What the unit's code calls, and what Lambda does on its behalf, on the resources concerned.");
        let document = self.graph.add(&concern, &format!("policy_{name}"), document, why.clone());
        let policy = IamRolePolicy { name: policy_name, role: role.clone(), document };
        (role, self.graph.add(&concern, &name, policy, why))
    }

    fn environment(&self, unit: &Unit) -> IndexMap<String, Expression> {
        let bindings = self.bindings.get(&unit.id).into_iter().flatten();
        let mut environment: IndexMap<_, _> =
            bindings.map(|(name, binding)| (name.clone(), binding.value.expression())).collect();
        match unit.language {
            Language::Python => {}
            Language::TypeScript => {
                // Frameworks answer with stack traces unless told that this is no laptop:
                // https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production.
                environment.insert("NODE_ENV".to_owned(), text("production"));
                // The bundle has a source map beside it; with it, traces name the lines of the application's own files.
                environment.insert("NODE_OPTIONS".to_owned(), text("--enable-source-maps"));
            }
        }
        environment.sort_keys();
        environment
    }
}

impl Draft<'_> {
    fn no_egress(&self, unit: &Unit) -> Diagnostic {
        let used = self.accesses.connections.iter().filter(|access| *access.unit == unit.id);
        let stores = used.filter_map(|access| self.application.stores.get(access.construct));
        let message = format!("unit `{}` runs in a private network and cannot reach the internet", unit.id);
        let diagnostic = Diagnostic::new(Code::NoInternetEgress, message)
            .at(unit.origin.origin().span.clone(), "the unit")
            .help("it reaches the stores and topics of this application; calls to anything else will time out");
        stores.fold(diagnostic, |diagnostic, store| {
            diagnostic.also(store.origin.span.clone(), "because it uses this, which is reachable inside one only")
        })
    }
}

fn zip(unit: &Id) -> String {
    format!("{}.zip", slug(unit))
}

fn function_settings(why: Provenance, settings: &UnitSettings, runtime: &Setting<String>) -> Provenance {
    why.with(runtime).with(&settings.architecture).with(&settings.memory_mb).with(&settings.timeout_s)
}
