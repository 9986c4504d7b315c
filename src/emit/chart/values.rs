use super::yaml::Writer;
use super::{Chart, Egress, Listens, Mount, Nodes, Unit, Value, header};

/// How the chart is installed, with the values in `file` where they are not the chart's own.
fn introduction(file: Option<&str>) -> String {
    let own = file.map(|file| format!("--values {file} ")).unwrap_or_default();
    format!(
        "\
What is empty comes from Terraform's output `chart_values` and from the command line; Helm refuses to install without it:
terraform -chdir=terraform output -json chart_values |
helm upgrade --install <release> chart --namespace <namespace> --create-namespace
{own}--values - --set-string image.tag=<tag>"
    )
}

/// `values.yaml`, or `file` with the same in it.
pub(super) fn values(chart: &Chart, file: Option<&str>) -> String {
    let mut text = Writer::default();
    text.comment(&header(chart, "What the templates are filled with."));
    text.comment("");
    text.comment(&introduction(file));
    text.gap();
    text.mapping("image", |text| {
        text.comment(
            "The tag that the images of all units were pushed with; not `latest`, to which nobody can go back.",
        );
        text.text("tag", "");
    });
    text.entry("nodes", chart.nodes.name());
    text.mapping("network", |text| {
        text.comment("The VPC's addresses, from Terraform.");
        text.text("cidr", "");
    });
    if !chart.files.is_empty() {
        text.mapping("files", |text| {
            for (name, files) in &chart.files {
                text.comments(&files.comments);
                text.mapping(name, |text| {
                    text.comment("From Terraform.");
                    text.text("volumeHandle", "");
                });
            }
        });
    }
    text.mapping("units", |text| {
        for (place, (slug, one)) in chart.units.iter().enumerate() {
            if place > 0 {
                text.gap();
            }
            text.comments(&one.comments);
            text.mapping(slug, |text| unit(text, one, chart.nodes));
        }
    });
    text.finish()
}

fn unit(text: &mut Writer, unit: &Unit, nodes: Nodes) {
    text.text("name", &unit.name);
    text.comment("The program is told port, healthPort and graceSeconds in variables whose names start with this.");
    text.text("environmentPrefix", &unit.prefix);
    text.mapping("image", |text| {
        text.comment("From Terraform.");
        text.text("repository", "");
    });
    text.entry("architecture", unit.architecture.name());
    if let Some(port) = unit.listens.port() {
        text.entry("port", port);
    }
    text.entry("healthPort", unit.health_port);
    text.mapping("replicas", |text| {
        text.entry("min", unit.replicas.min);
        text.entry("max", unit.replicas.max);
        text.entry("cpuPercent", unit.replicas.cpu_percent);
    });
    text.mapping("resources", |text| {
        text.text("cpu", &unit.cpu);
        text.text("memory", &unit.memory);
    });
    text.entry("graceSeconds", unit.grace_seconds);
    text.entry("preStopSeconds", unit.pre_stop_seconds);
    text.mapping("env", |text| environment(text, unit));
    text.comment("From Terraform.");
    text.list("securityGroups", |_| ());
    match unit.listens {
        Listens::Gateway(_) => text.text("targetGroupArn", ""),
        Listens::Nowhere | Listens::Inside(_) => {}
    }
    match nodes {
        Nodes::Fargate => text.text("roleArn", ""),
        Nodes::Managed => {}
    }
    text.list("egress", |text| unit.egress.iter().for_each(|one| egress(text, one)));
    if !unit.mounts.is_empty() {
        text.list("mounts", |text| unit.mounts.iter().for_each(|one| mount(text, one)));
    }
    jobs(text, unit);
}

fn mount(text: &mut Writer, mount: &Mount) {
    text.item(|text| {
        text.text("files", &mount.files);
        text.text("path", &mount.path);
        text.entry("readOnly", mount.read_only);
    });
}

fn environment(text: &mut Writer, unit: &Unit) {
    for (name, value) in &unit.environment {
        match value {
            Value::Text(value) => text.text(name, value),
            Value::FromTerraform => {
                text.comment("From Terraform.");
                text.text(name, "");
            }
        }
    }
}

fn egress(text: &mut Writer, egress: &Egress) {
    text.comments(&egress.comments);
    text.item(|text| {
        text.entry("port", egress.port);
        text.entry("to", egress.to.name());
    });
}

fn jobs(text: &mut Writer, unit: &Unit) {
    text.mapping("schedules", |text| {
        for (id, schedule) in &unit.schedules {
            text.comments(&schedule.comments);
            text.mapping(id, |text| {
                text.text("cron", &schedule.cron);
                text.texts("command", schedule.command.iter().map(String::as_str));
                text.entry("retries", schedule.retries);
                text.entry("maxDelaySeconds", schedule.max_delay_seconds);
            });
        }
    });
    text.mapping("migration", |text| {
        if let Some(migration) = &unit.migration {
            text.comments(&migration.comments);
            text.texts("command", migration.command.iter().map(String::as_str));
        }
    });
}
