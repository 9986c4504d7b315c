use indexmap::IndexMap;

use super::{Condition, Effect, IMAGE_TAG, Statement};
use crate::terraform::{Address, Body, Expression, Key, Part, Reference, call, list, number, object, template, text};

/// A Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaFunction {
    /// Its name.
    pub function_name: String,
    /// What it is for.
    pub description: String,
    /// Its role.
    pub role: Address,
    /// The policy of its role, which must be there first: Lambda tries the network permissions when the function is made.
    pub policy: Address,
    /// What it is made of.
    pub code: LambdaCode,
    /// `arm64` or `x86_64`.
    pub architecture: &'static str,
    /// Memory in MB.
    pub memory_mb: u32,
    /// Seconds until an invocation is stopped.
    pub timeout_s: u32,
    /// Where it logs to: the group of the name that Lambda uses by itself.
    pub log_group: Address,
    /// Its place in a private network.
    pub vpc: Option<VpcPlacement>,
    /// The one file system that it may mount.
    pub files: Option<FileSystemMount>,
    /// Its environment variables.
    pub environment: IndexMap<String, Expression>,
    /// What has to have happened before it runs new code.
    pub after: Option<Address>,
}

/// What a function is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum LambdaCode {
    /// A zip in the build directory.
    Zip {
        /// The zip's name there.
        zip: String,
        /// The entry point, such as `index.handler`.
        handler: &'static str,
        /// The language's runtime, such as `python3.13`.
        runtime: String,
    },
    /// An image, which has the tag that the module is given.
    Image {
        /// Its repository.
        repository: Address,
        /// What lets Lambda take it from there.
        policy: Address,
        /// The entry point, for the runtime that is in the image.
        command: &'static str,
    },
}

/// A file system that is mounted into a function.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSystemMount {
    /// The access point by which it is mounted.
    pub access_point: Address,
    /// Where: a folder below `/mnt`.
    pub path: String,
    /// Its mount targets, without which no function can be made.
    pub targets: Vec<Address>,
}

/// Where in a private network a function is.
#[derive(Debug, Clone, PartialEq)]
pub struct VpcPlacement {
    /// Subnets in different zones.
    pub subnets: Vec<Address>,
    /// Its own security group.
    pub security_group: Address,
}

/// The variable of the module that names the folder of zips.
pub const BUILD_DIRECTORY: &str = "build_directory";

/// What Lambda does with a role to reach into a VPC:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions>.
const NETWORK_INTERFACES: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

impl LambdaFunction {
    /// What a function in a VPC needs, and the denial that keeps its own code from using it.
    #[must_use]
    pub fn network_interfaces<'n>(function_names: impl IntoIterator<Item = &'n str>) -> [Statement; 2] {
        let actions = NETWORK_INTERFACES.to_vec();
        let allow = Statement {
            reason: Some(
                "Lambda itself needs these to place the function in the VPC. The Describe actions know no resource, and Lambda refuses \
                 a role that allows the others on less than \"*\", because it makes the interfaces before it can name them.",
            ),
            ..Statement::allow("NetworkInterfaces", actions.clone(), vec![text("*")])
        };
        let deny = Statement {
            sid: "NetworkInterfacesNotFromCode",
            effect: Effect::Deny,
            conditions: vec![Condition {
                test: "ArnLike",
                variable: text("lambda:SourceFunctionArn"),
                values: function_names
                    .into_iter()
                    .map(|name| text(format!("arn:*:lambda:*:*:function:{name}")))
                    .collect(),
            }],
            reason: Some(
                "The service may, the function's own code may not: only calls from code carry this condition key.",
            ),
            ..Statement::allow("", actions, vec![text("*")])
        };
        [allow, deny]
    }

    /// Calling the function.
    #[must_use]
    pub fn invoke(function: &Address) -> Statement {
        Statement::allow("InvokeFunction", vec!["lambda:InvokeFunction"], vec![function.attribute("arn").into()])
    }

    fn code(&self, body: Body) -> Body {
        match &self.code {
            LambdaCode::Zip { zip, handler, runtime } => {
                let zip =
                    || template([Part::Value(Reference::variable(BUILD_DIRECTORY)), Part::Text(format!("/{zip}"))]);
                body.attribute("filename", zip())
                    .attribute("source_code_hash", call("filebase64sha256", zip()))
                    .attribute("handler", text(*handler))
                    .attribute("runtime", text(runtime))
            }
            LambdaCode::Image { repository, .. } => {
                let image = [
                    Part::Value(repository.attribute("repository_url")),
                    Part::Text(":".into()),
                    Part::Value(Reference::variable(IMAGE_TAG)),
                ];
                body.attribute("package_type", text("Image"))
                    .comment("Has to be there already: make the repository first, with -target, and push the image.")
                    .attribute("image_uri", template(image))
            }
        }
    }

    /// What has to be there before the function.
    fn needs(&self) -> Vec<Expression> {
        let images = match &self.code {
            LambdaCode::Zip { .. } => None,
            LambdaCode::Image { policy, .. } => Some(policy),
        };
        [&self.policy, &self.log_group]
            .into_iter()
            .chain(images)
            .chain(&self.after)
            .chain(self.files.iter().flat_map(|files| &files.targets))
            .map(Address::whole)
            .map(Expression::from)
            .collect()
    }

    pub(super) fn body(&self) -> Body {
        let mut body = Body::new()
            .attribute("function_name", text(&self.function_name))
            .attribute("description", text(&self.description))
            .attribute("role", self.role.attribute("arn"))
            .gap();
        body = self
            .code(body)
            .attribute("architectures", list([text(self.architecture)]))
            .attribute("memory_size", number(self.memory_mb))
            .attribute("timeout", number(self.timeout_s));
        if let LambdaCode::Image { command, .. } = &self.code {
            body = body.block("image_config", Body::new().attribute("command", list([text(*command)])));
        }
        if !self.environment.is_empty() {
            let variables =
                object(self.environment.iter().map(|(name, value)| (Key::Text(name.clone()), value.clone())));
            body = body.block("environment", Body::new().attribute("variables", variables));
        }
        if let Some(vpc) = &self.vpc {
            let placement = Body::new()
                .attribute("subnet_ids", list(vpc.subnets.iter().map(|subnet| subnet.attribute("id"))))
                .attribute("security_group_ids", list([vpc.security_group.attribute("id")]));
            body = body.block("vpc_config", placement);
        }
        if let Some(files) = &self.files {
            let mount = Body::new()
                .attribute("arn", files.access_point.attribute("arn"))
                .attribute("local_mount_path", text(&files.path));
            body = body.block("file_system_config", mount);
        }
        body.comment("Without its policy the role can neither log nor reach the network; without its log group, Lambda makes one.")
            .attribute("depends_on", list(self.needs()))
    }
}
