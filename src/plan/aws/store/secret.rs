use super::super::service::AwsService;
use super::Draft;
use super::adopted::KeyUse;
use crate::app::{Capability, ConstructRef, Id, Origin, Store};
use crate::config::{Adoptable, Adoption, SecretBacking, SecretStoreSettings, Setting, SettingUse};
use crate::plan::naming::{binding_variable, label, secret_output};
use crate::plan::{Backing, BindingValue, Concern, Output, Provenance, Subject};
use crate::resource::{CallerIdentity, ExistingSecret, Partition, Region, Secret, SecretParameter};
use crate::terraform::{Address, Part, template};

/// A construct with one value that nobody else may know.
pub(in super::super) struct Guarded<'a> {
    pub capability: Capability,
    pub id: &'a Id,
    pub origins: Vec<&'a Origin>,
    pub concern: Concern,
    /// The setting that asks for a secret, where one does.
    pub chosen: Option<SettingUse>,
    pub recovery_window_days: &'a Setting<u32>,
}

impl Draft<'_> {
    /// One value that nobody else may know.
    pub(super) fn secret(&mut self, store: &Store) {
        let Some(settings) = self.settings.secrets.get(&store.id) else { return };
        match settings.backing.value {
            SecretBacking::SecretsManager if settings.adoption.is_there() => {
                self.adopted_secret(store, &settings.adoption);
            }
            SecretBacking::SecretsManager => self.secrets_manager(store, settings),
            SecretBacking::ParameterStore => self.parameter_store(store, &settings.adoption),
        }
    }

    /// The right to read a parameter that a person makes. No resource stands for it: one needs a value from the beginning, and
    /// a parameter that holds anything else than the secret would be taken for it.
    fn parameter_store(&mut self, store: &Store, adoption: &Adoption) {
        let concern = Concern::Store(store.id.clone());
        let because = |rule: &str| Provenance::new(store.origins(), rule);
        let parameter = SecretParameter {
            name: if adoption.is_there() {
                adoption.existing.value.clone()
            } else {
                self.names.secret_parameter(&store.id)
            },
            partition: self.read(&concern, Partition, because("Every ARN starts with it.")),
            region: self.read(&concern, Region, because("Where the parameter is.")),
            account: self.read(&concern, CallerIdentity, because("Whose the parameter is.")),
        };
        for one in self.accesses.calls.clone().into_iter().filter(|one| *one.construct == store.id) {
            self.call(one.unit, AwsService::Ssm, parameter.read());
            self.use_key(one.unit, &adoption.kms_key.value, "ssm", KeyUse::Read);
            let name = BindingValue::Text(parameter.name.clone().into());
            self.bind_store(one.unit, store, &[("parameter", name)]);
        }
        if adoption.is_there() {
            return self.serve(store, Backing::ParameterStore, None, true);
        }
        let output = Output {
            description: format!(
                "The command that puts in the value of secret \"{}\", from a file. `terraform destroy` leaves it: aws ssm delete-parameter.",
                store.id
            ),
            value: parameter.command(),
            origins: store.origins().cloned().collect(),
        };
        self.outputs.insert(secret_output(Capability::Persist, &store.id), output);
        self.serve(store, Backing::ParameterStore, None, false);
    }

    /// A secret that is there already, and whose value is somebody else's to put in.
    fn adopted_secret(&mut self, store: &Store, adoption: &Adoption) {
        let Ok(named) = Adoptable::Secret.named(&adoption.existing.value) else { return };
        let has_key = !adoption.kms_key.value.is_empty();
        let secret = ExistingSecret { name: named.name, arn: named.arn, has_key };
        let why = "The secret that is there already. Terraform does not read its value.";
        let name = format!("{}_{}", Capability::Persist.name(), label(&store.id));
        let secret = self.read_existing(store, &name, secret, &adoption.existing, why);
        for one in self.accesses.calls.clone().into_iter().filter(|one| *one.construct == store.id) {
            self.call(one.unit, AwsService::SecretsManager, Secret::read(&secret));
            self.use_key(one.unit, &adoption.kms_key.value, "secretsmanager", KeyUse::Read);
            self.bind_store(one.unit, store, &[("secret", BindingValue::Reference(secret.attribute("arn")))]);
        }
        self.serve(store, Backing::SecretsManager, Some(secret), true);
    }

    fn secrets_manager(&mut self, store: &Store, settings: &SecretStoreSettings) {
        let guarded = Guarded {
            capability: Capability::Persist,
            id: &store.id,
            origins: store.origins().collect(),
            concern: Concern::Store(store.id.clone()),
            chosen: Some((&settings.backing).into()),
            recovery_window_days: &settings.secrets_manager.recovery_window_days,
        };
        let secret = self.guard(&guarded);
        for one in self.accesses.calls.clone().into_iter().filter(|one| *one.construct == store.id) {
            let subject = Subject::Construct(ConstructRef::Store(store.id.clone()));
            self.hand_secret(one.unit, &guarded, subject, &secret);
        }
        self.serve(store, Backing::SecretsManager, Some(secret), false);
    }

    /// A secret without a value, and an output that says how it gets one.
    pub(in super::super) fn guard(&mut self, guarded: &Guarded<'_>) -> Address {
        let Guarded { capability, id, origins, concern, chosen, recovery_window_days } = guarded;
        let secret = Secret {
            name: self.names.secret(*capability, id),
            description: format!("{} {id} of {}", capability.name(), self.settings.name.value),
            recovery_window_days: recovery_window_days.value,
        };
        let rule = "Holds the value, encrypted. Terraform never sees it: put it in with the command that the module's output gives.";
        let why = Provenance::new(origins.iter().copied(), rule);
        let why = chosen.iter().cloned().fold(why, Provenance::with).with(*recovery_window_days);
        let secret = self.graph.add(concern, &format!("{}_{}", capability.name(), label(id)), secret, why);
        let command = [
            Part::Text("aws secretsmanager put-secret-value --secret-id ".into()),
            Part::Value(secret.attribute("arn")),
            Part::Text(" --secret-string file://value.txt".into()),
        ];
        let output = Output {
            description: format!(
                "The command that puts in the value of secret \"{id}\", from a file; for one that is no text, --secret-binary fileb://."
            ),
            value: template(command),
            origins: origins.iter().copied().cloned().collect(),
        };
        self.outputs.insert(secret_output(*capability, id), output);
        secret
    }

    /// Lets `unit` read the secret, and tells it where that is.
    pub(in super::super) fn hand_secret(
        &mut self,
        unit: &Id,
        guarded: &Guarded<'_>,
        subject: Subject,
        secret: &Address,
    ) {
        self.call(unit, AwsService::SecretsManager, Secret::read(secret));
        let variable = binding_variable(guarded.capability, guarded.id, "secret");
        self.bind(unit, variable, subject, "secret", BindingValue::Reference(secret.attribute("arn")));
    }
}
