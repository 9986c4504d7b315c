//! What is there already, by the name or ARN that somebody gives for it.

/// An ARN in its parts: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
struct Arn<'t> {
    service: &'t str,
    region: &'t str,
    account: &'t str,
    resource: &'t str,
}

impl<'t> Arn<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition) = (parts.next()?, parts.next()?);
        let (service, region, account, resource) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let known = arn == "arn" && (partition == "aws" || partition.starts_with("aws-"));
        (known && is_of(text, "-_:/.+=@!")).then_some(Self { service, region, account, resource })
    }
}

/// A kind of thing that a setting can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoptable {
    /// A table of `DynamoDB`.
    Table,
    /// A bucket of S3.
    Bucket,
    /// A secret of Secrets Manager.
    Secret,
    /// A parameter of Parameter Store.
    Parameter,
    /// A server of RDS.
    DbInstance,
    /// A cluster of Aurora.
    DbCluster,
    /// A replication group of `ElastiCache`.
    ReplicationGroup,
    /// A cache of `ElastiCache` Serverless.
    ServerlessCache,
    /// A cluster of `MemoryDB`.
    MemorydbCluster,
    /// A topic of SNS.
    Topic,
    /// A key of KMS.
    Key,
    /// A cluster of ECS.
    EcsCluster,
    /// A cluster of EKS.
    EksCluster,
}

/// How things of a kind are named.
struct Naming {
    /// What people call one.
    title: &'static str,
    /// The service in its ARN.
    service: &'static str,
    /// What is before its name in its ARN.
    prefix: &'static str,
    /// Whether its ARN names a region and an account.
    is_regional: bool,
    /// Characters of its name beside letters and digits; absent where only its ARN names it.
    characters: Option<&'static str>,
    /// The most characters of its name.
    longest: usize,
    /// One of its names.
    sample: &'static str,
}

/// A thing that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its ARN, where that was given.
    pub arn: Option<String>,
}

impl Adoptable {
    fn naming(self) -> Naming {
        let of = |title, service, prefix, characters, longest, sample| Naming {
            title,
            service,
            prefix,
            is_regional: true,
            characters,
            longest,
            sample,
        };
        match self {
            Self::Table => of("DynamoDB table", "dynamodb", "table/", Some("-_."), 255, "sessions"),
            Self::Bucket => Naming {
                title: "S3 bucket",
                service: "s3",
                prefix: "",
                is_regional: false,
                characters: Some("-."),
                longest: 63,
                sample: "acme-files",
            },
            Self::Secret => {
                of("secret of Secrets Manager", "secretsmanager", "secret:", Some("-/_+=.@!"), 519, "shop/key")
            }
            Self::Parameter => of("parameter of Parameter Store", "ssm", "parameter", Some("-/_."), 1011, "/shop/key"),
            Self::DbInstance => of("RDS instance", "rds", "db:", Some("-"), 63, "orders"),
            Self::DbCluster => of("Aurora cluster", "rds", "cluster:", Some("-"), 63, "orders"),
            Self::ReplicationGroup => {
                of("ElastiCache replication group", "elasticache", "replicationgroup:", Some("-"), 40, "sessions")
            }
            Self::ServerlessCache => {
                of("serverless cache of ElastiCache", "elasticache", "serverlesscache:", Some("-"), 40, "sessions")
            }
            Self::MemorydbCluster => of("MemoryDB cluster", "memorydb", "cluster/", Some("-"), 40, "sessions"),
            Self::Topic => of("SNS topic", "sns", "", None, 256, "orders"),
            Self::Key => of("KMS key", "kms", "key/", None, 64, "1234abcd-12ab-34cd-56ef-1234567890ab"),
            Self::EcsCluster => of("ECS cluster", "ecs", "cluster/", Some("-_"), 255, "shared"),
            Self::EksCluster => of("EKS cluster", "eks", "cluster/", Some("-_"), 100, "shared"),
        }
    }

    /// What people call one.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.naming().title
    }

    /// What a setting that names one may hold, in words.
    #[must_use]
    pub fn form(self) -> String {
        let Naming { service, prefix, is_regional, characters, sample, .. } = self.naming();
        let place = if is_regional { "eu-central-1:123456789012" } else { ":" };
        let arn = format!("`arn:aws:{service}:{place}:{prefix}{sample}`");
        match characters {
            // An ARN would name a region and an account, against which nothing can be held without reading the value.
            Some(_) if self == Self::Parameter => format!("its name, such as `{sample}`"),
            Some(_) => format!("its name, such as `{sample}`, or its ARN, such as {arn}"),
            None => format!("its ARN, such as {arn}"),
        }
    }

    /// What `text` names, or why it names none.
    ///
    /// # Errors
    /// What is wrong with the text, as the end of a sentence.
    pub fn named(self, text: &str) -> Result<Named, String> {
        let naming = self.naming();
        if !text.starts_with("arn:") {
            let characters = naming.characters.ok_or_else(|| "this is no ARN".to_owned())?;
            return if self.is_name(text, characters) {
                Ok(Named { name: text.to_owned(), arn: None })
            } else {
                Err("this cannot be its name".to_owned())
            };
        }
        if self == Self::Parameter {
            return Err("this is an ARN".to_owned());
        }
        let arn = Arn::parse(text).ok_or_else(|| "this is no whole ARN".to_owned())?;
        if arn.service != naming.service {
            return Err(format!("this is an ARN of `{}`", arn.service));
        }
        let is_account = arn.account.len() == 12 && arn.account.bytes().all(|b| b.is_ascii_digit());
        match naming.is_regional {
            true if arn.region.is_empty() => return Err("this ARN names no region".to_owned()),
            true if !is_account => return Err("an account has 12 digits".to_owned()),
            false if !arn.region.is_empty() || !arn.account.is_empty() => {
                return Err("its ARN names neither a region nor an account".to_owned());
            }
            true | false => {}
        }
        let name = arn.resource.strip_prefix(naming.prefix);
        let name = name.filter(|name| self.is_name(name, naming.characters.unwrap_or("-_.")));
        let name = name.ok_or_else(|| format!("this ARN is of something else of `{}`", naming.service))?;
        Ok(Named { name: name.to_owned(), arn: Some(text.to_owned()) })
    }

    fn is_name(self, text: &str, characters: &str) -> bool {
        let starts = match self {
            Self::Parameter => text.starts_with('/') && !text.ends_with('/'),
            Self::Table
            | Self::Bucket
            | Self::Secret
            | Self::DbInstance
            | Self::DbCluster
            | Self::ReplicationGroup
            | Self::ServerlessCache
            | Self::MemorydbCluster
            | Self::Topic
            | Self::Key
            | Self::EcsCluster
            | Self::EksCluster => text.starts_with(|c: char| c.is_ascii_alphanumeric()),
        };
        starts && text.len() <= self.naming().longest && is_of(text, characters)
    }
}

/// The region that an ARN names.
#[must_use]
pub fn region_of(arn: &str) -> Option<&str> {
    Arn::parse(arn).map(|arn| arn.region)
}

fn is_of(text: &str, others: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// Whether `text` is an id of EC2's, such as `vpc-0123456789abcdef0`.
fn is_id(text: &str, prefix: &str) -> bool {
    let hexadecimal = |rest: &str| (8..=17).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_hexdigit());
    text.strip_prefix(prefix).is_some_and(hexadecimal)
}

/// What a setting that names something holds at all; which thing it names is held against its backing.
pub(super) fn is_name_or_arn(text: &str) -> bool {
    text.len() <= 2048 && is_of(text, "-_:/.+=@!")
}

pub(super) fn is_vpc(text: &str) -> bool {
    text.is_empty() || is_id(text, "vpc-")
}

pub(super) fn is_subnet(text: &str) -> bool {
    is_id(text, "subnet-")
}

pub(super) fn is_route_table(text: &str) -> bool {
    is_id(text, "rtb-")
}

pub(super) fn is_security_group(text: &str) -> bool {
    text.is_empty() || is_id(text, "sg-")
}

/// As `PostgreSQL` takes it without quotes, and RDS at all.
pub(super) fn is_database(text: &str) -> bool {
    text.len() <= 63 && is_of(text, "_-") && !text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_named_by_name_or_arn() {
        let named = |kind: Adoptable, text: &str| kind.named(text).map(|it| it.name);
        assert_eq!(named(Adoptable::Table, "sessions").unwrap(), "sessions");
        assert_eq!(named(Adoptable::Table, "arn:aws:dynamodb:eu-central-1:123456789012:table/a.b").unwrap(), "a.b");
        assert_eq!(named(Adoptable::Bucket, "arn:aws:s3:::acme-files").unwrap(), "acme-files");
        assert_eq!(named(Adoptable::Parameter, "/shop/key").unwrap(), "/shop/key");
        assert_eq!(
            named(Adoptable::EksCluster, "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/x").unwrap(),
            "x"
        );
    }

    #[test]
    fn what_names_something_else_is_refused() {
        let refused = |kind: Adoptable, text: &str| kind.named(text).unwrap_err();
        assert_eq!(refused(Adoptable::Table, "arn:aws:s3:::acme"), "this is an ARN of `s3`");
        assert_eq!(refused(Adoptable::Table, "arn:aws:dynamodb:eu-central-1:1234:table/x"), "an account has 12 digits");
        assert_eq!(
            refused(Adoptable::DbInstance, "arn:aws:rds:eu-central-1:123456789012:cluster:x"),
            "this ARN is of something else of `rds`"
        );
        assert_eq!(
            refused(Adoptable::Bucket, "arn:aws:s3:eu-central-1::x"),
            "its ARN names neither a region nor an account"
        );
        assert_eq!(refused(Adoptable::Topic, "orders"), "this is no ARN");
        assert_eq!(refused(Adoptable::Table, "a b"), "this cannot be its name");
        assert_eq!(
            refused(Adoptable::Parameter, "arn:aws:ssm:eu-central-1:123456789012:parameter/x"),
            "this is an ARN"
        );
        assert_eq!(refused(Adoptable::Secret, "arn:aws:secretsmanager:x"), "this is no whole ARN");
        assert_eq!(refused(Adoptable::Table, "arn:aws:dynamodb::123456789012:table/x"), "this ARN names no region");
    }

    #[test]
    fn ids() {
        assert!(
            is_vpc("") && is_vpc("vpc-0123456789abcdef0") && !is_vpc("vpc-1") && !is_vpc("subnet-0123456789abcdef0")
        );
        assert!(is_subnet("subnet-01234567") && !is_subnet("") && is_route_table("rtb-01234567"));
        assert!(is_security_group("sg-01234567") && !is_security_group("sg-x1234567"));
        assert!(is_database("orders_2") && !is_database("2orders") && !is_database("a;b"));
        assert_eq!(region_of("arn:aws:kms:eu-central-1:123456789012:key/x"), Some("eu-central-1"));
    }
}
