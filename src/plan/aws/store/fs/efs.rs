use super::super::super::network::{Guarded, Network};
use super::super::Draft;
use crate::app::{Id, Operation, Store, Unit};
use crate::config::{Compute, FileStoreSettings, FileSystemSettings, OnDestroy, Throughput};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::plan::naming::{kubernetes_name, label, setting_key, slug};
use crate::plan::{Backing, BindingValue, Concern, PlannedMount, Provenance};
use crate::resource::{
    EfsAccessPoint, EfsBackupPolicy, EfsFileSystem, EfsFileSystemPolicy, EfsMountTarget, IamPolicyDocument,
    SecurityGroup,
};
use crate::terraform::Address;

/// A store's file system, as far as units need it.
#[derive(Clone)]
pub(in super::super::super) struct FileSystem {
    pub address: Address,
    pub access_point: Address,
    /// One in each zone.
    pub targets: Vec<Address>,
    pub security_group: Address,
}

/// A file system that a unit sees as a folder.
#[derive(Clone)]
pub(in super::super::super) struct Mount<'a> {
    pub store: &'a Store,
    pub file_system: FileSystem,
    /// Where the unit sees it.
    pub path: String,
    /// Whether the unit changes anything there.
    pub writes: bool,
}

impl Mount<'_> {
    pub(in super::super::super) fn planned(&self) -> PlannedMount {
        PlannedMount { volume: self.volume(), path: self.path.clone(), read_only: !self.writes }
    }

    /// The name of the volume.
    pub(in super::super::super) fn volume(&self) -> String {
        kubernetes_name(&self.store.id)
    }
}

impl Draft<'_> {
    /// Files in a file system that is the store's alone, which units mount.
    pub(super) fn efs(&mut self, store: &Store, settings: &FileStoreSettings) {
        let Some(network) = self.network.clone() else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let file_system = EfsFileSystem { name: self.names.file_system(&store.id), ..file_system(&settings.efs) };
        let why = "Holds the files: what is written outlives the process, and every copy of a unit sees it.";
        let why = because(why)
            .with(&settings.backing)
            .with(&settings.efs.throughput)
            .with(&settings.efs.infrequent_access_days)
            .with(&settings.efs.archive_days)
            .with(&settings.efs.kms_key_arn)
            .with(&settings.efs.on_destroy);
        let why = match settings.efs.throughput.value {
            Throughput::Provisioned => why.with(&settings.efs.provisioned_mib_per_s),
            Throughput::Elastic | Throughput::Bursting => why,
        };
        let address = self.graph.add(&concern, &name, file_system, why);
        let backups = EfsBackupPolicy { file_system: address.clone(), enabled: settings.efs.backups.value.is_on() };
        let why = because("What is overwritten or deleted by mistake can be brought back, as it was on a day.");
        self.graph.add(&concern, &name, backups, why.with(&settings.efs.backups));

        let access_point = EfsAccessPoint { name: self.names.file_system(&store.id), file_system: address.clone() };
        let why = because("The units' way in: whoever takes it is one user, so that all of them own every file.");
        let access_point = self.graph.add(&concern, &name, access_point, why);
        let policy = EfsFileSystemPolicy::only_encrypted_by(&address, &access_point).to_vec();
        let why =
            because("Encrypted in transit, by its access point, and only for roles that may: nobody else mounts it.");
        let document = IamPolicyDocument { statements: policy };
        let document = self.graph.add(&concern, &format!("store_{name}"), document, why.clone());
        self.graph.add(&concern, &name, EfsFileSystemPolicy { file_system: address.clone(), document }, why);

        let (targets, security_group) = self.mount_targets(store, &network, &address);
        let found = FileSystem { address: address.clone(), access_point, targets, security_group };
        self.file_systems.insert(store.id.clone(), found);
        self.file_system_users(store);
        self.serve(store, Backing::Efs, Some(address), false);
    }

    fn mount_targets(&mut self, store: &Store, network: &Network, file_system: &Address) -> (Vec<Address>, Address) {
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let group = SecurityGroup {
            name: self.names.security_group("store", store.id.as_str()),
            description: format!("Store {} of {}", store.id, self.settings.name.value),
            vpc: network.vpc.clone(),
        };
        let why = because("Lets in the units that use it, one rule for each, and nothing out.");
        let security_group = self.graph.add(&concern, &format!("store_{name}"), group, why);
        let mut targets = Vec::new();
        for (index, subnet) in network.subnets.iter().enumerate() {
            let target = EfsMountTarget {
                file_system: file_system.clone(),
                subnet: subnet.clone(),
                security_group: security_group.clone(),
            };
            let why = because("Its address in the zone, so that no unit depends on another zone.");
            targets.push(self.graph.add(&concern, &format!("{name}_{}", index + 1), target, why));
        }
        (targets, security_group)
    }

    /// Lets the units that use `store` mount it, and tells them where it is.
    fn file_system_users(&mut self, store: &Store) {
        let (concern, name) = (Concern::Store(store.id.clone()), format!("store_{}", label(&store.id)));
        for access in self.accesses.connections.clone().into_iter().filter(|access| *access.construct == store.id) {
            let Some(mount) = self.mounts(access.unit).into_iter().find(|mount| mount.store.id == store.id) else {
                continue;
            };
            self.bind_store(access.unit, store, &[("directory", BindingValue::Text(mount.path.clone().into()))]);
            match self.compute(access.unit) {
                Compute::Lambda | Compute::Ecs => {}
                // The machine mounts it for the pod: `eks::files`.
                Compute::Eks => continue,
            }
            let statement =
                EfsFileSystem::mount(&mount.file_system.address, &mount.file_system.access_point, mount.writes);
            self.grant(access.unit, statement);
            let to = Guarded {
                concern: &concern,
                label: &name,
                title: store.id.as_str(),
                security_group: &mount.file_system.security_group,
                port: EfsFileSystem::PORT,
            };
            let why = format!("Unit {} uses {}: {}.", access.unit, store.id, access.lines());
            self.connect(access.unit, &to, &Provenance::new(store.origins(), &why));
        }
    }
}

impl<'a> Draft<'a> {
    /// The file systems that `unit` sees as folders.
    pub(in super::super::super) fn mounts(&self, unit: &Id) -> Vec<Mount<'a>> {
        let used = self.accesses.connections.iter().filter(|access| access.unit == unit);
        let mounts = used.filter_map(|access| {
            let store = self.application.stores.get(access.construct)?;
            let file_system = self.file_systems.get(&store.id)?.clone();
            let path = format!("/mnt/{}", slug(&store.id));
            Some(Mount { store, file_system, path, writes: access.operations.iter().any(|it| changes(it)) })
        });
        mounts.collect()
    }

    /// Reports a function that would have to mount several file systems:
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-FileSystemConfigs>.
    pub(in super::super::super) fn check_mounts(&self, unit: &Unit, diagnostics: &mut Diagnostics) {
        let mounts = self.mounts(&unit.id);
        let [first, second, ..] = mounts.as_slice() else { return };
        let message = format!(
            "unit `{}` uses {} file systems of EFS, and a function on Lambda can mount one",
            unit.id,
            mounts.len()
        );
        diagnostics.push(
            Diagnostic::new(Code::TargetCannotRun, message)
                .at(unit.origin.origin().span.clone(), "runs on lambda")
                .also(first.store.origin.span.clone(), "one of them")
                .also(second.store.origin.span.clone(), "another one")
                .help(format!(
                    "put one into S3, `persist.fs.by_id.{}.backing = \"s3\"`, or run the unit in a container: \
                     `execution_unit.by_id.{}.compute = \"ecs\"`",
                    setting_key(&second.store.id),
                    setting_key(&unit.id)
                )),
        );
    }
}

/// The file system as the settings have it, without a name.
fn file_system(settings: &FileSystemSettings) -> EfsFileSystem {
    let provisioned = match settings.throughput.value {
        Throughput::Provisioned => Some(settings.provisioned_mib_per_s.value),
        Throughput::Elastic | Throughput::Bursting => None,
    };
    EfsFileSystem {
        name: String::new(),
        kms_key_arn: Some(settings.kms_key_arn.value.clone()).filter(|key| !key.is_empty()),
        throughput: settings.throughput.value.name(),
        provisioned_mib_per_s: provisioned,
        infrequent_access_days: settings.infrequent_access_days.value,
        archive_days: settings.archive_days.value,
        kept: match settings.on_destroy.value {
            OnDestroy::Keep => true,
            OnDestroy::Delete => false,
        },
    }
}

const fn changes(operation: &Operation) -> bool {
    match operation {
        Operation::Write | Operation::Delete => true,
        Operation::Read | Operation::List | Operation::Connect | Operation::Publish(_) | Operation::Subscribe(_) => {
            false
        }
    }
}
