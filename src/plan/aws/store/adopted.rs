//! What all stores have in common that are there already: the group that lets units in, and the key that they are encrypted with.

use super::super::network::Guarded;
use super::Draft;
use crate::app::{Id, Store};
use crate::config::{Adoptable, Adoption, Setting, region_of};
use crate::plan::naming::label;
use crate::plan::{Concern, Provenance};
use crate::resource::{Destination, ExistingSecurityGroup, KmsKey, Resource, StoreGroup};
use crate::terraform::Address;

/// What units do with a key.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum KeyUse {
    /// They read what it encrypted.
    Read,
    /// They also write.
    Write,
    /// They do what a client of `DynamoDB` does.
    Table,
}

impl Draft<'_> {
    /// Adds a data source of what `named` says, unless the same thing is read already: one thing may serve two stores.
    pub(super) fn read_existing(
        &mut self,
        store: &Store,
        name: &str,
        source: impl Into<Resource>,
        named: &Setting<String>,
        why: &str,
    ) -> Address {
        let source = source.into();
        let known =
            self.graph.iter().find(|(_, planned)| planned.resource == source).map(|(address, _)| address.clone());
        known.unwrap_or_else(|| {
            let why = Provenance::new(store.origins(), why).with(named);
            self.graph.add(&Concern::Store(store.id.clone()), name, source, why)
        })
    }

    /// The group of the adopted `server` that lets units in.
    pub(super) fn adopted_group(&mut self, store: &Store, adoption: &Adoption, server: &Address) -> Option<Address> {
        let vpc = self.network.as_ref()?.vpc.clone();
        let group = match adoption.security_group.value.as_str() {
            "" => StoreGroup::first_of(server),
            id => StoreGroup::Named(id.to_owned()),
        };
        let source = ExistingSecurityGroup { group, vpc };
        let why = if adoption.ingress.value.is_on() {
            "The store's own group, which is there already. It gets one rule for each unit, and no other is changed."
        } else {
            "The store's own group, which is there already: units are let out to it. Whoever keeps it lets them in."
        };
        let named =
            if adoption.security_group.value.is_empty() { &adoption.existing } else { &adoption.security_group };
        Some(self.read_existing(store, &format!("store_{}", label(&store.id)), source, named, why))
    }

    /// Lets `unit` reach an adopted store. Two stores may be on one server, of which AWS takes each rule once.
    pub(super) fn connect_adopted(&mut self, unit: &Id, to: &Guarded<'_>, adoption: &Adoption, why: &Provenance) {
        let own = self.network.as_ref().and_then(|network| network.unit_groups.get(unit));
        let group = Destination::Group(to.security_group.clone());
        let known = self.graph.iter().any(|(_, planned)| {
            let Resource::EgressRule(rule) = &planned.resource else { return false };
            Some(&rule.security_group) == own && rule.to == group && rule.port == to.port
        });
        if known {
            return;
        }
        let why = why.clone().with(&adoption.ingress);
        if adoption.ingress.value.is_on() {
            self.connect(unit, to, &why);
        } else {
            self.connect_out(unit, to, &why);
        }
    }

    /// Lets `unit` use the key at `arn`, where there is one, by way of `service` alone.
    pub(in super::super) fn use_key(&mut self, unit: &Id, arn: &str, service: &'static str, does: KeyUse) {
        let Some(region) = region_of(arn).filter(|_| Adoptable::Key.named(arn).is_ok()) else { return };
        let actions = match does {
            KeyUse::Read => KmsKey::READ,
            KeyUse::Write => KmsKey::WRITE,
            KeyUse::Table => KmsKey::TABLE,
        };
        let statement = KmsKey::through(arn, actions, service, region);
        if !self.grants.get(unit).is_some_and(|granted| granted.contains(&statement)) {
            self.grant(unit, statement);
        }
    }
}
