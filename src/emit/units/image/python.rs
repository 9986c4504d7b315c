//! The image of a Python unit: its files in `/app`, its dependencies in an environment of their own.

use std::collections::BTreeMap;

use super::Image;
use super::dockerfile::{Dockerfile, is_plain};
use crate::source::ProjectPath;

/// The entry point that inferra generates at the unit's root.
const ENTRY: &str = "inferra_entry.py";

/// Where a `pyproject.toml`'s dependencies are written.
const LISTED: &str = "/tmp/requirements.txt";

const PREPARE: &str = "\
WORKDIR /app
# Another package index: docker build --build-arg PIP_INDEX_URL=https://...
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
RUN [\"python\", \"-m\", \"venv\", \"--without-pip\", \"/opt/venv\"]";

/// The application's own server where it has one; otherwise the shim's, held to the versions that are there already.
const SERVER: &str = "\
COPY [\"inferra_runtime/requirements-container.txt\", \"inferra_runtime/\"]
RUN python -m pip --python /opt/venv/bin/python freeze > /tmp/installed.txt \\
    && { /opt/venv/bin/python -c 'import uvicorn' 2> /dev/null \\
    || python -m pip --python /opt/venv/bin/python install --no-cache-dir \\
    --requirement inferra_runtime/requirements-container.txt --constraint /tmp/installed.txt; }";

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
    if let Some(manifest) = image.manifest {
        let manifests = image.manifests();
        if manifests.iter().all(|path| is_plain(path)) {
            file.copy(&manifests.iter().map(|path| path.as_str()).collect::<Vec<_>>());
        } else {
            file.lines("COPY . .");
        }
        install(&mut file, manifest);
    }
    if image.serves() {
        file.lines(SERVER);
    }
    file.lines(APPLICATION);
    file.final_stage(image);
    file.lines(ASSEMBLE);
    BTreeMap::from([("Dockerfile".to_owned(), file.start(image, &["python", ENTRY]))])
}

fn install(file: &mut Dockerfile, manifest: &ProjectPath) {
    // Not an option, whatever it starts with.
    let path = format!("./{manifest}");
    let requirements = if manifest.extension() == Some("toml") {
        file.copy(&["inferra_runtime/_pyproject.py"]);
        file.run(["python", "inferra_runtime/_pyproject.py", &path, LISTED]);
        // One command for both steps would need a shell, which would read the path.
        file.lines("# hadolint ignore=DL3059");
        LISTED
    } else {
        &path
    };
    let pip = [
        "python",
        "-m",
        "pip",
        "--python",
        "/opt/venv/bin/python",
        "install",
        "--no-cache-dir",
        "--requirement",
        requirements,
    ];
    file.run(pip);
}
