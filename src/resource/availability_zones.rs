use crate::terraform::{Body, list, text};

/// The availability zones of the region.
#[derive(Debug, Clone, PartialEq)]
pub struct AvailabilityZones;

/// Old zones of which not everything is to be had: neither links of API Gateway, nor clusters of EKS, nor Graviton on Fargate.
/// Functions alone would do without those, but a move must not change the zones.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html>. `usw1-az2` is not here though it is such a zone: who
/// has it has only one other in that region.
const LACKING: [&str; 3] = ["apne1-az3", "cac1-az3", "use1-az3"];

impl AvailabilityZones {
    #[allow(clippy::unused_self)] // As every resource: the zones wanted are always the same.
    pub(super) fn body(&self) -> Body {
        // Local Zones and Wavelength Zones have to be opted into and have neither Lambda nor ElastiCache.
        let opted_in = Body::new()
            .attribute("name", text("opt-in-status"))
            .attribute("values", list([text("opt-in-not-required")]));
        Body::new()
            .attribute("state", text("available"))
            .comment("Old zones without links of API Gateway, clusters of EKS or Graviton on Fargate.")
            .attribute("exclude_zone_ids", list(LACKING.map(text)))
            .block("filter", opted_in)
    }
}
