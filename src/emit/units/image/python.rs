//! The image of a Python unit: its files in `/app`, its dependencies in an environment of their own.

use std::collections::BTreeMap;

use super::dockerfile::Dockerfile;
use super::{Command, Image};
use crate::emit::units::requirements::{CONSTRAINTS, LIST, SHIM_LIST};

/// The entry point that inferra generates at the unit's root.
const ENTRY: &str = "inferra_entry.py";

const PREPARE: &str = "\
WORKDIR /app
# Another package index: docker build --build-arg PIP_INDEX_URL=https://...
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
RUN [\"python\", \"-m\", \"venv\", \"--without-pip\", \"/opt/venv\"]";

/// Whatever the rights are where the image is built: its user reads everything and writes nothing.
const APPLICATION: &str = "\
COPY . .
RUN [\"chmod\", \"-R\", \"a+rX,go-w\", \"/app\", \"/opt/venv\"]";

const ASSEMBLE: &str = "\
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app";

pub(super) fn files(image: &Image<'_>) -> BTreeMap<String, String> {
    let mut file = Dockerfile::new(image);
    file.lines(PREPARE);
    let has = |list: &&str| image.lists.contains(list);
    // The last list is the one that is held to something.
    let last = [SHIM_LIST, LIST].into_iter().find(has);
    for list in [LIST, SHIM_LIST].into_iter().filter(has) {
        let held = (Some(list) == last).then_some(CONSTRAINTS).filter(has);
        file.copy(&held.into_iter().chain([list]).collect::<Vec<_>>());
        install(&mut file, list);
    }
    file.lines(APPLICATION);
    file.final_stage(image);
    file.lines(ASSEMBLE);
    BTreeMap::from([("Dockerfile".to_owned(), start(file, image))])
}

/// A function's image starts Lambda's runtime client: <https://docs.aws.amazon.com/lambda/latest/dg/python-image.html>. What it
/// calls is an argument of its own, where Lambda puts that of the function's configuration.
fn start(file: Dockerfile, image: &Image<'_>) -> String {
    match image.runs {
        Command::Program => file.start(image, &[], &["python", ENTRY]),
        Command::Function(handler) => file.start(image, &["python", "-m", "awslambdaric"], &[handler]),
    }
}

fn install(file: &mut Dockerfile, list: &str) {
    let pip = ["python", "-m", "pip", "--python", "/opt/venv/bin/python", "install", "--no-cache-dir", "--requirement"];
    file.run(pip.into_iter().chain([list]));
}
