use std::collections::BTreeSet;

use super::Draft;
use super::adopted::KeyUse;
use crate::app::{Capability, ConstructRef, Operation, Store};
use crate::config::{Adoptable, KvBacking, KvSettings};
use crate::plan::aws::service::AwsService;
use crate::plan::naming::{binding_variable, label};
use crate::plan::{Backing, BindingValue, Concern, Provenance, Subject};
use crate::resource::{DynamodbTable, ExistingTable};
use crate::terraform::Address;

impl Draft<'_> {
    /// Values by key.
    pub(super) fn kv(&mut self, store: &Store) {
        let Some(settings) = self.settings.kv.get(&store.id) else { return };
        match settings.backing.value {
            KvBacking::Elasticache if settings.adoption.is_there() => {
                self.adopted_replication_group(store, &settings.adoption, false);
            }
            KvBacking::Dynamodb => self.dynamodb(store, settings),
            KvBacking::Elasticache => {
                let why = "The code keeps values by key: one shard, encrypted at rest and in transit. It has no users: which \
                           operations a unit calls is not told to it, and whoever reaches it may do everything.";
                self.redis(store, &settings.elasticache, (&settings.backing).into(), why, "primary_endpoint_address");
            }
        }
    }

    /// A table, and for each unit exactly what its code does to the items.
    fn dynamodb(&mut self, store: &Store, settings: &KvSettings) {
        let table = self.adopted_table(store, settings).unwrap_or_else(|| self.table(store, settings));
        for access in self.accesses.calls.clone().into_iter().filter(|access| *access.construct == store.id) {
            let mut actions = actions(&access.operations);
            actions.retain(|action| clients_call(store, action));
            // A unit that only loads the code touches no item.
            if !actions.is_empty() {
                self.call(access.unit, AwsService::DynamoDb, DynamodbTable::using(&table, actions));
                self.use_key(access.unit, &settings.adoption.kms_key.value, "dynamodb", KeyUse::Table);
            }
            let variable = binding_variable(Capability::Persist, &store.id, "table");
            let subject = Subject::Construct(ConstructRef::Store(store.id.clone()));
            self.bind(access.unit, variable, subject, "table", BindingValue::Reference(table.attribute("name")));
        }
        self.serve(store, Backing::Dynamodb, Some(table), settings.adoption.is_there());
    }

    /// The table that is there already, where one is adopted.
    fn adopted_table(&mut self, store: &Store, settings: &KvSettings) -> Option<Address> {
        let named = Adoptable::Table.named(&settings.adoption.existing.value).ok()?;
        let table = ExistingTable { name: named.name, arn: named.arn };
        let why = "The table that is there already: it holds the code's values by key, and is not changed.";
        Some(self.read_existing(store, &label(&store.id), table, &settings.adoption.existing, why))
    }

    fn table(&mut self, store: &Store, settings: &KvSettings) -> Address {
        let table = DynamodbTable {
            name: self.names.table(&store.id),
            recovery_days: settings.recovery_days.value,
            deletion_protection: settings.deletion_protection.value.is_on(),
        };
        let why = Provenance::new(store.origins(), "The code keeps values by key: one table, paid by the request.")
            .with(&settings.backing)
            .with(&settings.recovery_days)
            .with(&settings.deletion_protection);
        self.graph.add(&Concern::Store(store.id.clone()), &label(&store.id), table, why)
    }
}

/// Whether the shim calls this for one of the store's clients.
fn clients_call(store: &Store, action: &str) -> bool {
    store.clients.iter().any(|one| {
        let items = one.client.as_ref().map(|client| client.wiring.items()).unwrap_or_default();
        let batches = action.starts_with("dynamodb:Batch");
        !(items.one_at_a_time && batches || items.by_updates && action == "dynamodb:PutItem")
    })
}

/// What the shim may call for these operations:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>.
fn actions(operations: &BTreeSet<&Operation>) -> Vec<&'static str> {
    let of_one = |operation: &&Operation| -> &'static [&'static str] {
        match operation {
            Operation::Read => &["dynamodb:BatchGetItem", "dynamodb:GetItem"],
            Operation::Write => &["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
            Operation::List => &["dynamodb:Scan"],
            Operation::Delete => &["dynamodb:DeleteItem"],
            Operation::Connect | Operation::Publish(_) | Operation::Subscribe(_) => &[],
        }
    };
    let actions: BTreeSet<_> = operations.iter().flat_map(of_one).copied().collect();
    actions.into_iter().collect()
}
