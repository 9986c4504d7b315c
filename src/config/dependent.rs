//! Settings that decide something beside certain values of another one alone.

use super::schema::{BACKING, EXPOSE, EXPOSE_ALB, FS_EFS, ORM, ORM_AURORA_POSTGRES, Table};

/// One of them.
pub(super) struct Dependent {
    /// Where both stand.
    pub table: Table,
    /// The setting.
    pub key: &'static str,
    /// The other one.
    pub on: &'static str,
    /// What the other one has to be.
    pub values: &'static [&'static str],
}

const fn dependent(table: Table, key: &'static str, on: &'static str, values: &'static [&'static str]) -> Dependent {
    Dependent { table, key, on, values }
}

/// All of them.
pub(super) const DEPENDENT: &[Dependent] = &[
    // The logs of a load balancer hold whole addresses: it has none.
    dependent(EXPOSE, "log_retention_days", BACKING, &["http_api", "rest_api"]),
    dependent(EXPOSE_ALB, "certificate_arn", "protocol", &["https"]),
    dependent(EXPOSE_ALB, "domain_name", "protocol", &["https"]),
    dependent(EXPOSE_ALB, "minimum_tls", "protocol", &["https"]),
    dependent(FS_EFS, "provisioned_mib_per_s", "throughput", &["provisioned"]),
    dependent(ORM, "log_retention_days", "logs", &["on"]),
    dependent(ORM_AURORA_POSTGRES, "seconds_until_auto_pause", "min_capacity_units", &["0"]),
];

#[cfg(test)]
mod tests {
    use super::super::schema::{Kind, SECTIONS};
    use super::*;

    /// What a setting holds.
    fn kind(table: &Table, key: &str) -> Kind {
        let sections = SECTIONS.iter().filter(|section| section.table == *table);
        let found = sections.flat_map(|section| section.keys).find(|(name, _)| *name == key);
        found.unwrap_or_else(|| panic!("there is no {key} in {table:?}")).1
    }

    #[test]
    fn each_depends_on_what_the_other_setting_can_be() {
        for Dependent { table, key, on, values } in DEPENDENT {
            _ = kind(table, key);
            for value in *values {
                let fits = match kind(table, on) {
                    Kind::Words(words) => words.contains(value),
                    Kind::Halves { min, max } => value.parse().is_ok_and(|number: u32| (min..=max).contains(&number)),
                    Kind::Integer { .. } | Kind::Numbers(_) | Kind::Form(..) | Kind::Forms(..) => false,
                };
                assert!(fits, "{on} of {table:?} is never {value}");
            }
        }
    }
}
