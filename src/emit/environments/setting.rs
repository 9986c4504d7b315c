//! Which setting decides a value: one that the resource was made with, and that says the value in every environment.

use std::collections::BTreeSet;

use super::Environment;
use super::module::Reason;
use crate::config::SettingUse;
use crate::terraform::{Expression, Place, inline};

/// A setting by its key in each environment: one of everything here may be one of an id there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause(Vec<String>);

impl Cause {
    /// The tag of this name.
    pub(super) fn tag(name: &str, environments: usize) -> Self {
        Self(vec![format!("tags.{name}"); environments])
    }

    /// The setting of which `uses` is what each environment says.
    pub(super) fn of(uses: &[&SettingUse]) -> Self {
        Self(uses.iter().map(|one| one.key.clone()).collect())
    }

    /// The one key that says most.
    pub(super) fn key(&self) -> &str {
        self.0.iter().max_by_key(|key| key.len()).map_or("", String::as_str)
    }
}

/// The settings that the resource at `place` was made with and that differ, with what each environment says.
pub(super) fn differing_at<'a>(members: &[&Environment<'a>], place: &Place) -> Vec<Vec<&'a SettingUse>> {
    let all: Vec<_> = members.iter().map(|one| settings_at(one, &place.block)).collect();
    let Some(first) = all.first().filter(|first| all.iter().all(|one| one.len() == first.len())) else {
        return Vec::new();
    };
    let across = (0..first.len()).map(|at| all.iter().map(|settings| settings[at]).collect::<Vec<_>>());
    across
        .filter(|uses| uses.iter().all(|one| last(&one.key) == last(&uses[0].key)))
        .filter(|uses| uses.iter().any(|one| one.value != uses[0].value))
        .collect()
}

fn settings_at<'a>(environment: &Environment<'a>, block: &str) -> Vec<&'a SettingUse> {
    let found = environment.plan.resources.iter().find(|(address, _)| address.to_string() == block);
    found.map(|(_, planned)| planned.provenance.settings.iter().collect()).unwrap_or_default()
}

/// The one of `settings` that says `values`: the only one, or else the only one whose name shares a word with the value's.
pub(super) fn deciding(settings: &[Vec<&SettingUse>], place: &Place, values: &[&Expression]) -> Option<Cause> {
    let says = |uses: &&Vec<&SettingUse>| uses.iter().zip(values).all(|(one, value)| is_value(&one.value, value));
    let fitting: Vec<_> = settings.iter().filter(says).collect();
    let own: BTreeSet<&str> = place.steps.iter().flat_map(|step| step.split('_')).collect();
    let akin = |uses: &&&Vec<&SettingUse>| last(&uses[0].key).split('_').any(|word| own.contains(word));
    let akin: Vec<_> = fitting.iter().filter(akin).collect();
    let uses = match (fitting.as_slice(), akin.as_slice()) {
        ([only], _) => only,
        (_, [only]) => **only,
        (_, _) => return None,
    };
    Some(Cause::of(uses))
}

fn is_value(setting: &str, value: &Expression) -> bool {
    let written = inline(value);
    match setting {
        "on" => written == "true",
        "off" => written == "false",
        setting => written == setting || written == format!("\"{setting}\""),
    }
}

fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or_default()
}

/// The setting for all ids that has the meaning of `key`, which may be one of an id.
pub(super) fn of_all(key: &str) -> String {
    match key.split_once(".by_id.").map(|(table, rest)| (table, rest.split_once('.'))) {
        Some((table, Some((_, name)))) => format!("{table}.{name}"),
        Some((_, None)) | None => key.to_owned(),
    }
}

/// The settings, as those for all ids, that what `reasons` speak of was made with in either environment.
pub(super) fn differing_of(two: &[&Environment<'_>; 2], reasons: &[Reason]) -> BTreeSet<String> {
    let blocks: BTreeSet<&str> = reasons.iter().filter_map(Reason::block).collect();
    blocks
        .into_iter()
        .flat_map(|block| two.iter().flat_map(|environment| settings_at(environment, block)).collect::<Vec<_>>())
        .map(|setting| of_all(&setting.key))
        .collect()
}
