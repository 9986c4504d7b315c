//! What code does with files is followed, and each unit is granted that and no more.

use std::collections::BTreeSet;

use inferra::app::Operation;
use inferra::compile::Compilation;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const APP: &str = "from fastapi import FastAPI\nimport work\n\n# @klotho::expose { id = \"web\", target = \"public\" }\napp = FastAPI()\n\n@app.get(\"/\")\ndef root():\n    return work.run()\n";

fn compile(work: &str, others: &[(&str, &str)]) -> Compilation {
    let mut files = vec![("main.py", APP), ("work.py", work), ("requirements.txt", "fastapi\n")];
    files.extend(others);
    let folder = project(&files);
    compiled(folder.path(), "shop", &[])
}

/// What the unit does with the store `files`, in short.
fn operations(compilation: &Compilation) -> String {
    assert!(compilation.files.is_some(), "{:#?}", compilation.diagnostics);
    let found: BTreeSet<_> =
        compilation.application.accesses.iter().flat_map(|access| access.operations.keys().cloned()).collect();
    let letters = found.iter().filter_map(|operation| match operation {
        Operation::Read => Some('r'),
        Operation::Write => Some('w'),
        Operation::List => Some('l'),
        Operation::Delete => Some('d'),
        Operation::Connect | Operation::Publish(_) | Operation::Subscribe(_) => None,
    });
    letters.collect()
}

fn codes(compilation: &Compilation) -> Vec<(&'static str, usize)> {
    let lines = compilation.diagnostics.iter().map(|it| {
        let at = it.primary.as_ref().map_or(0, |label| label.span.start);
        (it.code.id(), at)
    });
    lines.collect()
}

#[track_caller]
fn does(work: &str, expected: &str) {
    let compilation = compile(work, &[]);
    assert_eq!(operations(&compilation), expected, "{work}");
}

#[track_caller]
fn refused(work: &str, expected: &[(&str, &str)]) {
    let compilation = compile(work, &[]);
    let found: Vec<_> = codes(&compilation).into_iter().map(|(code, at)| (code, &work[at..])).collect();
    let expected: Vec<_> = expected.iter().map(|(code, text)| (*code, &work[work.find(text).unwrap()..])).collect();
    assert_eq!(found, expected, "{work}");
}

const PATH: &str = "from pathlib import Path\n# @klotho::persist { id = \"files\" }\nROOT = Path(\"files\")\n";
const MODULE: &str = "# @klotho::persist { id = \"files\" }\nimport aiofiles\n";

#[test]
fn paths_are_followed_through_what_is_made_of_them() {
    for (code, expected) in [
        ("def run():\n    return ROOT.read_text()", "r"),
        ("def run():\n    return str(ROOT / \"a\")", ""),
        ("def run(name):\n    (ROOT / name).write_bytes(b\"\")", "w"),
        ("def run(name):\n    path = ROOT / \"a\" / name\n    path.parent.mkdir()\n    path.write_text(\"\")", "rw"),
        ("def run():\n    return [one.name for one in ROOT.iterdir()]", "rl"),
        ("def run():\n    for one in sorted(ROOT.glob(\"*\")):\n        one.unlink()", "rld"),
        ("def run():\n    with ROOT.joinpath(\"a\").open() as file:\n        return file.read()", "r"),
        ("def run():\n    with (ROOT / \"a\").open(\"wb\") as file:\n        file.write(b\"\")", "w"),
        ("def run():\n    with (ROOT / \"a\").open(mode=\"r+\") as file:\n        file.write(\"\")", "rw"),
        ("def run():\n    return (ROOT / \"a\").open(\"a\")", "rw"),
        ("def run():\n    (ROOT / \"a\").rename(ROOT / \"b\")", "rwld"),
        ("import asyncio\nasync def run():\n    await asyncio.to_thread(ROOT.write_text, \"a\")", "w"),
        ("def run():\n    if (path := ROOT / \"a\").exists():\n        return path.read_bytes()", "r"),
        ("class Store:\n    def __init__(self):\n        self.root = ROOT\ndef run(): pass", "rwld"),
    ] {
        let found = compile(&format!("{PATH}\n{code}\n"), &[]);
        let expected = expected.chars().collect::<BTreeSet<_>>();
        assert_eq!(operations(&found).chars().collect::<BTreeSet<_>>(), expected, "{code}");
    }
}

#[test]
fn what_goes_out_of_sight_may_be_used_in_every_way() {
    for code in [
        "from elsewhere import save\ndef run():\n    save(ROOT / \"a\")",
        "def run():\n    return ROOT / \"a\"",
        "def run():\n    return {\"path\": ROOT}",
        "def run(mode):\n    return ROOT.open(mode)",
        "def run(path=ROOT):\n    return path.read_text()",
    ] {
        let found = compile(&format!("{PATH}\n{code}\n"), &[]);
        assert_eq!(operations(&found), "rwld", "{code}");
    }
}

#[test]
fn names_hold_where_python_says_so() {
    // A parameter or variable of the same name is another thing, and so is a name in another function.
    does(&format!("{PATH}def run(ROOT):\n    ROOT.chmod(1)\n"), "");
    does(&format!("{PATH}def run():\n    ROOT = object()\n    ROOT.chmod(1)\n"), "");
    does(
        &format!("{PATH}def run():\n    path = ROOT / \"a\"\n    path.exists()\ndef other(path):\n    path.chmod(1)\n"),
        "r",
    );
    // A name that also means something else proves no error.
    does(
        &format!(
            "{PATH}def run(x):\n    path = ROOT / \"a\"\n    path = path if x else x\n    path = x\n    path.encode()\n"
        ),
        "rwld",
    );
}

#[test]
fn other_files_are_read_as_well() {
    let other = "import work\nfrom work import ROOT as R\n\ndef save():\n    (R / \"a\").write_text(\"\")\n    work.AVATARS.joinpath(\"b\").unlink()\n";
    let work = format!("{PATH}AVATARS = ROOT / \"avatars\"\n\ndef run():\n    import other\n    return other.save()\n");
    let found = compile(&work, &[("other.py", other)]);
    assert_eq!(operations(&found), "rwd");
    let wrong = other.replace("unlink()", "chmod(1)");
    let found = compile(&work, &[("other.py", &wrong)]);
    assert_eq!(codes(&found), [("E0513", wrong.find("chmod").unwrap())]);
}

#[test]
fn modules_and_functions_stand_for_a_store() {
    does(
        &format!(
            "{MODULE}async def run():\n    async with aiofiles.open(\"a\") as file:\n        return await file.read()\n"
        ),
        "r",
    );
    does(
        &format!("{MODULE}async def run():\n    file = await aiofiles.open(\"a\", \"x\")\n    await file.close()\n"),
        "w",
    );
    does(&format!("{MODULE}async def run():\n    return await aiofiles.os.path.isdir(\"a\")\n"), "rl");
    does(
        &format!("{MODULE}from aiofiles import tempfile\nasync def run():\n    await aiofiles.os.remove(\"a\")\n"),
        "rd",
    );
    let function = "# @klotho::persist { id = \"files\" }\nfrom aiofiles import open as aopen, os\n";
    refused(function, &[("E0402", "from aiofiles")]);
    does(
        "# @klotho::persist { id = \"files\" }\nfrom aiofiles import open as aopen\nasync def run():\n    async with aopen(\"a\", mode=\"w\") as file:\n        await file.write(\"\")\n",
        "w",
    );
    does(
        "# @klotho::persist { id = \"files\" }\nfrom aiofiles import os as disk\nasync def run():\n    await disk.mkdir(\"a\")\n",
        "r",
    );
    does(
        "# @klotho::persist { id = \"files\" }\nimport aiofiles.os\nasync def run():\n    await aiofiles.os.listdir(\"a\")\n",
        "rl",
    );
}

#[test]
fn calls_of_open_are_read_where_they_stand() {
    let with = |call: &str| {
        format!("import json\ndef run(path, mode=\"r\"):\n    # @klotho::persist {{ id = \"files\" }}\n    {call}\n")
    };
    does(&with("return json.load(open(path))"), "r");
    does(&with("with open(path, \"wb\") as file:\n        file.write(b\"\")"), "w");
    does(&with("file = open(path, mode)"), "rwld");
    does(&with("return __import__(\"io\") and open(path, \"a\")"), "rw");
    does(
        "from pathlib import Path\ndef run():\n    # @klotho::persist { id = \"files\" }\n    return Path(\"a\").read_text()\n",
        "r",
    );
    // A path and the function that opens it are one store by their id.
    does(
        &format!(
            "{PATH}def run():\n    # @klotho::persist {{ id = \"files\" }}\n    with open(ROOT / \"a\") as file:\n        return file.read()\n"
        ),
        "r",
    );
}

#[test]
fn what_a_store_cannot_do_is_said_at_the_call() {
    let path =
        |code: &str| format!("import os\nimport shutil\n{PATH}def run():\n    path = ROOT / \"a\"\n    {code}\n");
    for (code, at) in [
        ("path.chmod(0o600)", "chmod"),
        ("return path.owner()", "owner"),
        ("path.symlink_to(\"b\")", "symlink_to"),
        ("path.never_heard_of()", "never_heard_of"),
        ("os.remove(path)", "path)\n"),
        ("shutil.copy(path, \"b\")", "path, \"b\""),
        ("return os.path.exists(path)", "path)\n"),
        ("with open(path) as file:\n        pass", "path) as"),
        ("return Path(path)", "path)\n"),
        ("with path.open() as file:\n        os.fstat(file.fileno())", "fileno"),
    ] {
        refused(&path(code), &[("E0513", at)]);
    }
    refused(&format!("{MODULE}async def run():\n    await aiofiles.os.scandir(\".\")\n"), &[("E0513", "scandir")]);
    let open = "import mmap\ndef run():\n    # @klotho::persist { id = \"files\" }\n    with open(\"a\") as file:\n        mmap.mmap(file.fileno(), 0)\n";
    refused(open, &[("E0513", "fileno")]);
}

#[test]
fn a_name_is_not_given_back_in_silence() {
    refused(&format!("{MODULE}import aiofiles.os\ndef run(): pass\n"), &[("E0592", "import aiofiles.os")]);
    refused(&format!("{MODULE}import aiofiles.os as other\nimport os\ndef run():\n    import aiofiles\n"), &[]);
    let twice = "# @klotho::persist { id = \"files\" }\nimport aiofiles\n# @klotho::persist { id = \"files\" }\nimport aiofiles.os\ndef run(): pass\n";
    refused(twice, &[]);
}

#[test]
fn files_of_the_project_are_not_in_the_store() {
    let work = format!(
        "{MODULE}async def run():\n    async with aiofiles.open(\"work.py\") as file:\n        return await file.read()\n"
    );
    let found = compile(&work, &[]);
    assert_eq!(codes(&found), [("W0593", work.find("\"work.py\"").unwrap())]);
}

const SECRET: &str = "# @klotho::persist { id = \"key\", secret = true }\n";

#[test]
fn a_secret_is_one_thing_that_is_read() {
    does(&format!("{SECRET}with open(\"a.key\") as file:\n    KEY = file.read()\ndef run(): pass\n"), "r");
    does(&format!("import os\n{SECRET}KEY = os.environ[\"KEY\"].encode()\ndef run(): pass\n"), "r");
    does(
        &format!(
            "from pathlib import Path\n{SECRET}KEYS = Path(\"keys\")\ndef run():\n    return (KEYS / \"a.pem\").read_text() + (KEYS / \"a.pem\").read_text()\n"
        ),
        "r",
    );
    refused(
        &format!("{SECRET}with open(\"a.key\", \"w\") as file:\n    file.write(\"\")\ndef run(): pass\n"),
        &[("E0591", "open(\"a.key\"")],
    );
    refused(
        &format!("from pathlib import Path\n{SECRET}KEY = Path(\"a.key\")\ndef run():\n    KEY.unlink()\n"),
        &[("E0591", "unlink")],
    );
    refused(
        &format!(
            "from pathlib import Path\n{SECRET}KEYS = Path(\"keys\")\ndef run():\n    return (KEYS / \"a.pem\").read_text() + (KEYS / \"b.pem\").read_text()\n"
        ),
        &[("E0591", "\"b.pem\"")],
    );
    refused(
        &format!("import os\n{SECRET}A = os.environ[\"A\"]\n{SECRET}B = os.getenv(\"B\")\ndef run(): pass\n"),
        &[("E0591", "os.getenv(\"B\")")],
    );
    does(&format!("import os\n{SECRET}A = os.environ[\"A\"]\n{SECRET}B = os.getenv(\"A\")\ndef run(): pass\n"), "r");
}

#[test]
fn values_of_the_environment_are_variables() {
    let config = |code: &str| {
        format!("import os\nfrom os import environ\n# @klotho::config {{ id = \"level\" }}\n{code}\ndef run(): pass\n")
    };
    let default = |code: &str| {
        let found = compile(&config(code), &[]);
        assert!(found.files.is_some(), "{code}: {:#?}", found.diagnostics);
        found.plan.parameters["level"].default.clone()
    };
    assert_eq!(default("LEVEL = os.getenv(\"LEVEL\", \"info\")").as_deref(), Some("info"));
    assert_eq!(default("LEVEL = os.getenv(\"LEVEL\", default='info')").as_deref(), Some("info"));
    assert_eq!(default("LEVEL = int(os.environ.get(\"LEVEL\", \"3\"))").as_deref(), Some("3"));
    assert_eq!(default("LEVEL = int(environ.get(\"LEVEL\", 3))"), None);
    assert_eq!(default("LEVEL = environ[\"LEVEL\"]"), None);
    for code in ["os.environ[\"LEVEL\"] = \"info\"", "del os.environ[\"LEVEL\"]"] {
        assert_eq!(codes(&compile(&config(code), &[]))[0].0, "E0402", "{code}");
    }
}
