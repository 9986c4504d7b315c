use indexmap::IndexMap;

use super::super::Draft;
use super::super::store::FileSystem;
use super::migration::migration_label;
use crate::app::Unit;
use crate::config::{Package, Setting, UnitSettings};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{label, slug};
use crate::plan::{Binding, Concern, PlannedFunction, PlannedPackage, Provenance};
use crate::resource::{
    CallerIdentity, EcrRepository, EcrRepositoryPolicy, FileSystemMount, IamPolicyDocument, IamRole, LambdaCode,
    LambdaFunction, LambdaInvocation, LogGroup, VpcPlacement,
};
use crate::source::Language;
use crate::terraform::{Address, Expression, text};

impl Draft<'_> {
    /// The unit as a Lambda function.
    pub(super) fn function(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedFunction> {
        let settings = self.settings.units.get(&unit.id)?;
        let placement = self.placement(unit);
        if placement.is_some() {
            diagnostics.push(self.no_egress(unit));
        }
        self.check_mounts(unit, diagnostics);
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let function_name = self.names.function(&unit.id);
        let private_network = placement.is_some();

        let logs =
            LogGroup { name: self.names.unit_log_group(&unit.id), retention_days: settings.log_retention_days.value };
        let why = because("Made before the function, which would make one that keeps its lines for ever.")
            .with(&settings.log_retention_days);
        let logs = self.graph.add(&concern, &format!("unit_{name}"), logs, why);
        let migration_logs = self.migration_logs(unit);
        let mut own = vec![LogGroup::write(std::iter::once(&logs).chain(&migration_logs))];
        let migrates = migration_logs.as_ref().map(|_| self.names.migration_function(&unit.id));
        let names = std::iter::once(&function_name).chain(&migrates).map(String::as_str);
        own.extend(private_network.then(|| LambdaFunction::network_interfaces(names)).into_iter().flatten());
        let role = self.role(unit, IamRole::trust_lambda(), "Only Lambda runs the unit.", own);

        let (runtime, handler) = match unit.language {
            Language::Python => (&settings.python_runtime, "inferra_entry.handler"),
            Language::TypeScript => (&settings.node_runtime, "index.handler"),
        };
        let (package, code) = match settings.package.value {
            Package::Zip => {
                let (runtime, zip) = (runtime.value.clone(), zip(&unit.id));
                let code = LambdaCode::Zip { zip: zip.clone(), handler, runtime: runtime.clone() };
                (PlannedPackage::Zip { runtime, handler, zip: format!("build/{zip}") }, code)
            }
            Package::Image => {
                check_image(unit, settings, diagnostics);
                let (repository, policy) = self.function_images(unit);
                let code = LambdaCode::Image { repository: repository.clone(), policy, command: handler };
                (PlannedPackage::Image { handler, base_image: settings.python_image.value.clone(), repository }, code)
            }
        };
        let function = LambdaFunction {
            function_name,
            description: format!("Unit {} of {}", unit.id, self.settings.name.value),
            policy: role.policy.unwrap_or_else(|| role.role.clone()),
            role: role.role,
            code,
            architecture: settings.architecture.value.name(),
            memory_mb: settings.memory_mb.value,
            timeout_s: settings.timeout_s.value,
            log_group: logs,
            vpc: placement,
            files: self.function_files(unit),
            environment: self.environment(unit, |binding| binding.value.expression()),
            after: migrates.map(|_| LambdaInvocation::at(&migration_label(unit))),
        };
        if let Some(logs) = migration_logs {
            self.migration_function(unit, &function, logs);
        }
        let reason = if private_network {
            "Runs the unit, inside the private network because it uses a store there."
        } else {
            "Runs the unit."
        };
        let decided = match settings.package.value {
            Package::Zip => runtime,
            Package::Image => &settings.python_image,
        };
        let why = function_settings(because(reason), settings, decided);
        let function = self.graph.add(&concern, &name, function, why);
        Some(PlannedFunction { package, function })
    }

    /// The repository of the function's images, and what lets Lambda take them from it:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions>.
    fn function_images(&mut self, unit: &Unit) -> (Address, Address) {
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        let repository = self.repository(unit);
        let why = because("Names the account whose functions may be made of the images.");
        let account = self.read(&concern, CallerIdentity, why);
        let why = because(
            "Lambda itself takes the images, for functions of this account; without it Lambda would write one.",
        );
        let document = IamPolicyDocument { statements: vec![EcrRepository::pull_for_functions(&account)] };
        let document = self.graph.add(&concern, &format!("images_{name}"), document, why.clone());
        let policy = EcrRepositoryPolicy { repository: repository.clone(), document };
        let policy = self.graph.add(&concern, &name, policy, why);
        (repository, policy)
    }

    /// The function's place in the network, where it has one.
    fn placement(&self, unit: &Unit) -> Option<VpcPlacement> {
        let network = self.network.as_ref()?;
        let security_group = network.unit_groups.get(&unit.id)?.clone();
        Some(VpcPlacement { subnets: network.subnets.clone(), security_group })
    }

    /// The file system that the function mounts.
    fn function_files(&self, unit: &Unit) -> Option<FileSystemMount> {
        let mount = self.mounts(&unit.id).into_iter().next()?;
        let FileSystem { access_point, targets, .. } = mount.file_system;
        Some(FileSystemMount { access_point, path: mount.path, targets })
    }

    /// The unit's environment: its bindings as `value` writes them, and what its runtime needs.
    pub(in super::super) fn environment(
        &self,
        unit: &Unit,
        value: impl Fn(&Binding) -> Expression,
    ) -> IndexMap<String, Expression> {
        let bindings = self.bindings.get(&unit.id).into_iter().flatten();
        let mut environment: IndexMap<_, _> = bindings.map(|(name, binding)| (name.clone(), value(binding))).collect();
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

fn zip(unit: &crate::app::Id) -> String {
    format!("{}.zip", slug(unit))
}

fn function_settings(why: Provenance, settings: &UnitSettings, runtime: &Setting<String>) -> Provenance {
    why.with(runtime).with(&settings.architecture).with(&settings.memory_mb).with(&settings.timeout_s)
}

/// Reports a unit of which no image of a function can be made.
fn check_image(unit: &Unit, settings: &UnitSettings, diagnostics: &mut Diagnostics) {
    match unit.language {
        Language::Python => {}
        Language::TypeScript => diagnostics.push(
            Diagnostic::new(Code::TargetCannotRun, format!("unit `{}` cannot be an image on Lambda", unit.id))
                .at(unit.origin.origin().span.clone(), "inferra makes images of functions in Python only")
                .help(format!(
                    "set `{}` to `zip`, or run the unit in a container: `compute = \"ecs\"` or `\"eks\"`",
                    settings.package.key
                )),
        ),
    }
}
