use super::super::Draft;
use super::super::store::Mount;
use super::{Cluster, Identity};
use crate::app::Unit;
use crate::plan::naming::slug;
use crate::plan::{BindingValue, Output, PlannedContainer};
use crate::resource::EksCluster;
use crate::terraform::{Expression, Key, Part, call, list, object, template};

/// The output that the chart's values come from.
const CHART_VALUES: &str = "chart_values";

impl Draft<'_> {
    /// The outputs that the chart is installed with.
    pub(in super::super) fn chart_values(&mut self) {
        let (Some(cluster), Some(network)) = (self.eks.clone(), self.network.clone()) else { return };
        let units: Vec<(Key, Expression)> = self
            .eks_units()
            .filter_map(|unit| {
                let container = self.units.get(&unit.id)?.container()?;
                Some((Key::Text(slug(&unit.id)), self.unit_values(unit, container, &cluster)))
            })
            .collect();
        let mut values = vec![
            (Key::Name("units"), object(units)),
            (Key::Name("network"), object([(Key::Name("cidr"), network.vpc.attribute("cidr_block"))])),
        ];
        let mounts = self.cluster_mounts();
        if !mounts.is_empty() {
            let files = mounts.values().map(|mount| (Key::Text(mount.volume()), volume(mount)));
            values.push((Key::Name("files"), object(files)));
        }
        let values = object(values);
        let origins: Vec<_> = self.eks_units().map(|unit| unit.origin.origin().clone()).collect();
        let output = |description: &str, value: Expression| Output {
            description: description.to_owned(),
            value,
            origins: origins.clone(),
        };
        let name = output(
            "The Kubernetes cluster, as `aws eks update-kubeconfig` names it.",
            cluster.address.attribute("name").into(),
        );
        let values = output("What the chart cannot know before this module was applied: its values.", values);
        self.outputs.insert("cluster_name".to_owned(), name);
        self.outputs.insert(CHART_VALUES.to_owned(), values);
        self.balancer_controller(&cluster);
    }

    fn unit_values(&self, unit: &Unit, container: &PlannedContainer, cluster: &Cluster) -> Expression {
        let bindings = self.bindings.get(&unit.id).into_iter().flatten();
        let known_later = bindings.filter(|(_, binding)| match binding.value {
            // The chart has it.
            BindingValue::Text(_) => false,
            BindingValue::Reference(_) | BindingValue::Events(_) => true,
        });
        let environment: Vec<_> =
            known_later.map(|(name, binding)| (Key::Text(name.clone()), binding.value.expression())).collect();
        let own = self.unit_group(unit).map(|group| group.attribute("id"));
        let group_of_cluster = match cluster.identity {
            Identity::Agent => None,
            // Or else what runs beside the pod cannot reach the control plane:
            // https://repost.aws/knowledge-center/eks-configure-fargate-pod-security-group.
            Identity::Federated(_) => Some(EksCluster::security_group(&cluster.address)),
        };
        let image = object([(Key::Name("repository"), container.repository.attribute("repository_url"))]);
        let mut values = vec![
            (Key::Name("image"), image),
            // Environment variables are strings, also those that are numbers to Terraform.
            (Key::Name("env"), call("tomap", object(environment))),
            (Key::Name("securityGroups"), list(own.into_iter().chain(group_of_cluster))),
        ];
        if let Some(balanced) = self.target_groups.get(&unit.id) {
            values.push((Key::Name("targetGroupArn"), balanced.target_group.attribute("arn").into()));
        }
        match cluster.identity {
            Identity::Agent => {}
            Identity::Federated(_) => {
                let role = self.roles.get(&unit.id).map(|role| role.attribute("arn").into());
                values.extend(role.map(|role| (Key::Name("roleArn"), role)));
            }
        }
        object(values)
    }
}

/// What the volume of a file system names, as the driver takes it:
/// <https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/examples/kubernetes/access_points/README.md>.
fn volume(mount: &Mount<'_>) -> Expression {
    let handle = [
        Part::Value(mount.file_system.address.attribute("id")),
        Part::Text("::".into()),
        Part::Value(mount.file_system.access_point.attribute("id")),
    ];
    object([(Key::Name("volumeHandle"), template(handle))])
}
