use super::{Condition, Effect, Principal, Statement};
use crate::terraform::{Address, Body, Part, list, number, template, text};

/// A site on `CloudFront`, from a private bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudfrontDistribution {
    /// What it is for.
    pub comment: String,
    /// The bucket.
    pub bucket: Address,
    /// How its requests to the bucket are signed.
    pub access_control: Address,
    /// What answers for the site's address itself.
    pub index_document: Option<String>,
    /// What answers where there is no file, and with which status.
    pub not_found: Option<NotFound>,
    /// Where in the world it answers from, such as `PriceClass_100`.
    pub price_class: String,
}

/// What answers where there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// The file.
    pub file: String,
    /// The status that it is given.
    pub status: u16,
}

/// AWS's own policies, by the ids that they have everywhere:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html> and
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>.
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const SECURITY_HEADERS: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

/// The name of the one origin.
const ORIGIN: &str = "bucket";

impl CloudfrontDistribution {
    /// Reading the files of `bucket`, for `distribution` and no other.
    #[must_use]
    pub fn read(bucket: &Address, distribution: &Address) -> Statement {
        Statement {
            sid: "DistributionReads",
            effect: Effect::Allow,
            actions: vec!["s3:GetObject"],
            resources: vec![template([Part::Value(bucket.attribute("arn")), Part::Text("/*".into())])],
            principal: Some(Principal::Service("cloudfront.amazonaws.com")),
            conditions: vec![Condition {
                test: "StringEquals",
                variable: text("aws:SourceArn"),
                values: vec![distribution.attribute("arn").into()],
            }],
            reason: None,
        }
    }

    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("enabled", true)
            .attribute("comment", text(&self.comment))
            .attribute("price_class", text(&self.price_class))
            .attribute("http_version", text("http2and3"))
            .attribute("is_ipv6_enabled", true);
        if let Some(index) = &self.index_document {
            body = body.attribute("default_root_object", text(index));
        }
        let origin = Body::new()
            .attribute("origin_id", text(ORIGIN))
            .attribute("domain_name", self.bucket.attribute("bucket_regional_domain_name"))
            .attribute("origin_access_control_id", self.access_control.attribute("id"));
        let behavior = Body::new()
            .attribute("target_origin_id", text(ORIGIN))
            .attribute("viewer_protocol_policy", text("redirect-to-https"))
            .attribute("allowed_methods", list(["GET", "HEAD"].map(text)))
            .attribute("cached_methods", list(["GET", "HEAD"].map(text)))
            .attribute("compress", true)
            .gap()
            .comment(
                "AWS's own policies CachingOptimized, which heeds the files' Cache-Control, and SecurityHeadersPolicy.",
            )
            .attribute("cache_policy_id", text(CACHING_OPTIMIZED))
            .attribute("response_headers_policy_id", text(SECURITY_HEADERS));
        body = body.block("origin", origin).block("default_cache_behavior", behavior);
        if let Some(NotFound { file, status }) = &self.not_found {
            let response = Body::new()
                .comment("The bucket answers 403 where there is no file, because nobody may list its files.")
                .attribute("error_code", number(403_u32))
                .attribute("response_code", number(*status))
                .attribute("response_page_path", text(format!("/{file}")));
            body = body.block("custom_error_response", response);
        }
        let everywhere = Body::new().attribute("restriction_type", text("none"));
        body.block("restrictions", Body::new().block("geo_restriction", everywhere)).block(
            "viewer_certificate",
            Body::new()
                .comment(
                    "Its own name, under cloudfront.net. With a domain of yours, a certificate of yours belongs here.",
                )
                .attribute("cloudfront_default_certificate", true),
        )
    }
}
