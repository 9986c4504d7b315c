use super::super::super::bucket::Private;
use super::super::super::service::AwsService;
use super::super::Draft;
use super::super::adopted::KeyUse;
use crate::app::{Capability, ConstructRef, Operation, Store};
use crate::config::{Adoptable, FileStoreSettings};
use crate::plan::naming::{binding_variable, label};
use crate::plan::{Backing, BindingValue, Concern, Provenance, Subject};
use crate::resource::{ExistingBucket, Region, S3Bucket, S3BucketLifecycle, S3BucketVersioning, Statement};
use crate::terraform::Address;

impl Draft<'_> {
    /// Files, each an object of a bucket.
    pub(super) fn s3(&mut self, store: &Store, settings: &FileStoreSettings) {
        let bucket = self.adopted_bucket(store, settings).unwrap_or_else(|| self.bucket(store, settings));
        for one in self.accesses.calls.clone().into_iter().filter(|one| *one.construct == store.id) {
            for statement in statements(&bucket, one.operations.iter().copied()) {
                self.call(one.unit, AwsService::S3, statement);
            }
            let key = &settings.adoption.kms_key.value;
            let writes = one.operations.contains(&Operation::Write);
            self.use_key(one.unit, key, "s3", if writes { KeyUse::Write } else { KeyUse::Read });
            let subject = Subject::Construct(ConstructRef::Store(store.id.clone()));
            let variable = binding_variable(Capability::Persist, &store.id, "bucket");
            self.bind(one.unit, variable, subject, "bucket", BindingValue::Reference(bucket.attribute("bucket")));
        }
        self.serve(store, Backing::S3, Some(bucket), settings.adoption.is_there());
    }

    /// The bucket that is there already, where one is adopted.
    fn adopted_bucket(&mut self, store: &Store, settings: &FileStoreSettings) -> Option<Address> {
        let named = Adoptable::Bucket.named(&settings.adoption.existing.value).ok()?;
        let concern = Concern::Store(store.id.clone());
        let why = Provenance::new(store.origins(), "Units look for the bucket in their own region.");
        let region = self.read(&concern, Region, why);
        let bucket = ExistingBucket { name: named.name, region };
        let why = "The bucket that is there already: it holds the files, and is not changed.";
        Some(self.read_existing(store, &label(&store.id), bucket, &settings.adoption.existing, why))
    }

    /// A bucket that is the store's alone.
    fn bucket(&mut self, store: &Store, settings: &FileStoreSettings) -> Address {
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let (concern, name) = (Concern::Store(store.id.clone()), label(&store.id));
        let wanted = Private {
            concern: &concern,
            label: &name,
            document: &format!("store_{name}"),
            name: self.names.bucket(&store.id),
            holds: "Holds the files: what is written outlives the process, and every copy of a unit sees it.",
            chosen: Some((&settings.backing).into()),
            on_destroy: Some(&settings.on_destroy),
        };
        let bucket = self.private_bucket(&wanted, &because);
        self.bucket_policy(&wanted, &bucket, Vec::new(), &because);

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
        bucket
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
