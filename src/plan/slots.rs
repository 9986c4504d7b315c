//! Servers of Redis' protocol that a client of one server takes for one, and that refuse what only one server can do.

use crate::app::{Application, Store};
use crate::config::{RedisNodeBacking, Setting, Settings};
use crate::diag::{Code, Diagnostic, Diagnostics};

/// Notes every store whose keys are in slots although the code does not expect it.
pub(super) fn check(application: &Application, settings: &Settings, diagnostics: &mut Diagnostics) {
    for (id, node) in &settings.redis_nodes {
        let service = match node.backing.value {
            RedisNodeBacking::Elasticache => continue,
            RedisNodeBacking::ElasticacheServerless => "ElastiCache Serverless",
            RedisNodeBacking::Memorydb => "MemoryDB",
        };
        if let Some(store) = application.stores.get(id) {
            diagnostics.push(note(store, service, &node.backing));
        }
    }
}

fn note(store: &Store, service: &str, backing: &Setting<RedisNodeBacking>) -> Diagnostic {
    let message = format!(
        "{service} serves `{}`, and refuses commands on keys of several slots, and databases other than 0",
        store.id
    );
    Diagnostic::new(Code::KeysInSlots, message)
        .at(store.origin.span.clone(), format!("its `{}` is from {}", backing.key, backing.origin.in_sentence()))
        .help("keys with the same part in braces, such as `name:{ada}` and `visits:{ada}`, are in one slot")
}
