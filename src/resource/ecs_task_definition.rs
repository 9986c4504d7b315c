use indexmap::IndexMap;

use super::Statement;
use crate::terraform::{Address, Body, Expression, Key, Part, Reference, call, list, number, object, template, text};

/// What a task on Fargate is: one container, and the rights to start and to run it.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsTaskDefinition {
    /// The name that its revisions share.
    pub family: String,
    /// The share of a processor; 1024 is a whole one.
    pub cpu_units: u32,
    /// Memory in MB.
    pub memory_mb: u32,
    /// `ARM64` or `X86_64`.
    pub architecture: &'static str,
    /// The role by which ECS starts it.
    pub execution_role: Address,
    /// The role that its code has.
    pub role: Address,
    /// The file systems that its container mounts.
    pub files: Vec<EcsFiles>,
    /// Its container.
    pub container: EcsContainer,
}

/// A file system that a task mounts, encrypted in transit and with the rights of the task's role.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsFiles {
    /// The volume's name.
    pub name: String,
    /// The file system.
    pub file_system: Address,
    /// The access point by which it is mounted.
    pub access_point: Address,
    /// Where the container sees it.
    pub path: String,
    /// Whether nothing can be written there.
    pub read_only: bool,
}

/// The container of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct EcsContainer {
    /// The repository of its image, which has the tag that the module is given.
    pub repository: Address,
    /// The port that it takes requests on.
    pub port: Option<u16>,
    /// The command that ends well while it works.
    pub health_check: Vec<String>,
    /// Its environment variables.
    pub environment: IndexMap<String, Expression>,
    /// Seconds between the signal to stop and the end.
    pub stop_timeout_s: u32,
    /// Where it logs to.
    pub log_group: Address,
    /// The data source of the region.
    pub region: Address,
}

/// The variable of the module that names the images' tag.
pub const IMAGE_TAG: &str = "image_tag";
/// What the one container of every task is called.
pub(super) const CONTAINER: &str = "app";
/// The user that the images are made for, and its group: nobody, as far as the system's files are concerned.
const USER: &str = "10001:10001";
/// The only place that can be written to.
const SCRATCH: [&str; 2] = ["tmp", "/tmp"];

impl EcsTaskDefinition {
    /// Running a task of this definition, of whichever revision, in a cluster and nowhere else, and handing ECS its roles.
    #[must_use]
    pub fn run(definition: &Address, cluster: &Address, roles: &[Address]) -> [Statement; 2] {
        let revisions = template([Part::Value(definition.attribute("arn_without_revision")), Part::Text(":*".into())]);
        let run = Statement::allow("RunTask", vec!["ecs:RunTask"], vec![revisions]).when(
            "ArnEquals",
            text("ecs:cluster"),
            [cluster.attribute("arn").into()],
        );
        let arns = roles.iter().map(|role| role.attribute("arn").into()).collect();
        let hand_over = Statement::allow("PassRoles", vec!["iam:PassRole"], arns).when(
            "StringEquals",
            text("iam:PassedToService"),
            [text("ecs-tasks.amazonaws.com")],
        );
        [run, hand_over]
    }

    pub(super) fn body(&self) -> Body {
        let platform = Body::new()
            .attribute("operating_system_family", text("LINUX"))
            .attribute("cpu_architecture", text(self.architecture));
        let body = Body::new()
            .attribute("family", text(&self.family))
            .attribute("requires_compatibilities", list([text(super::ecs_cluster_capacity_providers::FARGATE)]))
            .attribute("network_mode", text("awsvpc"))
            .attribute("cpu", text(self.cpu_units.to_string()))
            .attribute("memory", text(self.memory_mb.to_string()))
            .attribute("execution_role_arn", self.execution_role.attribute("arn"))
            .attribute("task_role_arn", self.role.attribute("arn"))
            .attribute("container_definitions", call("jsonencode", list([self.container.definition(&self.files)])))
            .comment("A deployment that fails goes back to the revision before, which must still be there then.")
            .attribute("skip_destroy", true)
            .block("runtime_platform", platform)
            .block("volume", Body::new().attribute("name", text(SCRATCH[0])));
        self.files.iter().fold(body, |body, files| body.block("volume", files.volume()))
    }
}

impl EcsFiles {
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html>
    fn volume(&self) -> Body {
        let authorization = Body::new()
            .attribute("access_point_id", self.access_point.attribute("id"))
            .attribute("iam", text("ENABLED"));
        let configuration = Body::new()
            .attribute("file_system_id", self.file_system.attribute("id"))
            .attribute("transit_encryption", text("ENABLED"))
            .block("authorization_config", authorization);
        Body::new().attribute("name", text(&self.name)).block("efs_volume_configuration", configuration)
    }
}

impl EcsTaskDefinition {
    /// The command by which a task of the definition runs `words` and ends.
    #[must_use]
    pub fn run_once(
        definition: &Address,
        cluster: &Address,
        subnets: &[Address],
        security_group: &Address,
        words: &[&str],
    ) -> Expression {
        let command: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let overrides =
            format!("{{\"containerOverrides\":[{{\"name\":\"{CONTAINER}\",\"command\":[{}]}}]}}", command.join(","));
        let mut parts = vec![
            Part::Text("aws ecs run-task --launch-type FARGATE --cluster ".into()),
            Part::Value(cluster.attribute("name")),
            Part::Text(" --task-definition ".into()),
            Part::Value(definition.attribute("arn")),
            Part::Text(" --network-configuration 'awsvpcConfiguration={subnets=[".into()),
        ];
        for (number, subnet) in subnets.iter().enumerate() {
            parts.extend((number > 0).then(|| Part::Text(",".into())));
            parts.push(Part::Value(subnet.attribute("id")));
        }
        parts.push(Part::Text("],securityGroups=[".into()));
        parts.push(Part::Value(security_group.attribute("id")));
        parts.push(Part::Text(format!("],assignPublicIp=DISABLED}}' --overrides '{overrides}'")));
        template(parts)
    }
}

impl EcsContainer {
    fn definition(&self, files: &[EcsFiles]) -> Expression {
        let image = [
            Part::Value(self.repository.attribute("repository_url")),
            Part::Text(":".into()),
            Part::Value(Reference::variable(IMAGE_TAG)),
        ];
        let ports = self.port.into_iter().map(|port| {
            object([
                (Key::Name("containerPort"), number(port)),
                (Key::Name("hostPort"), number(port)),
                (Key::Name("protocol"), text("tcp")),
            ])
        });
        let variables = self
            .environment
            .iter()
            .map(|(name, value)| object([(Key::Name("name"), text(name)), (Key::Name("value"), value.clone())]));
        let [volume, path] = SCRATCH;
        let mount = |volume: &str, path: &str, read_only: bool| {
            object([
                (Key::Name("sourceVolume"), text(volume)),
                (Key::Name("containerPath"), text(path)),
                (Key::Name("readOnly"), read_only.into()),
            ])
        };
        let files = files.iter().map(|one| mount(&one.name, &one.path, one.read_only));
        let mounts = std::iter::once(mount(volume, path, false)).chain(files);
        let nothing = || list::<Expression>([]);
        object([
            (Key::Name("name"), text(CONTAINER)),
            (Key::Name("image"), template(image)),
            (Key::Name("essential"), true.into()),
            (Key::Name("portMappings"), list(ports)),
            (Key::Name("environment"), list(variables)),
            (Key::Name("user"), text(USER)),
            (Key::Name("readonlyRootFilesystem"), true.into()),
            (Key::Name("mountPoints"), list(mounts)),
            (Key::Name("linuxParameters"), self.linux()),
            (Key::Name("healthCheck"), self.check()),
            (Key::Name("stopTimeout"), number(self.stop_timeout_s)),
            (Key::Name("logConfiguration"), self.logs()),
            // Left out, AWS would answer with empty lists, and Terraform take the difference for a change.
            (Key::Name("systemControls"), self.kernel()),
            (Key::Name("volumesFrom"), nothing()),
        ])
    }

    /// A first process that reaps the others, and none of the powers that Linux keeps for root. Fargate knows no
    /// `no-new-privileges`; without powers there are none to gain.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>
    #[allow(clippy::unused_self)] // As the others: all containers have the same.
    fn linux(&self) -> Expression {
        let capabilities =
            object([(Key::Name("add"), list::<Expression>([])), (Key::Name("drop"), list([text("ALL")]))]);
        object([(Key::Name("capabilities"), capabilities), (Key::Name("initProcessEnabled"), true.into())])
    }

    /// Ports below 1024 are root's unless the kernel is told otherwise, and no container runs as root:
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html>.
    fn kernel(&self) -> Expression {
        let privileged = self.port.filter(|port| *port < 1024);
        list(privileged.map(|_| {
            object([
                (Key::Name("namespace"), text("net.ipv4.ip_unprivileged_port_start")),
                (Key::Name("value"), text("0")),
            ])
        }))
    }

    fn check(&self) -> Expression {
        let command = std::iter::once("CMD").chain(self.health_check.iter().map(String::as_str)).map(text);
        object([
            (Key::Name("command"), list(command)),
            (Key::Name("interval"), number(30_u32)),
            (Key::Name("timeout"), number(5_u32)),
            (Key::Name("retries"), number(3_u32)),
            (Key::Name("startPeriod"), number(30_u32)),
        ])
    }

    fn logs(&self) -> Expression {
        let options = object([
            (Key::Text("awslogs-group".into()), Expression::from(self.log_group.attribute("name"))),
            (Key::Text("awslogs-region".into()), self.region.attribute("name").into()),
            (Key::Text("awslogs-stream-prefix".into()), text(CONTAINER)),
        ]);
        object([(Key::Name("logDriver"), text("awslogs")), (Key::Name("options"), options)])
    }
}
