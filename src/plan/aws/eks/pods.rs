use super::super::Draft;
use super::{Cluster, Identity};
use crate::app::Unit;
use crate::diag::Diagnostics;
use crate::plan::naming::{kubernetes_name, label};
use crate::plan::{Concern, PlannedContainer, Provenance};
use crate::resource::{
    DnsEgressRule, DnsIngressRule, DnsProtocol, EksPodIdentity, IamOpenidConnectProvider, KubeletIngressRule,
    ServiceAccount,
};

impl Draft<'_> {
    /// The unit as a Deployment: its role, and what ties the role to its pods.
    pub(in super::super) fn pods(&mut self, unit: &Unit, diagnostics: &mut Diagnostics) -> Option<PlannedContainer> {
        let cluster = self.eks.clone()?;
        let container = self.container(unit, diagnostics)?;
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let account = ServiceAccount { namespace: cluster.namespace.clone(), name: kubernetes_name(&unit.id) };
        match &cluster.identity {
            Identity::Agent => {
                let trust = EksPodIdentity::trust(&cluster.address, &account);
                let role =
                    self.role(unit, trust, "Only the unit's own pods, in this cluster, have the role.", Vec::new());
                let association =
                    EksPodIdentity { cluster: cluster.address.clone(), service_account: account, role: role.role };
                let why = because("Gives the unit's pods its role, by their service account.");
                self.graph.add(&Concern::Unit(unit.id.clone()), &label(&unit.id), association, why);
                self.cluster_rules(unit, &cluster, &container);
            }
            Identity::Federated(provider) => {
                let trust = IamOpenidConnectProvider::trust(provider, &cluster.address, &account);
                self.role(unit, trust, "Only the unit's own pods, in this cluster, have the role.", Vec::new());
            }
        }
        Some(container)
    }

    /// What the security group of a unit's pods needs inside of a cluster. On Fargate pods have the cluster's group as well, which
    /// lets all this through: there is no other way to the control plane for what runs beside them.
    fn cluster_rules(&mut self, unit: &Unit, cluster: &Cluster, container: &PlannedContainer) {
        let Some(own) = self.unit_group(unit) else { return };
        let because = |rule: &str| Provenance::new([unit.origin.origin()], rule);
        let (concern, name) = (Concern::Unit(unit.id.clone()), label(&unit.id));
        for protocol in DnsProtocol::ALL {
            let description = format!("{} to DNS", unit.id);
            let why = because("The unit's pods look up names at the cluster's name servers.");
            let egress = DnsEgressRule {
                security_group: own.clone(),
                cluster: cluster.address.clone(),
                protocol,
                description: description.clone(),
            };
            let part = protocol.name();
            self.graph.add(&concern, &format!("{name}_to_cluster_dns_{part}"), egress, why.clone());
            let ingress = DnsIngressRule { cluster: cluster.address.clone(), from: own.clone(), protocol, description };
            self.graph.add(&concern, &format!("cluster_dns_{part}_from_{name}"), ingress, why);
        }
        let probes = KubeletIngressRule {
            security_group: own,
            cluster: cluster.address.clone(),
            port: container.health_port,
            description: format!("Cluster to health of {}", unit.id),
        };
        let why = because("The cluster asks each pod whether it works, on a port where nothing else answers.");
        self.graph.add(&concern, &format!("{name}_health_from_cluster"), probes, why);
    }
}
