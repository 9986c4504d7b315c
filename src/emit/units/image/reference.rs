/// The name of an image, with its tag or digest, as `FROM` takes it. It cannot be anything else, because a Dockerfile has no
/// way to quote it.
/// <https://pkg.go.dev/github.com/distribution/reference>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageReference(String);

impl ImageReference {
    /// `None` where `text` is no reference, or leaves the version to chance: neither a tag nor a digest.
    #[must_use]
    pub(crate) fn new(text: &str) -> Option<Self> {
        let (named, digest) = text.split_once('@').map_or((text, None), |(named, digest)| (named, Some(digest)));
        // A colon before the last slash belongs to a registry's port.
        let at = named.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) =
            named[at..].split_once(':').map_or((named, None), |(last, tag)| (&named[..at + last.len()], Some(tag)));
        let word = |text: &str, more: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        let valid = name.split('/').all(|part| word(part, "._-:"))
            && tag.is_none_or(|tag| word(tag, "._-"))
            && digest.is_none_or(|digest| word(digest, ":+._-"))
            && (tag.is_some() || digest.is_some());
        valid.then(|| Self(text.to_owned()))
    }

    /// The reference as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ImageReference;

    #[test]
    fn references_are_exact() {
        for text in [
            "python:3.13-slim",
            "public.ecr.aws/docker/library/node:22.11.0-bookworm-slim",
            "registry.example.org:5000/base/python:3",
            "python@sha256:0123456789abcdef",
            "python:3.13@sha256:0123456789abcdef",
        ] {
            assert_eq!(ImageReference::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_none_or_has_no_version_is_refused() {
        for text in [
            "",
            "python",
            "registry.example.org:5000/python",
            "python:",
            ":3",
            "python:3.13 AS other",
            "python:3\nRUN true",
            "--platform=x:1",
            "${BASE}:1",
            "a//b:1",
            "python:3@",
        ] {
            assert_eq!(ImageReference::new(text), None, "{text:?}");
        }
    }
}
