//! Where Terraform keeps its state.

use serde::Serialize;

use crate::config::{SettingUse, Settings, StateBackend, StateLock, StateSettings};
use crate::terraform::{Body, Key, object, text};

/// The back end that is written. What is secret of it is in the environment of whoever runs Terraform.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedState {
    /// Its kind.
    pub backend: StateBackend,
    /// The settings that it was made with.
    pub settings: Vec<SettingUse>,
    /// What is written in its block.
    #[serde(skip)]
    pub body: Body,
}

impl PlannedState {
    /// Whether it is locked by an object in the bucket, which is new: <https://developer.hashicorp.com/terraform/language/backend/s3>.
    #[must_use]
    pub fn has_lockfile(&self) -> bool {
        self.body.argument(LOCKFILE).is_some()
    }
}

const LOCKFILE: &str = "use_lockfile";

/// The back end that `settings` choose; `None` where whoever applies the module says it.
pub(super) fn state(settings: &Settings) -> Option<PlannedState> {
    let state = &settings.state;
    let (used, body) = match state.backend.value {
        StateBackend::None => return None,
        StateBackend::Local => (vec![(&state.path).into()], Body::new().attribute("path", text(&state.path.value))),
        StateBackend::S3 => s3(state, &settings.name.value),
        StateBackend::Http => {
            let all = [
                ("address", &state.address),
                ("lock_address", &state.lock_address),
                ("unlock_address", &state.unlock_address),
            ];
            let said = all.into_iter().filter(|(_, setting)| !setting.value.is_empty());
            let body = said.fold(Body::new(), |body, (name, setting)| body.attribute(name, text(&setting.value)));
            (all.into_iter().map(|(_, setting)| setting.into()).collect(), body)
        }
    };
    let settings: Vec<SettingUse> = std::iter::once((&state.backend).into()).chain(used).collect();
    Some(PlannedState { backend: state.backend.value, settings, body })
}

fn s3(state: &StateSettings, name: &str) -> (Vec<SettingUse>, Body) {
    let said = |value: &str| (!value.is_empty()).then(|| text(value));
    let key = said(&state.key.value).unwrap_or_else(|| text(format!("{name}/terraform.tfstate")));
    let body = Body::new()
        .attribute("bucket", text(&state.bucket.value))
        .attribute("key", key)
        .optional("region", said(&state.region.value))
        .attribute("encrypt", true)
        .optional("kms_key_id", said(&state.kms_key_id.value));
    let body = match state.lock.value {
        StateLock::Lockfile => body.attribute(LOCKFILE, true),
        StateLock::Dynamodb => body.attribute("dynamodb_table", text(&state.dynamodb_table.value)),
        StateLock::None => body,
    };
    let role = said(&state.role_arn.value).map(|role| object([(Key::Name("role_arn"), role)]));
    let texts = [&state.bucket, &state.key, &state.region, &state.dynamodb_table, &state.kms_key_id, &state.role_arn];
    let used = texts.into_iter().map(SettingUse::from).chain([SettingUse::from(&state.lock)]);
    (used.collect(), body.optional("assume_role", role))
}
