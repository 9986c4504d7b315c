//! Web sites made of files.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::assets::Globs;
use crate::annotation::{Annotation, Request};
use crate::app::{Id, Site};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Project, ProjectPath};

/// The sites that directives ask for.
pub(super) fn sites(
    project: &Project,
    annotations: &[Annotation],
    diagnostics: &mut Diagnostics,
) -> IndexMap<Id, Site> {
    let found = annotations.iter().filter_map(|annotation| site(project, annotation, diagnostics));
    let mut sites: IndexMap<_, _> = found.map(|site| (site.id.clone(), site)).collect();
    sites.sort_unstable_keys();
    sites
}

fn site(project: &Project, annotation: &Annotation, diagnostics: &mut Diagnostics) -> Option<Site> {
    let Request::StaticUnit { static_files, shared_files, index_document } = &annotation.request else { return None };
    let origin = &annotation.origin;
    let folder = origin.at.file.parent();
    let own = Globs::of(folder, static_files, diagnostics);
    let shared = Globs::of(folder, shared_files, diagnostics);
    let (of_site, of_both) = (own.files(project, diagnostics), shared.files(project, diagnostics));
    let files: BTreeSet<ProjectPath> = of_site.iter().chain(&of_both).cloned().collect();
    if files.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::SiteEmpty, format!("the site `{}` has no file", origin.id))
                .at(origin.span.clone(), "nothing would answer")
                .help("name its files by `static_files`, and build the site before compiling"),
        );
        return None;
    }
    let index = index_document.as_ref().map(|written| {
        let path = ProjectPath::join("", written.text.trim_start_matches('/')).filter(|path| files.contains(path));
        if path.is_none() {
            diagnostics.push(
                Diagnostic::new(Code::IndexDocumentMissing, format!("`{}` is no file of this site", written.text))
                    .at(written.span.clone(), "not among its `static_files` and `shared_files`")
                    .help("write its path from the project's root, as in `website/dist/index.html`"),
            );
        }
        path
    });
    // The address of a file is its path below the folder of the index document, else below where all globs start.
    let root = match index {
        Some(index) => index?.parent().to_owned(),
        None => own.and_common_folder(&shared),
    };
    let below = |path: &ProjectPath| match root.as_str() {
        "" => Some(path.to_string()),
        root => path.as_str().strip_prefix(root)?.strip_prefix('/').map(str::to_owned),
    };
    let outside: Vec<_> = files.iter().filter(|path| below(path).is_none()).collect();
    if let Some(first) = outside.first() {
        diagnostics.push(
            Diagnostic::new(
                Code::IndexDocumentMissing,
                format!("`{first}` lies outside of the site's folder `{root}`"),
            )
            .at(origin.span.clone(), "files have addresses below the folder of the index document")
            .help("name an index document above all of the site's files, or narrow its globs"),
        );
        return None;
    }
    let index_document = index_document
        .as_ref()
        .and_then(|written| below(&ProjectPath::join("", written.text.trim_start_matches('/'))?));
    let files: BTreeMap<String, ProjectPath> =
        files.iter().filter_map(|path| Some((below(path)?, path.clone()))).collect();
    Some(Site { id: origin.id.clone(), origin: origin.clone(), files, own_files: of_site, index_document })
}
