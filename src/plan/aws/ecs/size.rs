use super::super::Draft;
use crate::app::Unit;
use crate::diag::{Code, Diagnostic, Diagnostics};

/// The machines of Fargate: per share of a processor the least memory, the most, and the steps between, in MB. Half a gigabyte
/// comes with the smallest only. <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>
const MACHINES: [(u32, u32, u32, u32); 5] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
];

/// The most that the setting takes.
const LARGEST_SETTING: u32 = 10_240;

/// The amounts of memory that come with `cpu_units`.
fn memory(cpu_units: u32) -> Vec<u32> {
    let machines = MACHINES.iter().filter(|(cpu, ..)| *cpu == cpu_units);
    machines
        .flat_map(|&(_, least, most, step)| (least..=most.min(LARGEST_SETTING)).step_by(step as usize))
        // 256 units come with 512, 1024 and 2048 MB: the one gap in the steps.
        .filter(|memory| (cpu_units, *memory) != (256, 1536))
        .collect()
}

impl Draft<'_> {
    /// Reports a unit for which Fargate has no machine.
    pub(super) fn check_machine(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        let Some(settings) = self.settings.units.get(&unit.id) else { return };
        let (cpu, wanted) = (&settings.cpu_units, &settings.memory_mb);
        let offered = memory(cpu.value);
        if offered.contains(&wanted.value) {
            return;
        }
        let message = format!(
            "Fargate has no machine with {} CPU units and {} MB for unit `{}`",
            cpu.value, wanted.value, unit.id
        );
        let offered: Vec<_> = offered.iter().map(u32::to_string).collect();
        let other = MACHINES.iter().map(|(cpu, ..)| *cpu).find(|cpu| memory(*cpu).contains(&wanted.value));
        let other = other.map_or(String::new(), |other| {
            format!("; or set `{}` ({}, {}) to {other}", cpu.key, cpu.value, cpu.origin)
        });
        diagnostics.push(
            Diagnostic::new(Code::TargetCannotRun, message).at(unit.origin.origin().span.clone(), "runs on ecs").help(
                format!(
                    "set `{}` ({}, {}) to one of {}{other}",
                    wanted.key,
                    wanted.value,
                    wanted.origin,
                    offered.join(", ")
                ),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines() {
        assert_eq!(memory(256), [512, 1024, 2048]);
        assert_eq!(memory(512), [1024, 2048, 3072, 4096]);
        assert_eq!(memory(4096), [8192, 9216, 10_240]);
        assert_eq!(memory(300), [0; 0]);
    }
}
