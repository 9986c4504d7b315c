use crate::app::Unit;
use crate::config::UnitSettings;
use crate::plan::{PlannedFunction, PlannedPackage, Runs};
use crate::source::Language;

/// The minor version of the Python that runs a unit: a container's is the one that its base image is named after, or where the
/// name does not tell, the one that `python_runtime` says.
pub(super) fn python_minor(unit: &Unit, settings: &UnitSettings, runs: &Runs) -> Option<u32> {
    match unit.language {
        Language::TypeScript => return None,
        Language::Python => {}
    }
    let of_image = match runs {
        Runs::Lambda(PlannedFunction { package: PlannedPackage::Zip { .. }, .. }) => None,
        Runs::Lambda(PlannedFunction { package: PlannedPackage::Image { base_image, .. }, .. }) => of_image(base_image),
        Runs::Eks(container) | Runs::Ecs(container) => of_image(&container.base_image),
    };
    of_image.or_else(|| settings.python_runtime.value.strip_prefix("python3.")?.parse().ok())
}

/// `13` for `python:3.13.9-slim`.
fn of_image(image: &str) -> Option<u32> {
    let image = image.split('@').next().unwrap_or(image);
    let (repository, tag) = image.rsplit_once(':')?;
    let named = repository.rsplit('/').next().is_some_and(|name| name.contains("python"));
    let version = tag.strip_prefix("3.").filter(|_| named)?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_named_after_their_python() {
        assert_eq!(of_image("public.ecr.aws/docker/library/python:3.13.9-slim-bookworm"), Some(13));
        assert_eq!(of_image("python:3.12@sha256:0"), Some(12));
        for other in ["registry.example.org:5000/base", "company/base:3.2", "python:latest", "python@sha256:0"] {
            assert_eq!(of_image(other), None, "{other}");
        }
    }
}
