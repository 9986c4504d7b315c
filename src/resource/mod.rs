//! One file per AWS resource: a struct of typed fields, the block that it becomes, and the grants that it offers.
//!
//! What a resource depends on is read off its block ([`Resource::dependencies`]), so the two cannot disagree.

mod api;
mod api_integration;
mod api_route;
mod api_stage;
mod availability_zones;
mod cache_subnet_group;
mod caller_identity;
mod default_security_group;
mod eks_addon;
mod eks_addon_version;
mod eks_cluster;
mod eks_cluster_rule;
mod eks_fargate_profile;
mod eks_node_group;
mod eks_pod_identity;
mod iam_openid_connect_provider;
mod iam_policy_document;
mod iam_role;
mod iam_role_policy;
mod iam_role_policy_attachment;
mod kms_alias;
mod kms_key;
mod lambda_function;
mod lambda_invoke_config;
mod lambda_permission;
mod launch_template;
mod log_group;
mod partition;
mod region;
mod replication_group;
mod security_group;
mod security_group_rule;
mod sns_subscription;
mod sns_topic;
mod sqs_queue;
mod sqs_queue_policy;
mod subnet;
mod vpc;
mod vpc_endpoint;

pub use api::Api;
pub use api_integration::{ApiIntegration, Integration};
pub use api_route::ApiRoute;
pub use api_stage::ApiStage;
pub use availability_zones::AvailabilityZones;
pub use cache_subnet_group::CacheSubnetGroup;
pub use caller_identity::CallerIdentity;
pub use default_security_group::DefaultSecurityGroup;
pub use eks_addon::{AddonRole, EksAddon};
pub use eks_addon_version::EksAddonVersion;
pub use eks_cluster::EksCluster;
pub use eks_cluster_rule::{DnsEgressRule, DnsIngressRule, DnsProtocol, KubeletIngressRule};
pub use eks_fargate_profile::{ClusterPlace, EksFargateProfile};
pub use eks_node_group::EksNodeGroup;
pub use eks_pod_identity::{EksPodIdentity, ServiceAccount};
pub use iam_openid_connect_provider::IamOpenidConnectProvider;
pub use iam_policy_document::{Condition, Effect, IamPolicyDocument, Principal, Statement};
pub use iam_role::IamRole;
pub use iam_role_policy::IamRolePolicy;
pub use iam_role_policy_attachment::IamRolePolicyAttachment;
pub use kms_alias::KmsAlias;
pub use kms_key::KmsKey;
pub use lambda_function::{BUILD_DIRECTORY, LambdaFunction, VpcPlacement};
pub use lambda_invoke_config::LambdaInvokeConfig;
pub use lambda_permission::LambdaPermission;
pub use launch_template::LaunchTemplate;
pub use log_group::LogGroup;
pub use partition::Partition;
pub use region::Region;
pub use replication_group::ReplicationGroup;
pub use security_group::SecurityGroup;
pub use security_group_rule::{Destination, EgressRule, IngressRule};
pub use sns_subscription::SnsSubscription;
pub use sns_topic::SnsTopic;
pub use sqs_queue::SqsQueue;
pub use sqs_queue_policy::SqsQueuePolicy;
pub use subnet::{Subnet, SubnetRole};
pub use vpc::Vpc;
pub use vpc_endpoint::VpcEndpoint;

use std::collections::BTreeSet;

use crate::terraform::{Address, Body, Expression, Key, Mode, object, text};

macro_rules! resources {
    ($( $name:ident = $mode:ident $kind:literal; )+) => {
        /// Every resource and data source that inferra writes.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Resource {
            $(
                #[doc = concat!("`", $kind, "`")]
                $name($name),
            )+
        }

        impl Resource {
            /// The address of this resource under the name `name`.
            #[must_use]
            pub fn address(&self, name: &str) -> Address {
                match self { $(Self::$name(_) => Address::new(Mode::$mode, $kind, name),)+ }
            }

            /// What is between the braces of its block.
            #[must_use]
            pub fn body(&self) -> Body {
                match self { $(Self::$name(resource) => resource.body(),)+ }
            }

            /// What it refers to, as addresses are written.
            #[must_use]
            pub fn dependencies(&self) -> BTreeSet<String> {
                self.body().dependencies()
            }
        }

        $(
            impl From<$name> for Resource {
                fn from(resource: $name) -> Self { Self::$name(resource) }
            }
        )+
    };
}

resources! {
    Api = Managed "aws_apigatewayv2_api";
    ApiIntegration = Managed "aws_apigatewayv2_integration";
    ApiRoute = Managed "aws_apigatewayv2_route";
    ApiStage = Managed "aws_apigatewayv2_stage";
    AvailabilityZones = Data "aws_availability_zones";
    CacheSubnetGroup = Managed "aws_elasticache_subnet_group";
    CallerIdentity = Data "aws_caller_identity";
    DefaultSecurityGroup = Managed "aws_default_security_group";
    DnsEgressRule = Managed "aws_vpc_security_group_egress_rule";
    DnsIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    EgressRule = Managed "aws_vpc_security_group_egress_rule";
    EksAddon = Managed "aws_eks_addon";
    EksAddonVersion = Data "aws_eks_addon_version";
    EksCluster = Managed "aws_eks_cluster";
    EksFargateProfile = Managed "aws_eks_fargate_profile";
    EksNodeGroup = Managed "aws_eks_node_group";
    EksPodIdentity = Managed "aws_eks_pod_identity_association";
    IamOpenidConnectProvider = Managed "aws_iam_openid_connect_provider";
    IamPolicyDocument = Data "aws_iam_policy_document";
    IamRole = Managed "aws_iam_role";
    IamRolePolicy = Managed "aws_iam_role_policy";
    IamRolePolicyAttachment = Managed "aws_iam_role_policy_attachment";
    IngressRule = Managed "aws_vpc_security_group_ingress_rule";
    KmsAlias = Managed "aws_kms_alias";
    KmsKey = Managed "aws_kms_key";
    KubeletIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    LambdaFunction = Managed "aws_lambda_function";
    LambdaInvokeConfig = Managed "aws_lambda_function_event_invoke_config";
    LambdaPermission = Managed "aws_lambda_permission";
    LaunchTemplate = Managed "aws_launch_template";
    LogGroup = Managed "aws_cloudwatch_log_group";
    Partition = Data "aws_partition";
    Region = Data "aws_region";
    ReplicationGroup = Managed "aws_elasticache_replication_group";
    SecurityGroup = Managed "aws_security_group";
    SnsSubscription = Managed "aws_sns_topic_subscription";
    SnsTopic = Managed "aws_sns_topic";
    SqsQueue = Managed "aws_sqs_queue";
    SqsQueuePolicy = Managed "aws_sqs_queue_policy";
    Subnet = Managed "aws_subnet";
    Vpc = Managed "aws_vpc";
    VpcEndpoint = Managed "aws_vpc_endpoint";
}

/// The tag that the AWS console shows as a thing's name.
fn name_tag(name: &str) -> Expression {
    object([(Key::Name("Name"), text(name))])
}
