//! What mounts file systems for pods: the EFS CSI driver, of which one pod runs on each machine. It is that pod which mounts, with
//! its own role and from the machine's network, so the rights of all units on the cluster are its rights:
//! <https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/parameters.md>. What keeps a unit from another one's
//! files is that only the pods of units that use a store have its volume, and that those which only read have it read-only.

use indexmap::IndexMap;

use super::super::Draft;
use super::super::store::Mount;
use super::addons::Addon;
use super::{Cluster, Identity};
use crate::app::{Id, Unit};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{
    EfsFileSystem, EksPodIdentity, IamPolicyDocument, IamRolePolicy, MachineIngressRule, ServiceAccount,
};
use crate::terraform::Address;

/// The namespace and the name of the service account of the driver's pods that mount.
const ACCOUNT: (&str, &str) = ("kube-system", "efs-csi-node-sa");

impl<'a> Draft<'a> {
    /// The file systems of the stores that units on EKS use, by store; one that any of them writes is written.
    pub(super) fn cluster_mounts(&self) -> IndexMap<&'a Id, Mount<'a>> {
        let mut found: IndexMap<&Id, Mount> = IndexMap::new();
        for mount in self.eks_units().flat_map(|unit| self.mounts(&unit.id)) {
            found.entry(&mount.store.id).and_modify(|known| known.writes |= mount.writes).or_insert(mount);
        }
        found
    }

    /// The driver, its role and its way to the file systems, where a unit on EKS uses one.
    pub(super) fn file_driver(&mut self, cluster: &Cluster, diagnostics: &mut Diagnostics) {
        let mounts = self.cluster_mounts();
        if mounts.is_empty() {
            return;
        }
        match cluster.identity {
            Identity::Agent => {}
            Identity::Federated(_) => {
                let units = self.eks_units().filter(|unit| !self.mounts(&unit.id).is_empty());
                units.for_each(|unit| diagnostics.push(no_identity(unit)));
                return;
            }
        }
        let origins: Vec<_> = mounts.values().map(|mount| mount.store.origin.clone()).collect();
        let because = |rule: &str| Provenance::new(&origins, rule);
        for mount in mounts.values() {
            let rule = MachineIngressRule {
                security_group: mount.file_system.security_group.clone(),
                cluster: cluster.address.clone(),
                port: EfsFileSystem::PORT,
                description: format!("Machines of the cluster to {}", mount.store.id),
            };
            let why = "Machines of the cluster mount it for the pods on them, and not the pods themselves.";
            let name = format!("store_{}_from_cluster", label(&mount.store.id));
            let concern = Concern::Store(mount.store.id.clone());
            self.graph.add(&concern, &name, rule, Provenance::new(mount.store.origins(), why));
        }
        let mut before = self.driver_role(cluster, &mounts, &because);
        let kept = self.graph.iter().map(|(address, _)| address);
        before.extend(kept.filter(|address| address.kind() == "aws_eks_node_group").cloned());
        let driver = Addon {
            name: "aws-efs-csi-driver",
            rule: "Mounts the file systems that volumes name into the pods that use them.",
            after: Some((before, "It runs on machines, and asks for its role once, when it starts.")),
            ..Addon::default()
        };
        self.addon(&cluster.address, driver);
    }

    fn driver_role(
        &mut self,
        cluster: &Cluster,
        mounts: &IndexMap<&'a Id, Mount<'a>>,
        because: &impl Fn(&str) -> Provenance,
    ) -> Vec<Address> {
        let account = ServiceAccount { namespace: ACCOUNT.0.to_owned(), name: ACCOUNT.1.to_owned() };
        let trust = EksPodIdentity::trust(&cluster.address, &account);
        let role = self.service_role("files", "What mounts file systems into pods", trust, &[]).role;
        let mount = |it: &Mount| EfsFileSystem::mount(&it.file_system.address, &it.file_system.access_point, it.writes);
        let document = IamPolicyDocument { statements: mounts.values().map(mount).collect() };
        let why = because(
            "Mounting the file systems of units on the cluster. EFS asks the driver who it is, and not the pod for which it mounts.",
        );
        let document = self.graph.add(&Concern::Cluster, "policy_cluster_files", document, why.clone());
        let policy = IamRolePolicy { name: self.names.cluster_role("files"), role: role.clone(), document };
        let policy = self.graph.add(&Concern::Cluster, "cluster_files", policy, why);
        // The add-on itself takes a role for another of its service accounts alone:
        // https://github.com/kubernetes-sigs/aws-efs-csi-driver/issues/1759.
        let association = EksPodIdentity { cluster: cluster.address.clone(), service_account: account, role };
        let why = because("Gives the driver's pods their role, by the service account that the add-on makes.");
        let association = self.graph.add(&Concern::Cluster, "cluster_files", association, why);
        vec![policy, association]
    }
}

/// The driver of Fargate is out of reach: it can be given no role, and the file systems let in nobody without one.
/// <https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html>
fn no_identity(unit: &Unit) -> Diagnostic {
    let message = format!("unit `{}` cannot mount its files: what mounts them on Fargate has no role in IAM", unit.id);
    Diagnostic::new(Code::TargetCannotRun, message)
        .at(unit.origin.origin().span.clone(), "uses a file system of EFS, which lets in only who IAM knows")
        .help("set `eks.nodes = \"managed\"`, `persist.fs.backing = \"s3\"`, or `execution_unit.compute = \"ecs\"`")
}
