//! Functions that run at certain times: `EventBridge` Scheduler calls Lambda and ECS, and a Kubernetes cluster keeps its own time.

mod times;

use super::Draft;
use crate::app::{Id, Origin, Schedule, Unit};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::label;
use crate::plan::{Backing, Concern, PlannedSchedule, Provenance, Runs};
use crate::resource::{
    CallerIdentity, EcsTaskDefinition, IamPolicyDocument, IamRole, IamRolePolicy, LambdaFunction, SchedulerSchedule,
    SchedulerTarget, Statement,
};
use crate::source::{Language, ProjectPath};
use crate::terraform::{Address, Expression, Key, object, text};

/// What a unit on ECS is started as.
pub(super) struct Task {
    pub definition: Address,
    /// The roles that ECS is handed with it.
    pub roles: Vec<Address>,
}

/// A call of `EventBridge` Scheduler's, before it has a role.
struct Call {
    concern: Concern,
    /// Its name in Terraform, and in the cloud with the role's.
    label: String,
    name: String,
    role_name: String,
    description: String,
    expression: String,
    target: SchedulerTarget,
    rights: Vec<Statement>,
    origin: Origin,
}

/// How long Lambda keeps an instance that nobody calls is not promised; one that is called every five minutes has always
/// been kept.
const WARM_MINUTES: u32 = 5;

impl Draft<'_> {
    /// Whether anything of the unit runs at certain times.
    pub(super) fn has_schedules(&self, unit: &Id) -> bool {
        self.application.schedules.values().any(|schedule| schedule.unit == *unit)
    }

    /// Whether the unit's program is to run all the time. One that nobody calls, and whose entries all hold functions that run
    /// at certain times, is there for these alone.
    pub(super) fn stands(&self, unit: &Unit) -> bool {
        let scheduled =
            |entry: &ProjectPath| self.application.schedules.values().any(|schedule| schedule.file == *entry);
        let own_program = unit.runs && !unit.entries.iter().all(scheduled);
        self.exposed(&unit.id).is_some()
            || !self.accesses.handled_by(&unit.id).is_empty()
            || own_program
            || !self.has_schedules(&unit.id)
    }

    /// The schedules, once their units are there.
    pub(super) fn schedules(&mut self, diagnostics: &mut Diagnostics) {
        for schedule in self.application.schedules.values() {
            let planned = match self.units.get(&schedule.unit).map(|unit| &unit.runs) {
                Some(Runs::Lambda(function)) => Some(self.scheduled_function(schedule, function.function.clone())),
                Some(Runs::Eks(_)) => self.cron_job(schedule, diagnostics),
                Some(Runs::Ecs(_)) => self.scheduled_task(schedule),
                None => None,
            };
            self.schedules.extend(planned.map(|planned| (schedule.id.clone(), planned)));
        }
        for unit in self.application.units.values().filter(|unit| unit.keep_warm) {
            self.warm(unit);
        }
    }

    fn scheduled_function(&mut self, schedule: &Schedule, function: Address) -> PlannedSchedule {
        let job = object([(Key::Name("job"), text(schedule.id.as_str()))]);
        let rights = vec![LambdaFunction::invoke(&function)];
        let target = SchedulerTarget::Function { function, event: object([(Key::Name("inferra"), job)]) };
        self.scheduler(schedule, target, rights)
    }

    fn scheduled_task(&mut self, schedule: &Schedule) -> Option<PlannedSchedule> {
        let task = self.tasks.get(&schedule.unit)?;
        let (cluster, network) = (self.ecs.as_ref()?.address.clone(), self.network.as_ref()?);
        let rights = EcsTaskDefinition::run(&task.definition, &cluster, &task.roles).to_vec();
        let target = SchedulerTarget::Task {
            cluster,
            definition: task.definition.clone(),
            subnets: network.subnets.clone(),
            security_group: network.unit_groups.get(&schedule.unit)?.clone(),
            command: self.command(schedule),
        };
        Some(self.scheduler(schedule, target, rights))
    }

    /// What a container runs for one run of the schedule.
    fn command(&self, schedule: &Schedule) -> Vec<String> {
        let language = self.application.units.get(&schedule.unit).map(|unit| unit.language);
        let program: &[&str] = match language {
            Some(Language::Python) | None => &["python", "inferra_entry.py"],
            Some(Language::TypeScript) => &["node", "index.mjs"],
        };
        let words = program.iter().copied().chain(["job", schedule.id.as_str()]);
        words.map(str::to_owned).collect()
    }

    /// A call of `EventBridge` Scheduler's.
    fn scheduler(&mut self, schedule: &Schedule, target: SchedulerTarget, rights: Vec<Statement>) -> PlannedSchedule {
        let expression = times::expression(&schedule.when);
        let call = Call {
            concern: Concern::Schedule(schedule.id.clone()),
            label: label(&schedule.id),
            name: self.names.schedule(&schedule.id),
            role_name: self.names.schedule_role(&schedule.id),
            description: format!("{} of unit {} of {}", schedule.function, schedule.unit, self.settings.name.value),
            expression: expression.clone(),
            target,
            rights,
            origin: schedule.origin.clone(),
        };
        let settings = self.settings.schedules.get(&schedule.id);
        let (retries, delay) = settings.map_or((0, 0), |it| (it.max_retries.value, it.max_delay_s.value));
        let dead_letters = self.dead_letters.get(&schedule.unit).cloned();
        let mut why = Provenance::new(
            [&schedule.origin],
            "Calls the function at its times, in UTC. A call that cannot be made is tried again, then kept.",
        );
        if let Some(settings) = settings {
            why = why.with(&settings.max_retries).with(&settings.max_delay_s);
        }
        let resource = self.call_at_times(call, why, retries, delay, dead_letters);
        PlannedSchedule {
            origin: schedule.origin.clone(),
            unit: schedule.unit.clone(),
            function: schedule.function.clone(),
            backing: Backing::Scheduler,
            when: expression,
            command: Vec::new(),
            max_retries: retries,
            max_delay_s: delay,
            resource: Some(resource),
        }
    }

    fn call_at_times(
        &mut self,
        call: Call,
        why: Provenance,
        max_retries: u32,
        max_delay_s: u32,
        dead_letters: Option<Address>,
    ) -> Address {
        let because = |rule: &str| Provenance::new([&call.origin], rule);
        let account = self.read(
            &call.concern,
            CallerIdentity,
            because("Roles trust EventBridge on behalf of this account alone."),
        );
        let trust = IamPolicyDocument { statements: vec![IamRole::trust_scheduler(&account)] };
        let name = format!("schedule_{}", call.label);
        let only = because("Only EventBridge Scheduler has the role, on behalf of this account.");
        let trust = self.graph.add(&call.concern, &format!("trust_{name}"), trust, only.clone());
        let role = IamRole { name: call.role_name.clone(), description: format!("Calls {}", call.description), trust };
        let role = self.graph.add(&call.concern, &name, role, only);
        let mut statements = call.rights;
        statements.extend(dead_letters.as_ref().map(crate::resource::SqsQueue::send));
        let exactly = because("What the schedule calls, and nothing else.");
        let document = IamPolicyDocument { statements };
        let document = self.graph.add(&call.concern, &format!("policy_{name}"), document, exactly.clone());
        let policy = IamRolePolicy { name: call.role_name, role: role.clone(), document };
        let policy = self.graph.add(&call.concern, &name, policy, exactly);
        let schedule = SchedulerSchedule {
            name: call.name,
            description: call.description,
            expression: call.expression,
            target: call.target,
            role,
            policy,
            max_retries,
            max_delay_s,
            dead_letters,
        };
        self.graph.add(&call.concern, &call.label, schedule, why)
    }

    fn cron_job(&mut self, schedule: &Schedule, diagnostics: &mut Diagnostics) -> Option<PlannedSchedule> {
        let Some(cron) = times::crontab(&schedule.when) else {
            let message = format!("Kubernetes cannot run `{}` at even times of this rate", schedule.function);
            diagnostics.push(
                Diagnostic::new(Code::TargetCannotRun, message)
                    .at(schedule.origin.span.clone(), "a crontab starts anew with each hour and each day")
                    .help(format!("use one of {}, or `cron`", times::even_rates())),
            );
            return None;
        };
        let settings = self.settings.schedules.get(&schedule.id)?;
        Some(PlannedSchedule {
            origin: schedule.origin.clone(),
            unit: schedule.unit.clone(),
            function: schedule.function.clone(),
            backing: Backing::CronJob,
            when: cron,
            command: self.command(schedule),
            max_retries: settings.max_retries.value,
            max_delay_s: settings.max_delay_s.value,
            resource: None,
        })
    }

    /// Keeps an instance of a function ready. Provisioned concurrency would keep one for certain, but needs a version and an
    /// alias for each change of the code, and is paid by the hour; this costs cents a year, and nothing where the unit is a
    /// container.
    fn warm(&mut self, unit: &Unit) {
        let Some(Runs::Lambda(function)) = self.units.get(&unit.id).map(|unit| &unit.runs) else { return };
        let function = function.function.clone();
        let warm = object([(Key::Name("warm"), Expression::from(true))]);
        let origin = unit.origin.origin();
        let call = Call {
            concern: Concern::Unit(unit.id.clone()),
            label: format!("{}_warm", label(&unit.id)),
            name: self.names.warmth(&unit.id),
            role_name: self.names.warmth_role(&unit.id),
            description: format!("Keep-warm of unit {} of {}", unit.id, self.settings.name.value),
            expression: format!("rate({WARM_MINUTES} minutes)"),
            target: SchedulerTarget::Function {
                function: function.clone(),
                event: object([(Key::Name("inferra"), warm)]),
            },
            rights: vec![LambdaFunction::invoke(&function)],
            origin: origin.clone(),
        };
        let rule = format!(
            "Asks every {WARM_MINUTES} minutes for nothing, so that Lambda keeps an instance. One that is missed is not made up for."
        );
        self.call_at_times(call, Provenance::new([origin], rule), 0, 60, None);
    }
}
