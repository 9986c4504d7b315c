use super::super::store::Mount;
use super::super::{Draft, schedule};
use super::{CLOSING_S, Cluster, LONGEST_STOP_S};
use crate::app::Unit;
use crate::config::Architecture;
use crate::plan::naming::label;
use crate::plan::{Binding, Concern, PlannedContainer, Provenance};
use crate::resource::{
    EcrRepository, EcsContainer, EcsFiles, EcsTaskDefinition, IamPolicyDocument, IamRole, IamRolePolicy, LogGroup,
};
use crate::source::Language;
use crate::terraform::Address;

/// A unit's task, before there is any.
pub(super) struct Task {
    pub definition: Address,
    /// The policies without which it cannot start or work.
    pub rights: Vec<Address>,
}

impl Draft<'_> {
    /// What the unit's tasks are.
    pub(super) fn task(&mut self, unit: &Unit, cluster: &Cluster, planned: &PlannedContainer) -> Option<Task> {
        let settings = self.settings.units.get(&unit.id)?;
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));

        let logs = LogGroup {
            name: self.names.container_log_group(&unit.id),
            retention_days: settings.log_retention_days.value,
        };
        let why = because("What the unit's tasks print.").with(&settings.log_retention_days);
        // Not the function's group under another name: a resource that a move replaces is in the way of what it depends on.
        let logs = self.graph.add(&concern, &format!("tasks_{name}"), logs, why);
        let start = self.execution_role(unit, cluster, &planned.repository, &logs);
        let trust = IamRole::trust_tasks(&cluster.region, &cluster.account);
        let role = self.role(unit, trust, "Only tasks of ECS in this account run the unit.", Vec::new());

        let mut environment = self.environment(unit, Binding::text);
        environment.insert("AWS_REGION".to_owned(), cluster.region.attribute("name").into());
        environment.sort_keys();
        let definition = EcsTaskDefinition {
            family: planned.workload.clone(),
            cpu_units: planned.cpu_units,
            memory_mb: planned.memory_mb,
            architecture: match settings.architecture.value {
                Architecture::Arm64 => "ARM64",
                Architecture::X86 => "X86_64",
            },
            execution_role: start.role.clone(),
            role: role.role.clone(),
            files: self.mounts(&unit.id).into_iter().map(files).collect(),
            container: EcsContainer {
                repository: planned.repository.clone(),
                port: planned.port,
                health_check: health_check(unit.language, planned.health_port),
                environment,
                stop_timeout_s: (planned.grace_s + CLOSING_S).min(LONGEST_STOP_S),
                log_group: logs,
                region: cluster.region.clone(),
            },
        };
        let reason = if planned.grace_s < settings.timeout_s.value {
            format!(
                "What a task of the unit is. Fargate ends one {LONGEST_STOP_S} seconds after it was told to stop, so that work in \
                 hand has {} seconds, not {}.",
                planned.grace_s, settings.timeout_s.value
            )
        } else {
            "What a task of the unit is.".to_owned()
        };
        let why = Provenance::new([unit.origin.origin()], reason)
            .with(&settings.architecture)
            .with(&settings.cpu_units)
            .with(&settings.memory_mb)
            .with(&settings.timeout_s)
            .with(&settings.port);
        let definition = self.graph.add(&concern, &name, definition, why);
        let roles = vec![start.role.clone(), role.role.clone()];
        self.tasks.insert(unit.id.clone(), schedule::Task { definition: definition.clone(), roles });
        Some(Task { definition, rights: std::iter::once(start.policy).chain(role.policy).collect() })
    }

    /// The role by which ECS starts the unit: it fetches the image and opens the log. The unit's own code does not have it.
    fn execution_role(&mut self, unit: &Unit, cluster: &Cluster, repository: &Address, logs: &Address) -> StartRole {
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), format!("{}_start", label(&unit.id)));
        let trust = IamPolicyDocument { statements: vec![IamRole::trust_tasks(&cluster.region, &cluster.account)] };
        let trust = self.graph.add(
            &concern,
            &format!("trust_{name}"),
            trust,
            because("Only ECS starts tasks, and only on behalf of this account."),
        );
        let role = IamRole {
            name: self.names.execution_role(&unit.id),
            description: format!("Starts unit {} of {}", unit.id, self.settings.name.value),
            trust,
        };
        let policy_name = role.name.clone();
        let why = because("By this ECS starts the unit's tasks. Their code never has it.");
        let role = self.graph.add(&concern, &name, role, why);
        let mut statements = EcrRepository::pull(repository).to_vec();
        statements.push(LogGroup::write([logs]));
        let why = because("Fetches the unit's images, and writes what its tasks print.");
        let document = IamPolicyDocument { statements };
        let document = self.graph.add(&concern, &format!("policy_{name}"), document, why.clone());
        let policy = IamRolePolicy { name: policy_name, role: role.clone(), document };
        let policy = self.graph.add(&concern, &name, policy, why);
        StartRole { role, policy }
    }
}

struct StartRole {
    role: Address,
    policy: Address,
}

fn files(mount: Mount<'_>) -> EcsFiles {
    EcsFiles {
        // Beside the one for what is temporary.
        name: format!("files-{}", mount.volume()),
        file_system: mount.file_system.address,
        access_point: mount.file_system.access_point,
        path: mount.path,
        read_only: !mount.writes,
    }
}

/// Asks the shim whether the process works, with what every image of the language has.
fn health_check(language: Language, port: u16) -> Vec<String> {
    let url = format!("http://127.0.0.1:{port}/live");
    match language {
        Language::Python => {
            let program = format!("import urllib.request; urllib.request.urlopen('{url}', timeout=4)");
            vec!["python".to_owned(), "-c".to_owned(), program]
        }
        Language::TypeScript => {
            let program = format!("fetch('{url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))");
            vec!["node".to_owned(), "-e".to_owned(), program]
        }
    }
}
