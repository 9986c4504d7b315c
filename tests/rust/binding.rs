//! What a directive in Python may stand above.

use inferra::diag::Severity;

use crate::project::{compiled, project};

const APPLICATION: &str = "from fastapi import FastAPI\n\n# @klotho::execution_unit { id = \"web\" }\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index():\n    return stores.find()\n";

/// The ids of the stores and schedules of an application whose `stores.py` is given.
#[track_caller]
fn found(stores: &str) -> Vec<String> {
    let main = format!("import stores\n{APPLICATION}");
    let folder = project(&[("main.py", &main), ("stores.py", stores), ("requirements.txt", "")]);
    let compilation = compiled(folder.path(), "app", &[]);
    let errors: Vec<_> =
        compilation.diagnostics.iter().filter(|problem| problem.code.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(compilation.application.units.keys().map(ToString::to_string).collect::<Vec<_>>(), ["web"]);
    let application = &compilation.application;
    application.stores.keys().chain(application.schedules.keys()).map(ToString::to_string).collect()
}

#[test]
fn statements_inside_of_others() {
    let stores = "import redis\n\ntry:\n    # @klotho::persist { id = \"tried\" }\n    client = redis.Redis()\nexcept OSError:\n    client = None\n\n\nclass Store:\n    # @klotho::persist { id = \"shared\" }\n    common = redis.Redis()\n\n    def __init__(self):\n        # @klotho::persist { id = \"own\" }\n        self.client = redis.Redis()\n\n\ndef connect():\n    # @klotho::persist { id = \"returned\" }\n    return redis.Redis()\n\n\nif True:\n    # @klotho::persist { id = \"chosen\" }\n    other = redis.Redis()\n\n\ndef find():\n    return client.get(\"a\")\n";
    assert_eq!(found(stores), ["chosen", "own", "returned", "shared", "tried"]);
}

#[test]
fn definitions_with_decorators() {
    let stores = "import functools\n\n\ndef logged(function):\n    return functools.wraps(function)(function)\n\n\n# @klotho::schedule { rate = \"5 minutes\" }\n@logged\ndef clean_up():\n    pass\n\n\ndef find():\n    return 1\n";
    assert_eq!(found(stores), ["clean_up"]);
}

#[test]
fn the_top_of_a_file_and_imports() {
    let stores = "# @klotho::persist { id = \"files\" }\nimport aiofiles as fs\n\n\nasync def find():\n    async with fs.open(\"a.txt\") as file:\n        return await file.read()\n";
    assert_eq!(found(stores), ["files"]);
}

#[test]
fn one_block_of_comments_with_several_directives() {
    let stores = "import redis\n\n# @klotho::execution_unit { all_units = true }\n# What follows is cached.\n# @klotho::persist { id = \"cache\" }\nclient = redis.Redis()\n\n\ndef find():\n    return client.get(\"a\")\n";
    assert_eq!(found(stores), ["cache"]);
}
