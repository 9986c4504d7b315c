//! The image of a Python unit: its files in `/app`, its dependencies in an environment of their own.

use std::collections::BTreeMap;

use super::Image;
use super::dockerfile::Dockerfile;
use crate::emit::units::requirements::{LIST, SHIM_LIST};

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
    if !image.lists.is_empty() {
        file.copy(&image.lists);
    }
    for list in [LIST, SHIM_LIST].into_iter().filter(|list| image.lists.contains(list)) {
        install(&mut file, list);
    }
    file.lines(APPLICATION);
    file.final_stage(image);
    file.lines(ASSEMBLE);
    BTreeMap::from([("Dockerfile".to_owned(), file.start(image, &["python", ENTRY]))])
}

fn install(file: &mut Dockerfile, list: &str) {
    let pip = ["python", "-m", "pip", "--python", "/opt/venv/bin/python", "install", "--no-cache-dir", "--requirement"];
    file.run(pip.into_iter().chain([list]));
}
