//! Web sites: a private bucket, and `CloudFront` in front of it.

use std::collections::BTreeMap;

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

fn served(site: &Site) -> BTreeMap<String, ServedAs> {
    let files = site.files.keys().map(|path| {
        let content_type = mime_guess::from_path(path).first_or_octet_stream();
        let text = content_type.type_() == mime_guess::mime::TEXT || TEXTS.contains(&content_type.subtype().as_str());
        let content_type =
            if text { format!("{}; charset=utf-8", content_type.essence_str()) } else { content_type.to_string() };
        (path.clone(), ServedAs { content_type, cache_control: cache_control(path) })
    });
    files.collect()
}

/// Types that are text and say so nowhere in their names.
const TEXTS: [&str; 4] = ["javascript", "json", "manifest+json", "xml"];

/// Folders into which site builders put files whose names change with their content: Vite, Next.js, Astro, create-react-app.
const HASHED_FOLDERS: [&str; 4] = ["assets/", "_next/static/", "_astro/", "static/"];

/// For how long others may keep a file. One whose name changes with its content never changes; a page is asked for anew each
/// time, so that it names the newest of those; anything else may be an hour old.
fn cache_control(path: &str) -> &'static str {
    let in_folder = HASHED_FOLDERS.iter().any(|folder| path.starts_with(folder));
    let name = path.rsplit('/').next().unwrap_or(path);
    if in_folder && name.split(['.', '-']).any(is_hash) {
        return "public, max-age=31536000, immutable";
    }
    let page = [".html", ".json", ".txt", ".xml", ".webmanifest"].iter().any(|extension| name.ends_with(extension));
    if page || !name.contains('.') { "no-cache" } else { "public, max-age=3600" }
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

    #[test]
    fn only_files_that_never_change_are_kept_for_long() {
        let long = "public, max-age=31536000, immutable";
        assert_eq!(cache_control("assets/index-BfX3k2aQ.js"), long);
        assert_eq!(cache_control("_next/static/chunks/main-0f3a9c1be2d4.js"), long);
        assert_eq!(cache_control("assets/logo.svg"), "public, max-age=3600");
        assert_eq!(cache_control("reports/report-20240101a.pdf"), "public, max-age=3600");
        assert_eq!(cache_control("assets/slideshow.js"), "public, max-age=3600");
        assert_eq!(cache_control("index.html"), "no-cache");
        assert_eq!(cache_control(".well-known/security"), "no-cache");
    }
}
