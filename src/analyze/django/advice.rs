//! Settings with which a project runs, but not as its author wants it to.

use tree_sitter::Node;

use super::DjangoProject;
use super::settings::{Settings, Value};
use crate::catalog::Django;
use crate::diag::{Code, Diagnostic};
use crate::source::{Project, Span};
use crate::syntax::string_literal;

pub(super) fn add(found: &mut DjangoProject, project: &Project, facts: &Django, settings: &Settings<'_>) {
    for_a_laptop(found, facts, settings);
    static_files(found, project, facts, settings);
}

fn for_a_laptop(found: &mut DjangoProject, facts: &Django, settings: &Settings<'_>) {
    let names = &facts.settings;
    let place = |value: Value<'_, '_>| Span::new(&value.file.path, value.node.byte_range());
    if let Some(value) = settings.last(&names.debug).filter(|value| value.node.kind() == "true") {
        let problem = Diagnostic::new(Code::SettingsForLaptop, format!("`{}` is on wherever this runs", names.debug))
            .at(place(value), "errors are answered with code and settings")
            .help(format!(
                "read it from the environment: `{} = os.environ.get(\"DJANGO_DEBUG\") == \"true\"`",
                names.debug
            ));
        found.problems.push(problem);
    }
    let key = settings.last(&names.secret_key);
    let insecure = |value: &Value<'_, '_>| {
        string_literal(value.file, value.node).is_some_and(|text| text.starts_with(&names.insecure_key))
    };
    if let Some(value) = key.filter(insecure) {
        let problem = Diagnostic::new(Code::SettingsForLaptop, format!("`{}` is in the code", names.secret_key))
            .at(place(value), "whoever reads the code can forge sessions")
            .help(format!("read it from the environment: `{0} = os.environ[\"DJANGO_{0}\"]`", names.secret_key));
        found.problems.push(problem);
    }
}

/// Where static files are served. Without DEBUG, Django itself serves none.
fn static_files(found: &mut DjangoProject, project: &Project, facts: &Django, settings: &Settings<'_>) {
    let names = &facts.settings;
    let served = settings.strings(&names.middleware).into_iter();
    let mut served = served.filter_map(|(file, node)| string_literal(file, node));
    if served.any(|name| facts.static_files.servers.iter().any(|server| server == name)) {
        let url = settings.values(&names.static_url).pop();
        found.static_files = url.and_then(|value| {
            let text = string_literal(value.file, value.node)?;
            // Another server has them.
            (!text.contains("//")).then(|| (text.to_owned(), Span::new(&value.file.path, value.node.byte_range())))
        });
        return;
    }
    let installed = settings.strings(&names.applications);
    let installs = |name: &String| installed.iter().copied().find(|one| is_text(*one, name));
    let Some((file, node)) = installs(&facts.static_files.application) else { return };
    let needed = facts.static_files.needed_by.iter().any(|name| installs(name).is_some());
    let own =
        found.data.iter().any(|file| project.contains(file) && file.as_str().split('/').any(|part| part == "static"));
    if needed || own {
        let problem = Diagnostic::new(Code::StaticFilesNotServed, "nothing serves the static files")
            .at(Span::new(&file.path, node.byte_range()), "serves them on a developer's machine only")
            .help(format!(
                "add `whitenoise` to the dependencies and \"{}\" to `{}`, below the security middleware, or serve them elsewhere \
                 and set `{}` to that address",
                facts.static_files.servers.first().map_or("", String::as_str),
                names.middleware,
                names.static_url
            ));
        found.problems.push(problem);
    }
}

fn is_text((file, node): (&crate::syntax::Parsed<'_>, Node<'_>), text: &str) -> bool {
    string_literal(file, node) == Some(text)
}
