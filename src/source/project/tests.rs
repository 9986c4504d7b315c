use std::fs;

use pretty_assertions::assert_eq;

use super::*;

#[test]
fn what_is_nobodys_source_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("main.py", ""),
        ("app/a.py", ""),
        ("app/generated.py", ""),
        ("app/.gitignore", "generated.py\n/scratch/\n"),
        ("app/scratch/b.py", ""),
        ("scratch/c.py", ""),
        (".gitignore", "/dist/\n*.local.py\n"),
        ("dist/d.py", ""),
        ("app/e.local.py", ""),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/info/exclude", "mine.py\n"),
        ("mine.py", ""),
        (".venv/lib/f.py", ""),
        ("venv/lib/g.py", ""),
        ("env/pyvenv.cfg", "home = /usr/bin\n"),
        ("env/lib/h.py", ""),
        ("py313/pyvenv.cfg", ""),
        ("py313/bin/i.py", ""),
        ("conda/conda-meta/history", ""),
        ("conda/lib/j.py", ""),
        ("node_modules/x/k.js", ""),
        ("app/__pycache__/l.py", ""),
        // A folder of that name that is no environment.
        ("app/env/m.py", ""),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let project = Project::read(folder.path()).unwrap();
    let sources: Vec<_> = project.sources().map(|(path, _)| path.as_str()).collect();
    assert_eq!(sources, ["app/a.py", "app/env/m.py", "main.py", "scratch/c.py"]);
}
