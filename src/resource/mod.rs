//! One file per AWS resource: a struct of typed fields, the block that it becomes, and the grants that it offers.
//!
//! What a resource depends on is read off its block ([`Resource::dependencies`]), so the two cannot disagree.

mod api;
mod api_integration;
mod api_route;
mod api_stage;
mod appautoscaling_policy;
mod appautoscaling_target;
mod availability_zones;
mod cache_subnet_group;
mod caller_identity;
mod cloudfront_distribution;
mod cloudfront_origin_access_control;
mod db_instance;
mod db_parameter_group;
mod db_subnet_group;
mod default_security_group;
mod dynamodb_table;
mod ecr_lifecycle_policy;
mod ecr_repository;
mod ecr_repository_policy;
mod ecs_cluster;
mod ecs_cluster_capacity_providers;
mod ecs_service;
mod ecs_task_definition;
mod efs_access_point;
mod efs_backup_policy;
mod efs_file_system;
mod efs_file_system_policy;
mod efs_mount_target;
mod eip;
mod eks_addon;
mod eks_addon_version;
mod eks_cluster;
mod eks_cluster_rule;
mod eks_fargate_profile;
mod eks_node_group;
mod eks_pod_identity;
mod event_archive;
mod event_bus;
mod event_rule;
mod event_target;
mod existing;
mod existing_bucket;
mod existing_database;
mod existing_ecs_cluster;
mod existing_eks_cluster;
mod existing_memorydb_cluster;
mod existing_openid_connect_provider;
mod existing_replication_group;
mod existing_route_table;
mod existing_secret;
mod existing_security_group;
mod existing_serverless_cache;
mod existing_subnet;
mod existing_table;
mod existing_topic;
mod existing_vpc;
mod iam_openid_connect_provider;
mod iam_policy_document;
mod iam_role;
mod iam_role_policy;
mod iam_role_policy_attachment;
mod internet_gateway;
mod kms_alias;
mod kms_key;
mod lambda_function;
mod lambda_invocation;
mod lambda_invoke_config;
mod lambda_permission;
mod launch_template;
mod lb;
mod lb_listener;
mod lb_listener_rule;
mod lb_target_group;
mod lb_target_group_attachment;
mod log_group;
mod memorydb_cluster;
mod memorydb_subnet_group;
mod nat_gateway;
mod partition;
mod rds_cluster;
mod rds_cluster_instance;
mod rds_cluster_parameter_group;
mod region;
mod replication_group;
mod rest_account;
mod rest_api;
mod rest_deployment;
mod rest_integration;
mod rest_method;
mod rest_resource;
mod rest_stage;
mod rest_throttling;
mod route;
mod route_table;
mod route_table_association;
mod s3_bucket;
mod s3_bucket_encryption;
mod s3_bucket_lifecycle;
mod s3_bucket_ownership_controls;
mod s3_bucket_policy;
mod s3_bucket_public_access_block;
mod s3_bucket_versioning;
mod s3_site_files;
mod scheduler_schedule;
mod secret;
mod secret_parameter;
mod security_group;
mod security_group_rule;
mod serverless_cache;
mod service_discovery_namespace;
mod service_discovery_service;
mod sns_subscription;
mod sns_topic;
mod sqs_queue;
mod sqs_queue_policy;
mod sqs_redrive_allow_policy;
mod ssm_parameter;
mod subnet;
mod vpc;
mod vpc_endpoint;
mod vpc_link;

pub use api::Api;
pub use api_integration::{ApiIntegration, Integration};
pub use api_route::ApiRoute;
pub use api_stage::ApiStage;
pub use appautoscaling_policy::AppautoscalingPolicy;
pub use appautoscaling_target::AppautoscalingTarget;
pub use availability_zones::AvailabilityZones;
pub use cache_subnet_group::CacheSubnetGroup;
pub use caller_identity::CallerIdentity;
pub use cloudfront_distribution::{CloudfrontDistribution, NotFound};
pub use cloudfront_origin_access_control::CloudfrontOriginAccessControl;
pub use db_instance::DbInstance;
pub use db_parameter_group::DbParameterGroup;
pub use db_subnet_group::DbSubnetGroup;
pub use default_security_group::DefaultSecurityGroup;
pub use dynamodb_table::DynamodbTable;
pub use ecr_lifecycle_policy::EcrLifecyclePolicy;
pub use ecr_repository::EcrRepository;
pub use ecr_repository_policy::EcrRepositoryPolicy;
pub use ecs_cluster::EcsCluster;
pub use ecs_cluster_capacity_providers::EcsClusterCapacityProviders;
pub use ecs_service::{EcsService, EcsTargets};
pub use ecs_task_definition::{EcsContainer, EcsFiles, EcsTaskDefinition, IMAGE_TAG};
pub use efs_access_point::EfsAccessPoint;
pub use efs_backup_policy::EfsBackupPolicy;
pub use efs_file_system::EfsFileSystem;
pub use efs_file_system_policy::EfsFileSystemPolicy;
pub use efs_mount_target::EfsMountTarget;
pub use eip::Eip;
pub use eks_addon::{AddonRole, EksAddon};
pub use eks_addon_version::EksAddonVersion;
pub use eks_cluster::EksCluster;
pub use eks_cluster_rule::{
    ClusterApiIngressRule, DnsEgressRule, DnsIngressRule, DnsProtocol, KubeletIngressRule, MachineIngressRule,
};
pub use eks_fargate_profile::{ClusterPlace, EksFargateProfile};
pub use eks_node_group::EksNodeGroup;
pub use eks_pod_identity::{EksPodIdentity, ServiceAccount};
pub use event_archive::EventArchive;
pub use event_bus::EventBus;
pub use event_rule::EventRule;
pub use event_target::EventTarget;
pub use existing_bucket::ExistingBucket;
pub use existing_database::{ExistingDatabase, ExistingDbInstance, ExistingRdsCluster};
pub use existing_ecs_cluster::ExistingEcsCluster;
pub use existing_eks_cluster::ExistingEksCluster;
pub use existing_memorydb_cluster::ExistingMemorydbCluster;
pub use existing_openid_connect_provider::ExistingOpenidConnectProvider;
pub use existing_replication_group::ExistingReplicationGroup;
pub use existing_route_table::ExistingRouteTable;
pub use existing_secret::ExistingSecret;
pub use existing_security_group::{ExistingSecurityGroup, StoreGroup};
pub use existing_serverless_cache::ExistingServerlessCache;
pub use existing_subnet::ExistingSubnet;
pub use existing_table::ExistingTable;
pub use existing_topic::ExistingTopic;
pub use existing_vpc::ExistingVpc;
pub use iam_openid_connect_provider::IamOpenidConnectProvider;
pub use iam_policy_document::{Condition, Effect, IamPolicyDocument, Principal, Statement};
pub use iam_role::IamRole;
pub use iam_role_policy::IamRolePolicy;
pub use iam_role_policy_attachment::IamRolePolicyAttachment;
pub use internet_gateway::InternetGateway;
pub use kms_alias::KmsAlias;
pub use kms_key::KmsKey;
pub use lambda_function::{BUILD_DIRECTORY, FileSystemMount, LambdaCode, LambdaFunction, VpcPlacement};
pub use lambda_invocation::LambdaInvocation;
pub use lambda_invoke_config::LambdaInvokeConfig;
pub use lambda_permission::LambdaPermission;
pub use launch_template::LaunchTemplate;
pub use lb::{Lb, LbReach};
pub use lb_listener::{LbAnswer, LbListener, LbProtocol};
pub use lb_listener_rule::{LbListenerRule, LbRequests};
pub use lb_target_group::{LbTargetGroup, LbTargets};
pub use lb_target_group_attachment::LbTargetGroupAttachment;
pub use log_group::LogGroup;
pub use memorydb_cluster::MemorydbCluster;
pub use memorydb_subnet_group::MemorydbSubnetGroup;
pub use nat_gateway::NatGateway;
pub use partition::Partition;
pub use rds_cluster::{Capacity, RdsCluster};
pub use rds_cluster_instance::RdsClusterInstance;
pub use rds_cluster_parameter_group::RdsClusterParameterGroup;
pub use region::Region;
pub use replication_group::{ReplicationGroup, Shards};
pub use rest_account::RestAccount;
pub use rest_api::{RestApi, RestEndpoint};
pub use rest_deployment::RestDeployment;
pub use rest_integration::RestIntegration;
pub use rest_method::RestMethod;
pub use rest_resource::{RestPlace, RestResource};
pub use rest_stage::RestStage;
pub use rest_throttling::RestThrottling;
pub use route::{Route, Through};
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use s3_bucket::S3Bucket;
pub use s3_bucket_encryption::S3BucketEncryption;
pub use s3_bucket_lifecycle::S3BucketLifecycle;
pub use s3_bucket_ownership_controls::S3BucketOwnershipControls;
pub use s3_bucket_policy::S3BucketPolicy;
pub use s3_bucket_public_access_block::S3BucketPublicAccessBlock;
pub use s3_bucket_versioning::S3BucketVersioning;
pub use s3_site_files::{S3SiteFiles, ServedAs};
pub use scheduler_schedule::{SchedulerSchedule, SchedulerTarget};
pub use secret::Secret;
pub use secret_parameter::SecretParameter;
pub use security_group::SecurityGroup;
pub use security_group_rule::{Destination, EgressRule, IngressRule, PublicIngressRule, VpcIngressRule};
pub use serverless_cache::ServerlessCache;
pub use service_discovery_namespace::ServiceDiscoveryNamespace;
pub use service_discovery_service::ServiceDiscoveryService;
pub use sns_subscription::{SnsSubscription, Subscriber};
pub use sns_topic::SnsTopic;
pub use sqs_queue::{Handling, SqsQueue};
pub use sqs_queue_policy::SqsQueuePolicy;
pub use sqs_redrive_allow_policy::SqsRedriveAllowPolicy;
pub use ssm_parameter::SsmParameter;
pub use subnet::{Subnet, SubnetRole};
pub use vpc::Vpc;
pub use vpc_endpoint::{EndpointWay, VpcEndpoint};
pub use vpc_link::VpcLink;

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
    AppautoscalingPolicy = Managed "aws_appautoscaling_policy";
    AppautoscalingTarget = Managed "aws_appautoscaling_target";
    AvailabilityZones = Data "aws_availability_zones";
    CacheSubnetGroup = Managed "aws_elasticache_subnet_group";
    CallerIdentity = Data "aws_caller_identity";
    CloudfrontDistribution = Managed "aws_cloudfront_distribution";
    CloudfrontOriginAccessControl = Managed "aws_cloudfront_origin_access_control";
    ClusterApiIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    DbInstance = Managed "aws_db_instance";
    DbParameterGroup = Managed "aws_db_parameter_group";
    DbSubnetGroup = Managed "aws_db_subnet_group";
    DefaultSecurityGroup = Managed "aws_default_security_group";
    DnsEgressRule = Managed "aws_vpc_security_group_egress_rule";
    DnsIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    DynamodbTable = Managed "aws_dynamodb_table";
    EcrLifecyclePolicy = Managed "aws_ecr_lifecycle_policy";
    EcrRepository = Managed "aws_ecr_repository";
    EcrRepositoryPolicy = Managed "aws_ecr_repository_policy";
    EcsCluster = Managed "aws_ecs_cluster";
    EcsClusterCapacityProviders = Managed "aws_ecs_cluster_capacity_providers";
    EcsService = Managed "aws_ecs_service";
    EcsTaskDefinition = Managed "aws_ecs_task_definition";
    EfsAccessPoint = Managed "aws_efs_access_point";
    EfsBackupPolicy = Managed "aws_efs_backup_policy";
    EfsFileSystem = Managed "aws_efs_file_system";
    EfsFileSystemPolicy = Managed "aws_efs_file_system_policy";
    EfsMountTarget = Managed "aws_efs_mount_target";
    EgressRule = Managed "aws_vpc_security_group_egress_rule";
    Eip = Managed "aws_eip";
    EksAddon = Managed "aws_eks_addon";
    EksAddonVersion = Data "aws_eks_addon_version";
    EksCluster = Managed "aws_eks_cluster";
    EksFargateProfile = Managed "aws_eks_fargate_profile";
    EksNodeGroup = Managed "aws_eks_node_group";
    EksPodIdentity = Managed "aws_eks_pod_identity_association";
    EventArchive = Managed "aws_cloudwatch_event_archive";
    EventBus = Managed "aws_cloudwatch_event_bus";
    EventRule = Managed "aws_cloudwatch_event_rule";
    EventTarget = Managed "aws_cloudwatch_event_target";
    ExistingBucket = Data "aws_s3_bucket";
    ExistingDbInstance = Data "aws_db_instance";
    ExistingEcsCluster = Data "aws_ecs_cluster";
    ExistingEksCluster = Data "aws_eks_cluster";
    ExistingMemorydbCluster = Data "aws_memorydb_cluster";
    ExistingOpenidConnectProvider = Data "aws_iam_openid_connect_provider";
    ExistingRdsCluster = Data "aws_rds_cluster";
    ExistingReplicationGroup = Data "aws_elasticache_replication_group";
    ExistingRouteTable = Data "aws_route_table";
    ExistingSecret = Data "aws_secretsmanager_secret";
    ExistingSecurityGroup = Data "aws_security_group";
    ExistingServerlessCache = Data "aws_elasticache_serverless_cache";
    ExistingSubnet = Data "aws_subnet";
    ExistingTable = Data "aws_dynamodb_table";
    ExistingTopic = Data "aws_sns_topic";
    ExistingVpc = Data "aws_vpc";
    IamOpenidConnectProvider = Managed "aws_iam_openid_connect_provider";
    IamPolicyDocument = Data "aws_iam_policy_document";
    IamRole = Managed "aws_iam_role";
    IamRolePolicy = Managed "aws_iam_role_policy";
    IamRolePolicyAttachment = Managed "aws_iam_role_policy_attachment";
    IngressRule = Managed "aws_vpc_security_group_ingress_rule";
    InternetGateway = Managed "aws_internet_gateway";
    KmsAlias = Managed "aws_kms_alias";
    KmsKey = Managed "aws_kms_key";
    KubeletIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    LambdaFunction = Managed "aws_lambda_function";
    LambdaInvocation = Managed "aws_lambda_invocation";
    LambdaInvokeConfig = Managed "aws_lambda_function_event_invoke_config";
    LambdaPermission = Managed "aws_lambda_permission";
    LaunchTemplate = Managed "aws_launch_template";
    Lb = Managed "aws_lb";
    LbListener = Managed "aws_lb_listener";
    LbListenerRule = Managed "aws_lb_listener_rule";
    LbTargetGroup = Managed "aws_lb_target_group";
    LbTargetGroupAttachment = Managed "aws_lb_target_group_attachment";
    LogGroup = Managed "aws_cloudwatch_log_group";
    MachineIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    MemorydbCluster = Managed "aws_memorydb_cluster";
    MemorydbSubnetGroup = Managed "aws_memorydb_subnet_group";
    NatGateway = Managed "aws_nat_gateway";
    Partition = Data "aws_partition";
    PublicIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    RdsCluster = Managed "aws_rds_cluster";
    RdsClusterInstance = Managed "aws_rds_cluster_instance";
    RdsClusterParameterGroup = Managed "aws_rds_cluster_parameter_group";
    Region = Data "aws_region";
    ReplicationGroup = Managed "aws_elasticache_replication_group";
    RestAccount = Managed "aws_api_gateway_account";
    RestApi = Managed "aws_api_gateway_rest_api";
    RestDeployment = Managed "aws_api_gateway_deployment";
    RestIntegration = Managed "aws_api_gateway_integration";
    RestMethod = Managed "aws_api_gateway_method";
    RestResource = Managed "aws_api_gateway_resource";
    RestStage = Managed "aws_api_gateway_stage";
    RestThrottling = Managed "aws_api_gateway_method_settings";
    Route = Managed "aws_route";
    RouteTable = Managed "aws_route_table";
    RouteTableAssociation = Managed "aws_route_table_association";
    S3SiteFiles = Managed "aws_s3_object";
    S3Bucket = Managed "aws_s3_bucket";
    S3BucketEncryption = Managed "aws_s3_bucket_server_side_encryption_configuration";
    S3BucketLifecycle = Managed "aws_s3_bucket_lifecycle_configuration";
    S3BucketOwnershipControls = Managed "aws_s3_bucket_ownership_controls";
    S3BucketPolicy = Managed "aws_s3_bucket_policy";
    S3BucketPublicAccessBlock = Managed "aws_s3_bucket_public_access_block";
    S3BucketVersioning = Managed "aws_s3_bucket_versioning";
    Secret = Managed "aws_secretsmanager_secret";
    SchedulerSchedule = Managed "aws_scheduler_schedule";
    SecurityGroup = Managed "aws_security_group";
    ServerlessCache = Managed "aws_elasticache_serverless_cache";
    ServiceDiscoveryNamespace = Managed "aws_service_discovery_private_dns_namespace";
    ServiceDiscoveryService = Managed "aws_service_discovery_service";
    SnsSubscription = Managed "aws_sns_topic_subscription";
    SnsTopic = Managed "aws_sns_topic";
    SqsQueue = Managed "aws_sqs_queue";
    SqsQueuePolicy = Managed "aws_sqs_queue_policy";
    SqsRedriveAllowPolicy = Managed "aws_sqs_queue_redrive_allow_policy";
    SsmParameter = Managed "aws_ssm_parameter";
    Subnet = Managed "aws_subnet";
    Vpc = Managed "aws_vpc";
    VpcEndpoint = Managed "aws_vpc_endpoint";
    VpcIngressRule = Managed "aws_vpc_security_group_ingress_rule";
    VpcLink = Managed "aws_apigatewayv2_vpc_link";
}

/// The `lifecycle` of what is in use while it is replaced, and why.
fn replaced_first(why: &'static str) -> Body {
    Body::new().comment(why).attribute("create_before_destroy", true)
}

/// The tag that the AWS console shows as a thing's name.
fn name_tag(name: &str) -> Expression {
    object([(Key::Name("Name"), text(name))])
}
