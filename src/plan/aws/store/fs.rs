use super::super::service::AwsService;
use super::Draft;
use crate::app::{Capability, ConstructRef, Operation, Store};
use crate::config::OnDestroy;
use crate::plan::naming::{binding_variable, label};
use crate::plan::{Backing, BindingValue, Concern, PlannedStore, Provenance, Subject};
use crate::resource::{
    CallerIdentity, IamPolicyDocument, Region, S3Bucket, S3BucketEncryption, S3BucketLifecycle,
    S3BucketOwnershipControls, S3BucketPolicy, S3BucketPublicAccessBlock, S3BucketVersioning, Statement,
};
use crate::terraform::Address;

impl Draft<'_> {
    /// Files, each an object of a bucket that is the store's alone.
    pub(super) fn fs(&mut self, store: &Store) {
        let Some(settings) = self.settings.file_stores.get(&store.id) else { return };
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let why = because("A part of the bucket's name, which no other in the world may have.");
        let account = self.read(&concern, CallerIdentity, why.clone());
        let region = self.read(&concern, Region, why);
        let bucket = S3Bucket {
            name: self.names.bucket(&store.id),
            account,
            region,
            destroyed_with_contents: settings.on_destroy.value == OnDestroy::Delete,
        };
        let why = because("Holds the files: what is written outlives the process, and every copy of a unit sees it.");
        let bucket = self.graph.add(&concern, &name, bucket, why.with(&settings.on_destroy));
        self.keep_private(store, &bucket);

        let versioning = S3BucketVersioning { bucket: bucket.clone() };
        let why = because("What is overwritten or deleted by mistake can be brought back.");
        let versioning = self.graph.add(&concern, &name, versioning, why);
        let lifecycle = S3BucketLifecycle {
            bucket: bucket.clone(),
            versioning,
            old_version_days: settings.old_version_retention_days.value,
            unfinished_upload_days: settings.unfinished_upload_days.value,
        };
        let why = because("Nothing is kept, and paid, for ever that no code can see.")
            .with(&settings.old_version_retention_days)
            .with(&settings.unfinished_upload_days);
        self.graph.add(&concern, &name, lifecycle, why);

        for one in self.accesses.calls.clone().into_iter().filter(|one| *one.construct == store.id) {
            for statement in statements(&bucket, one.operations.iter().copied()) {
                self.call(one.unit, AwsService::S3, statement);
            }
            let subject = Subject::Construct(ConstructRef::Store(store.id.clone()));
            let variable = binding_variable(Capability::Persist, &store.id, "bucket");
            self.bind(one.unit, variable, subject, "bucket", BindingValue::Reference(bucket.attribute("bucket")));
        }
        let planned =
            PlannedStore { origin: store.origin.clone(), kind: store.kind, backing: Backing::S3, resource: bucket };
        self.stores.insert(store.id.clone(), planned);
    }

    /// What keeps everybody out whom no policy of their own lets in.
    fn keep_private(&mut self, store: &Store, bucket: &Address) {
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let block = S3BucketPublicAccessBlock { bucket: bucket.clone() };
        let why = because("Private, whatever a policy or an object's own list would say.");
        let block = self.graph.add(&concern, &name, block, why);
        let ownership = S3BucketOwnershipControls { bucket: bucket.clone() };
        let why = because("Every file is the account's own, and access lists mean nothing.");
        self.graph.add(&concern, &name, ownership, why);
        let encryption = S3BucketEncryption { bucket: bucket.clone() };
        self.graph.add(&concern, &name, encryption, because("Encrypted at rest."));
        let document = IamPolicyDocument { statements: vec![S3Bucket::only_tls(bucket)] };
        let why = because("Encrypted in transit: whatever else comes is refused.");
        let document = self.graph.add(&concern, &format!("store_{name}"), document, why.clone());
        let policy = S3BucketPolicy { bucket: bucket.clone(), document, access_block: block };
        self.graph.add(&concern, &name, policy, why);
    }
}

/// What `operations` need.
fn statements<'a>(bucket: &Address, operations: impl Iterator<Item = &'a Operation>) -> Vec<Statement> {
    let (mut reads, mut lists, mut writes, mut deletes) = (false, false, false, false);
    for operation in operations {
        match operation {
            Operation::Read => reads = true,
            Operation::List => lists = true,
            Operation::Write => writes = true,
            Operation::Delete => deletes = true,
            // No file is opened by that alone; and events are no files.
            Operation::Connect | Operation::Publish(_) | Operation::Subscribe(_) => {}
        }
    }
    let wanted = [
        reads.then(|| S3Bucket::read(bucket)),
        (reads || lists).then(|| S3Bucket::list(bucket)),
        writes.then(|| S3Bucket::write(bucket)),
        deletes.then(|| S3Bucket::delete(bucket)),
    ];
    wanted.into_iter().flatten().collect()
}
