use super::{Effect, Principal, Statement};
use crate::terraform::{Address, Body, Expression, Part, Reference, template, text};

/// A bucket of S3. Everything else about it is a resource of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct S3Bucket {
    /// The start of its name, of 35 characters at most. The account and the region follow: no two buckets in the world share
    /// a name.
    pub name: String,
    /// The data source of the account.
    pub account: Address,
    /// The data source of the region.
    pub region: Address,
    /// Whether destroying the bucket deletes what is in it.
    pub destroyed_with_contents: bool,
}

impl S3Bucket {
    /// Reading objects.
    #[must_use]
    pub fn read(bucket: &Address) -> Statement {
        Statement::allow("ReadFiles", vec!["s3:GetObject"], vec![objects(bucket)])
    }

    /// Finding out which objects there are.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    #[must_use]
    pub fn list(bucket: &Address) -> Statement {
        Statement {
            reason: Some(
                "Reading needs it, too: without it S3 answers 403 and not 404 for a file that is not there, which looks like a \
                 missing right.",
            ),
            ..Statement::allow("ListFiles", vec!["s3:ListBucket"], vec![bucket.attribute("arn").into()])
        }
    }

    /// Adding and replacing objects, large ones in parts.
    #[must_use]
    pub fn write(bucket: &Address) -> Statement {
        Statement::allow("WriteFiles", vec!["s3:PutObject", "s3:AbortMultipartUpload"], vec![objects(bucket)])
    }

    /// Deleting objects. Old versions stay: no action here takes those away.
    #[must_use]
    pub fn delete(bucket: &Address) -> Statement {
        Statement::allow("DeleteFiles", vec!["s3:DeleteObject"], vec![objects(bucket)])
    }

    /// Refuses whatever comes without encryption in transit.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit>
    #[must_use]
    pub fn only_tls(bucket: &Address) -> Statement {
        Statement {
            effect: Effect::Deny,
            principal: Some(Principal::Anyone),
            ..Statement::allow("OnlyTls", vec!["s3:*"], vec![bucket.attribute("arn").into(), objects(bucket)])
        }
        .when("Bool", text("aws:SecureTransport"), [text("false")])
    }

    fn full_name(&self) -> Expression {
        let end = |reference: Reference| [Part::Text("-".into()), Part::Value(reference)];
        let parts = std::iter::once(Part::Text(self.name.clone()))
            .chain(end(self.account.attribute("account_id")))
            .chain(end(self.region.attribute("name")));
        template(parts)
    }

    pub(super) fn body(&self) -> Body {
        Body::new().attribute("bucket", self.full_name()).attribute("force_destroy", self.destroyed_with_contents)
    }
}

/// Every object of the bucket.
fn objects(bucket: &Address) -> Expression {
    template([Part::Value(bucket.attribute("arn")), Part::Text("/*".into())])
}
