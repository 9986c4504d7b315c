use std::fs;
use std::io;
use std::path::Path;

/// The path and text of each file of the smallest application that is one: an API, a store, a model.
const FILES: [(&str, &str); 4] = [
    ("requirements.txt", "fastapi==0.115.0\nredis==5.2.0\n"),
    ("models.py", "from pydantic import BaseModel\n\n\nclass User(BaseModel):\n    name: str\n    email: str\n"),
    (
        "store.py",
        "import redis\n\nfrom models import User\n\n# @klotho::persist { id = \"users\" }\nclient = redis.Redis(host=\"localhost\", port=6379)\n\n\ndef find(name: str) -> str | None:\n    return client.get(name)\n\n\ndef save(user: User) -> None:\n    client.set(user.name, user.model_dump_json())\n",
    ),
    (
        "main.py",
        "from fastapi import FastAPI\n\nimport store\nfrom models import User\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/users/{name}\")\ndef read(name: str) -> str | None:\n    return store.find(name)\n\n\n@app.post(\"/users\")\ndef write(user: User) -> None:\n    store.save(user)\n",
    ),
];

/// Writes an application of three source files below `root`.
pub(crate) fn write_small(root: &Path) -> io::Result<()> {
    fs::create_dir_all(root)?;
    FILES.iter().try_for_each(|(path, text)| fs::write(root.join(path), text))
}
