//! Values that are set where the application runs.

use super::Draft;
use super::service::AwsService;
use super::store::Guarded;
use crate::app::{Capability, ConstructRef, Parameter};
use crate::plan::naming::{binding_variable, config_variable, label};
use crate::plan::{Backing, BindingValue, Concern, PlannedParameter, Provenance, Subject};
use crate::resource::SsmParameter;
use crate::terraform::Reference;

impl Draft<'_> {
    pub(super) fn parameters(&mut self) {
        for parameter in self.application.parameters.values() {
            let planned =
                if parameter.secret { self.secret_value(parameter) } else { Some(self.plain_value(parameter)) };
            self.parameters.extend(planned.map(|planned| (parameter.id.clone(), planned)));
        }
    }

    fn plain_value(&mut self, parameter: &Parameter) -> PlannedParameter {
        let id = &parameter.id;
        let variable = config_variable(id);
        let resource = SsmParameter {
            name: self.names.parameter(id),
            description: format!("Configuration value {id} of {}", self.settings.name.value),
            value: Reference::variable(variable.clone()),
        };
        let rule = "Holds the value, which is a variable of this module: the code's own default is the variable's.";
        let why = Provenance::new([&parameter.origin], rule);
        let resource = self.graph.add(&Concern::Parameter(id.clone()), &format!("config_{}", label(id)), resource, why);
        for one in self.accesses.parameters.clone().into_iter().filter(|one| one.construct == id) {
            self.call(one.unit, AwsService::Ssm, SsmParameter::read(&resource));
            let subject = Subject::Construct(ConstructRef::Parameter(id.clone()));
            let name = binding_variable(Capability::Config, id, "parameter");
            self.bind(one.unit, name, subject, "parameter", BindingValue::Reference(resource.attribute("name")));
        }
        PlannedParameter {
            origin: parameter.origin.clone(),
            backing: Backing::ParameterStore,
            resource,
            variable: Some(variable),
            // Parameter Store holds no empty text.
            default: parameter.default.clone().filter(|default| !default.is_empty()),
        }
    }

    fn secret_value(&mut self, parameter: &Parameter) -> Option<PlannedParameter> {
        let id = &parameter.id;
        let guarded = Guarded {
            capability: Capability::Config,
            id,
            origins: vec![&parameter.origin],
            concern: Concern::Parameter(id.clone()),
            chosen: None,
            recovery_window_days: &self.settings.parameters.get(id)?.recovery_window_days,
        };
        let resource = self.guard(&guarded);
        for one in self.accesses.parameters.clone().into_iter().filter(|one| one.construct == id) {
            let subject = Subject::Construct(ConstructRef::Parameter(id.clone()));
            self.hand_secret(one.unit, &guarded, subject, &resource);
        }
        Some(PlannedParameter {
            origin: parameter.origin.clone(),
            backing: Backing::SecretsManager,
            resource,
            variable: None,
            default: None,
        })
    }
}
