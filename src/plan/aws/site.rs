//! Web sites: a private bucket, and `CloudFront` in front of it.

use std::collections::{BTreeMap, BTreeSet};

use super::Draft;
use super::bucket::Private;
use crate::app::Site;
use crate::config::NotFoundPage;
use crate::plan::naming::{label, slug, url_output};
use crate::plan::{Backing, Concern, Output, PlannedSite, Provenance};
use crate::resource::{CloudfrontDistribution, CloudfrontOriginAccessControl, NotFound, S3SiteFiles, ServedAs};
use crate::terraform::{Part, template};

impl Draft<'_> {
    pub(super) fn sites(&mut self) {
        for site in self.application.sites.values() {
            self.site(site);
        }
    }

    fn site(&mut self, site: &Site) {
        let Some(settings) = self.settings.sites.get(&site.id) else { return };
        let because = |rule: &str| Provenance::new([&site.origin], rule);
        let concern = Concern::Site(site.id.clone());
        let name = format!("site_{}", label(&site.id));
        let directory = format!("sites/{}", slug(&site.id));

        let wanted = Private {
            concern: &concern,
            label: &name,
            document: &name,
            name: self.names.site_bucket(&site.id),
            holds: "Holds the site's files, for CloudFront and nobody else.",
            chosen: None,
            // Terraform knows every file in it, and so deletes them itself.
            on_destroy: None,
        };
        let bucket = self.private_bucket(&wanted, &because);
        let access_control = CloudfrontOriginAccessControl {
            name: self.names.access_control(&site.id),
            description: format!("Site {} of {}", site.id, self.settings.name.value),
        };
        let why = because("CloudFront signs its requests, so that the bucket can refuse everybody else's.");
        let access_control = self.graph.add(&concern, &name, access_control, why);
        let distribution = CloudfrontDistribution {
            comment: format!("Site {} of {}", site.id, self.settings.name.value),
            bucket: bucket.clone(),
            access_control,
            index_document: site.index_document.clone(),
            not_found: not_found(site, settings.not_found.value),
            price_class: settings.price_class.value.clone(),
        };
        let why = because("Serves the site's files over HTTPS, from the bucket or from a copy near the reader.");
        let why = why.with(&settings.price_class).with(&settings.not_found);
        let distribution = self.graph.add(&concern, &name, distribution, why);
        let reads = CloudfrontDistribution::read(&bucket, &distribution);
        self.bucket_policy(&wanted, &bucket, vec![reads], &because);
        let files = S3SiteFiles { bucket, folder: format!("../{directory}"), files: served(site) };
        self.graph.add(
            &concern,
            &name,
            files,
            because("The site's files, each with its type and for how long others may keep it."),
        );

        let output = url_output(&site.id);
        let address = [Part::Text("https://".into()), Part::Value(distribution.attribute("domain_name"))];
        let value = Output {
            description: format!("The address of site {}.", site.id),
            value: template(address),
            origins: vec![site.origin.clone()],
        };
        self.outputs.insert(output.clone(), value);
        let planned = PlannedSite {
            origin: site.origin.clone(),
            backing: Backing::Cloudfront,
            directory,
            resource: distribution,
            output,
        };
        self.sites.insert(site.id.clone(), planned);
    }
}

/// The page of a site for what it does not have, by the name that site generators give it.
const NOT_FOUND_PAGE: &str = "404.html";

fn not_found(site: &Site, page: NotFoundPage) -> Option<NotFound> {
    match page {
        NotFoundPage::Page => {
            let page = site.files.contains_key(NOT_FOUND_PAGE);
            page.then(|| NotFound { file: NOT_FOUND_PAGE.to_owned(), status: 404 })
        }
        NotFoundPage::Index => Some(NotFound { file: site.index_document.clone()?, status: 200 }),
    }
}

/// Every address below the site's with the file that answers there and how it is served.
fn served(site: &Site) -> BTreeMap<String, ServedAs> {
    let hashed = hashed_folders(site);
    let files = site.files.keys().flat_map(|path| {
        let content_type = mime_guess::from_path(path).first_or_octet_stream();
        let text = content_type.type_() == mime_guess::mime::TEXT || TEXTS.contains(&content_type.subtype().as_str());
        let content_type =
            if text { format!("{}; charset=utf-8", content_type.essence_str()) } else { content_type.to_string() };
        let kept = if hashed.contains(folder(path)) { IMMUTABLE } else { cache_control(path) };
        let served = ServedAs { file: path.clone(), content_type, cache_control: kept };
        let also = page_address(path).filter(|address| !site.files.contains_key(*address));
        std::iter::once((path.clone(), served.clone())).chain(also.map(|address| (address.to_owned(), served)))
    });
    files.collect()
}

/// The address by which a site's own links ask for a page: `about` for `about.html`, `docs/` for `docs/index.html`. The bucket
/// knows no such rule, so the page has both. `index.html` of the whole site is what answers for its address already.
fn page_address(path: &str) -> Option<&str> {
    let page = path.strip_suffix(".html").filter(|_| path != NOT_FOUND_PAGE)?;
    match page.strip_suffix("index") {
        Some("") => None,
        Some(folder) if folder.ends_with('/') => Some(folder),
        Some(_) | None => Some(page),
    }
}

/// Types that are text and say so nowhere in their names.
const TEXTS: [&str; 4] = ["javascript", "json", "manifest+json", "xml"];

/// Folders into which site builders put files whose names change with their content: Vite, Astro, create-react-app.
const HASHED_FOLDERS: [&str; 3] = ["assets/", "_astro/", "static/"];

/// The folder in which Next.js does so, with the names of files or of a folder around them. Its own server says the same of it:
/// <https://nextjs.org/docs/app/guides/self-hosting#automatic-caching>.
const NEXT_STATIC: &str = "_next/static/";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The folders of builders in which every file's name ends as they make it. A digest alone may look like a word; beside one
/// that cannot be a word, in a folder without any other name, it is none.
fn hashed_folders(site: &Site) -> BTreeSet<&str> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in site.files.keys().filter(|path| HASHED_FOLDERS.iter().any(|folder| path.starts_with(folder))) {
        folders.entry(folder(path)).or_default().push(file_name(path));
    }
    let all_hashed = |names: &Vec<&str>| {
        names.iter().all(|name| ends_in_digest(name)) && names.iter().any(|name| name.split(['.', '-']).any(is_hash))
    };
    folders.into_iter().filter(|(_, names)| all_hashed(names)).map(|(folder, _)| folder).collect()
}

/// For how long others may keep a file. One whose name changes with its content never changes; a page is asked for anew each
/// time, so that it names the newest of those; anything else may be an hour old.
fn cache_control(path: &str) -> &'static str {
    let in_folder = HASHED_FOLDERS.iter().any(|folder| path.starts_with(folder));
    let of_next = path.starts_with(NEXT_STATIC) || path.contains(&format!("/{NEXT_STATIC}"));
    let name = file_name(path);
    if of_next || in_folder && name.split(['.', '-']).any(is_hash) {
        return IMMUTABLE;
    }
    let page = [".html", ".json", ".txt", ".xml", ".webmanifest"].iter().any(|extension| name.ends_with(extension));
    if page || !name.contains('.') { "no-cache" } else { "public, max-age=3600" }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a name ends as Vite ends it, `index-DiwrgTda.js`: in a dash and eight letters, digits, dashes and underscores.
/// <https://rollupjs.org/configuration-options/#output-entryfilenames>
fn ends_in_digest(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).as_bytes();
    let Some(at) = stem.len().checked_sub(9) else { return false };
    stem[at] == b'-' && stem[at + 1..].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether a part of a file's name looks like a digest: long, with letters and digits.
fn is_hash(part: &str) -> bool {
    let all = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let letter = part.bytes().any(|byte| byte.is_ascii_alphabetic());
    part.len() >= 8 && all && letter && part.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Capability, Id, Origin, SourceLine};
    use crate::source::{ProjectPath, Span};

    #[test]
    fn only_files_that_never_change_are_kept_for_long() {
        let long = IMMUTABLE;
        assert_eq!(cache_control("assets/index-BfX3k2aQ.js"), long);
        assert_eq!(cache_control("_next/static/chunks/main-0f3a9c1be2d4.js"), long);
        assert_eq!(cache_control("docs/_next/static/Xy_build/_buildManifest.js"), long);
        assert_eq!(cache_control("assets/logo.svg"), "public, max-age=3600");
        assert_eq!(cache_control("reports/report-20240101a.pdf"), "public, max-age=3600");
        assert_eq!(cache_control("assets/slideshow.js"), "public, max-age=3600");
        assert_eq!(cache_control("index.html"), "no-cache");
        assert_eq!(cache_control(".well-known/security"), "no-cache");
    }

    fn site(files: &[&str]) -> Site {
        let path = |text: &&str| ProjectPath::join("", text).unwrap();
        let id = Id::new("site").unwrap();
        let at = SourceLine { file: path(&"a.ts"), line: 1 };
        let span = Span::new(&at.file, 0..0);
        let origin = Origin { at, capability: Capability::StaticUnit, id: id.clone(), span };
        let files = files.iter().map(|file| ((*file).to_owned(), path(file))).collect();
        Site { id, origin, files, own_files: Vec::new(), index_document: None }
    }

    #[test]
    fn a_folder_of_digests_is_told_from_one_of_words() {
        let kept = |files: &[&str], file: &str| served(&site(files))[file].cache_control;
        let built = ["assets/index-DiwrgTda.js", "assets/index-B4xq_Z0c.css", "assets/logo-a-b_c-d9.svg"];
        for file in built {
            assert_eq!(kept(&built, file), IMMUTABLE, "{file}");
        }
        // A digest without a digit, or with a dash, could be a word.
        assert_eq!(kept(&["assets/index-DiwrgTda.js"], "assets/index-DiwrgTda.js"), "public, max-age=3600");
        let mixed = ["assets/user-settings.js", "assets/index-B4xq_Z0c.js", "assets/logo.svg"];
        assert_eq!(kept(&mixed, "assets/user-settings.js"), "public, max-age=3600");
        assert_eq!(kept(&mixed, "assets/index-B4xq_Z0c.js"), IMMUTABLE);
    }

    #[test]
    fn pages_have_the_addresses_that_links_name() {
        let files = ["index.html", "404.html", "about.html", "docs/index.html", "docs/reindex.html", "raw.html", "raw"];
        let served = served(&site(&files));
        let added: Vec<_> = served.iter().filter(|(path, _)| !files.contains(&path.as_str())).collect();
        let added: Vec<_> = added.into_iter().map(|(path, served)| (path.as_str(), served.file.as_str())).collect();
        assert_eq!(
            added,
            [("about", "about.html"), ("docs/", "docs/index.html"), ("docs/reindex", "docs/reindex.html")]
        );
    }
}
