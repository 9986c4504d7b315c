mod function;
mod migration;
mod python;

use super::Draft;
use crate::app::{Id, Unit};
use crate::config::{Compute, TypescriptCompiler, UnitSettings};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::label;
use crate::plan::{Concern, PlannedUnit, Provenance, Runs, naming};
use crate::resource::{IamPolicyDocument, IamRole, IamRolePolicy, Statement};
use crate::source::Language;
use crate::terraform::Address;
use python::python_minor;

impl Draft<'_> {
    pub(super) fn units(&mut self, diagnostics: &mut Diagnostics) {
        for unit in self.application.units.values() {
            let compute = self.compute(&unit.id);
            self.dead_letters(&unit.id);
            if compute.is_container() {
                self.check_entry(unit, diagnostics);
            }
            let runs = match compute {
                Compute::Lambda => {
                    self.check_trigger(unit, diagnostics);
                    self.function(unit, diagnostics).map(Runs::Lambda)
                }
                Compute::Eks => self.pods(unit, diagnostics).map(Runs::Eks),
                Compute::Ecs => self.service(unit, diagnostics).map(Runs::Ecs),
            };
            let (Some(runs), Some(settings)) = (runs, self.settings.units.get(&unit.id)) else { continue };
            let groups = self.network.as_ref().map(|network| &network.unit_groups);
            let planned = PlannedUnit {
                origin: unit.origin.origin().clone(),
                language: unit.language,
                architecture: settings.architecture.value,
                directory: format!("units/{}", naming::slug(&unit.id)),
                manifest: unit.manifest.clone(),
                python_minor: python_minor(unit, settings, &runs),
                packages: unit.packages.clone(),
                typescript_compiler: typescript_compiler(unit, settings),
                files: unit.files.clone(),
                migration: Self::planned_migration(unit),
                private_network: groups.is_some_and(|groups| groups.contains_key(&unit.id)),
                runs,
            };
            self.units.insert(unit.id.clone(), planned);
        }
    }

    fn check_trigger(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        let called = self.application.gateways.values().any(|gateway| gateway.backend(&unit.id).is_some());
        if called || !self.accesses.handled_by(&unit.id).is_empty() || self.has_schedules(&unit.id) {
            return;
        }
        let message = format!("nothing would ever start unit `{}`", unit.id);
        diagnostics.push(
            Diagnostic::new(Code::UnitWithoutTrigger, message)
                .at(unit.origin.origin().span.clone(), "declared here")
                .help(
                    "on Lambda a unit needs an `@klotho::expose` that it serves, or an event that it handles; a program that \
                     runs by itself can run on `eks` or `ecs`",
                ),
        );
    }

    /// A container that is not called by anyone lives for as long as its own program runs.
    fn check_entry(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        if unit.runs || !self.stands(unit) || self.exposed(&unit.id).is_some() {
            return;
        }
        if !self.accesses.handled_by(&unit.id).is_empty() {
            return;
        }
        let files: Vec<_> = unit.entries.iter().map(|file| format!("`{file}`")).collect();
        let message = format!("unit `{}` has no entry point: its program would end at once", unit.id);
        let definitions =
            format!("{} only {} things", files.join(" and "), if files.len() == 1 { "defines" } else { "define" });
        diagnostics.push(
            Diagnostic::new(Code::NoEntryPoint, message)
                .at(unit.origin.origin().span.clone(), definitions)
                .help("put `@klotho::execution_unit` into the file that starts the program, or call its function at the end of this one"),
        );
    }

    /// The unit's role and what it may do: nothing that its code and its place do not need. `trust` says who runs it with
    /// the role, `own` what its place needs beyond what its code calls.
    pub(super) fn role(&mut self, unit: &Unit, trust: Statement, why: &str, own: Vec<Statement>) -> Role {
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));

        let trust = IamPolicyDocument { statements: vec![trust] };
        let trust = self.graph.add(&concern, &format!("trust_{name}"), trust, because(why));
        let role = IamRole {
            name: self.names.role(&unit.id),
            description: format!("Unit {} of {}", unit.id, self.settings.name.value),
            trust,
        };
        let policy_name = role.name.clone();
        let role = self.graph.add(&concern, &name, role, because("The unit's own role, shared with nothing."));
        self.roles.insert(unit.id.clone(), role.clone());

        let mut statements = own;
        statements.extend(self.grants.get(&unit.id).into_iter().flatten().cloned());
        if statements.is_empty() {
            return Role { role, policy: None };
        }
        let document = IamPolicyDocument { statements };
        let why =
            because("What the unit's code calls, and what its place needs on its behalf, on the resources concerned.");
        let document = self.graph.add(&concern, &format!("policy_{name}"), document, why.clone());
        let policy = IamRolePolicy { name: policy_name, role: role.clone(), document };
        let policy = self.graph.add(&concern, &name, policy, why);
        Role { role, policy: Some(policy) }
    }

    /// The gateway's backend that this unit is, if it is one.
    pub(super) fn exposed(&self, unit: &Id) -> Option<(&crate::app::Gateway, &crate::app::Backend)> {
        self.application.gateways.values().find_map(|gateway| Some((gateway, gateway.backend(unit)?)))
    }
}

/// A unit in another language has nothing to compile.
const fn typescript_compiler(unit: &Unit, settings: &UnitSettings) -> TypescriptCompiler {
    match unit.language {
        Language::Python => TypescriptCompiler::Project,
        Language::TypeScript => settings.typescript_compiler.value,
    }
}

/// A unit's role.
pub(super) struct Role {
    pub role: Address,
    /// What it may do; absent where that is nothing.
    pub policy: Option<Address>,
}
