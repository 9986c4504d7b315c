//! The forms of texts that settings hold: what AWS, Kubernetes and inferra accept.

use super::Network;

pub(super) const NAME: &str = "a letter, then up to 31 letters, digits or `-`";

pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 32
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !text.ends_with('-')
        && !text.contains("--")
}

pub(super) const ENVIRONMENT: &str = "expected up to 32 letters, digits, `-` and `_`";

pub(super) fn is_environment(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn is_part_of_name(text: &str) -> bool {
    text.len() <= 16 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !text.contains("--")
}

pub(super) fn is_prefix(text: &str) -> bool {
    text.is_empty() || (is_part_of_name(text) && text.starts_with(|c: char| c.is_ascii_alphabetic()))
}

pub(super) fn is_suffix(text: &str) -> bool {
    is_part_of_name(text) && !text.ends_with('-')
}

pub(super) fn is_version(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| part(major) && part(minor))
}

pub(super) fn is_major(text: &str) -> bool {
    is_version(&format!("{text}.0")) && !text.contains('.') && !text.starts_with('0')
}

pub(super) fn is_node_type(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.strip_prefix("cache.")
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(family, size)| part(family) && part(size))
}

pub(super) fn is_instance_class(text: &str) -> bool {
    text.strip_prefix("db.").is_some_and(|rest| is_node_type(&format!("cache.{rest}")))
}

/// Before 14 a server cannot be made any more: <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>.
pub(super) fn is_postgres(text: &str) -> bool {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    let number = |part: &str| part.parse::<u32>().ok().filter(|number| number.to_string() == part && *number < 100);
    number(major).is_some_and(|major| major >= 14) && number(minor).is_some()
}

pub(super) fn is_bundle(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let is_pem = text.rsplit_once('.').is_some_and(|(_, extension)| extension == "pem");
    text.is_empty() || (plain && is_pem && text.split('/').all(part))
}

/// Before 1.30 a pod cannot wait for its load balancer without a program in the image to do so: the chart asks for it.
pub(super) fn is_kubernetes(text: &str) -> bool {
    let minor = text.strip_prefix("1.").filter(|_| is_version(text)).and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 30)
}

pub(super) const INSTANCE_TYPE: &str = "an EC2 instance type, such as `m7g.large`, not of the `t` families: they give pods no security groups of their own";

/// <https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html>: no type of the `t` families can.
pub(super) fn is_instance_type(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let burstable =
        |family: &str| family.strip_prefix('t').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.split_once('.').is_some_and(|(family, size)| part(family) && part(size) && !burstable(family))
}

pub(super) const IMAGE: &str = "an image with a tag or digest, such as `registry.example/python:3.13.1-slim`";

/// The grammar of references, without the parts that nobody can pin:
/// <https://github.com/distribution/reference/blob/main/reference.go>.
pub(super) fn is_image(text: &str) -> bool {
    let characters = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@".contains(&b))
    };
    let name = text.rsplit('/').next().unwrap_or_default();
    let pinned = name.split_once([':', '@']).is_some_and(|(name, pin)| !name.is_empty() && !pin.is_empty());
    let whole = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    text.len() <= 255 && characters(text) && whole && pinned && !name.ends_with(":latest")
}

pub(super) const NAMESPACE: &str = "empty for the application's name, or up to 63 lower-case letters, digits and `-`, from a letter on, that \
                         Kubernetes does not keep for itself (`kube-…`)";

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names>
pub(super) fn is_namespace(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with("kube-"))
}

pub(super) fn is_access(text: &str) -> bool {
    text == "none" || Network::parse(text).is_some()
}

pub(super) fn is_network(text: &str) -> bool {
    Network::parse(text).is_some_and(|network| (16..=24).contains(&network.prefix))
}

fn is_of(text: &str, others: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

pub(super) fn is_state_path(text: &str) -> bool {
    !text.is_empty() && is_of(text, "-_./") && !text.ends_with('/')
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(super) fn is_bucket(text: &str) -> bool {
    let edges = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.is_empty()
        || ((3..=63).contains(&text.len())
            && text.chars().all(|c| edges(c) || ".-".contains(c))
            && text.starts_with(edges)
            && text.ends_with(edges)
            && !text.contains(".."))
}

/// What needs no encoding: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>. Terraform takes no `/` at
/// either end.
pub(super) fn is_object_key(text: &str) -> bool {
    text.len() <= 1024 && is_of(text, "!-_.*'()/=") && !text.starts_with('/') && !text.ends_with('/')
}

pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    text.is_empty()
        || (parts.len() >= 3
            && parts[..parts.len() - 1].iter().all(word)
            && parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit())))
}

pub(super) fn is_table_name(text: &str) -> bool {
    text.is_empty() || ((3..=255).contains(&text.len()) && is_of(text, "-_."))
}

pub(super) fn is_kms_key(text: &str) -> bool {
    text.len() <= 2048 && is_of(text, "-_:/")
}

/// What EFS asks for is the ARN of a key, and not of an alias.
pub(super) fn is_key_arn(text: &str) -> bool {
    let key = text.strip_prefix("arn:aws").and_then(|rest| rest.split_once(":kms:"));
    let id = key.and_then(|(_, rest)| rest.split_once(":key/"));
    text.is_empty() || (is_of(text, ":/-") && id.is_some_and(|(_, id)| !id.is_empty()))
}

pub(super) fn is_role_arn(text: &str) -> bool {
    let role = text.strip_prefix("arn:aws").and_then(|rest| rest.split_once(":iam::"));
    let account = role.and_then(|(_, rest)| rest.split_once(":role/"));
    let fits = |account: &str| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    text.is_empty() || (is_of(text, ":/-_+=,.@") && account.is_some_and(|(id, name)| fits(id) && !name.is_empty()))
}

pub(super) const ADDRESS: &str = "empty, or an address from `https://` or `http://` on, without a user, a query or a fragment: what is secret \
                       in it belongs into the environment";

/// Terraform reads user and password from `TF_HTTP_USERNAME` and `TF_HTTP_PASSWORD`:
/// <https://developer.hashicorp.com/terraform/language/backend/http>.
pub(super) fn is_address_or_empty(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.is_empty()
        || rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && is_of(rest, "-._~:/%[]+,=!()*'"))
}

/// `text` for messages: what may be secret in an address is left out.
pub(super) fn without_secrets(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, behind) = (&rest[..end], if end < rest.len() { "?…" } else { "" });
    match place.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}{behind}"),
        None => format!("{scheme}://{place}{behind}"),
    }
}

fn is_tag_text(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c))
}

pub(super) fn is_tag_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && is_tag_text(text) && !text.to_ascii_lowercase().starts_with("aws:")
}

pub(super) fn is_tag_value(text: &str) -> bool {
    text.len() <= 256 && is_tag_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert!(
            is_name("shop-2") && !is_name("2shop") && !is_name("a_b") && !is_name("a-") && !is_name(&"a".repeat(33))
        );
        assert!(is_version("8.2") && !is_version("8") && !is_version("8.2.1"));
        assert!(is_major("7") && !is_major("7.1") && !is_major("0") && !is_major("100"));
        assert!(is_node_type("cache.t4g.micro") && !is_node_type("t4g.micro"));
        assert!(is_instance_class("db.t4g.micro") && !is_instance_class("cache.t4g.micro"));
        assert!(is_postgres("17") && is_postgres("17.6") && !is_postgres("13.4") && !is_postgres("17.06"));
        assert!(
            is_bundle("") && is_bundle("certs/global-bundle.pem") && !is_bundle("../a.pem") && !is_bundle("/a.pem")
        );
        assert!(is_network("10.0.0.0/16") && !is_network("10.0.0.1/16") && !is_network("10.0.0.0/8"));
        assert!(is_instance_type("m7g.large") && is_instance_type("u-6tb1.56xlarge") && !is_instance_type("large"));
        assert!(!is_instance_type("t4g.large") && is_instance_type("trn1.2xlarge"));
        assert!(is_image("python:3.13.1-slim") && is_image("a.example:5000/x/node@sha256:0f") && !is_image("python"));
        assert!(!is_image("python:latest") && !is_image("python:3\nRUN x") && !is_image("host:5000/python"));
        assert!(!is_image("registry.bank/../evil/x:1") && !is_image("registry.bank//x:1"));
        assert!(is_kubernetes("1.36") && !is_kubernetes("1.29") && !is_kubernetes("2.30") && !is_kubernetes("1.36.1"));
        assert!(is_namespace("") && is_namespace("shop-2") && !is_namespace("kube-system") && !is_namespace("Shop_1"));
        assert!(is_access("none") && is_access("203.0.113.0/24") && !is_access("203.0.113.1/24"));
        assert!(is_bucket("acme-state") && !is_bucket("Acme") && !is_bucket("a..b") && !is_bucket("ab"));
        assert!(is_region("") && is_region("us-gov-west-1") && !is_region("eu-central") && !is_region("EU-west-1"));
        assert!(is_role_arn("arn:aws:iam::123456789012:role/x/y") && !is_role_arn("arn:aws:iam::1:role/x"));
        assert!(is_key_arn("") && is_key_arn("arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab"));
        assert!(!is_key_arn("alias/files") && !is_key_arn("arn:aws:kms:eu-central-1:123456789012:alias/files"));
        assert!(is_object_key("a/b.tfstate") && !is_object_key("/a") && !is_object_key("a/") && !is_object_key("${a}"));
        assert!(is_address_or_empty("https://gitlab.example/api/v4/projects/a%2Fb/terraform/state/prod"));
        for wrong in [
            "https://u:p@x.example/",
            "https://x.example/?token=1",
            "ftp://x",
            "https://",
            "https://a b",
            "http://a/${x}",
        ] {
            assert!(!is_address_or_empty(wrong), "{wrong}");
        }
        assert_eq!(without_secrets("https://u:p@x.example/a?b=c"), "https://…@x.example/a?…");
        assert!(is_tag_name("cost-centre") && !is_tag_name("aws:x") && !is_tag_name("a\"b"));
    }
}
