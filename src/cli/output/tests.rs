use std::sync::Arc;

use super::staging::{aside, replace};
use super::*;

fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), Arc::new(text.as_bytes().to_vec()))).collect()
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[test]
fn a_second_write_drops_what_is_gone_and_keeps_what_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("terraform/a.tf", "1"), ("terraform/b.tf", "1")])).unwrap();
    fs::write(out.join("terraform/terraform.tfstate"), "state").unwrap();
    fs::create_dir(out.join("build")).unwrap();
    fs::write(out.join("build/main.zip"), "zip").unwrap();
    write(&out, &files(&[("terraform/a.tf", "2")])).unwrap();
    assert_eq!(read(&out.join("terraform/a.tf")).as_deref(), Some("2"));
    assert_eq!(read(&out.join("terraform/b.tf")), None);
    assert_eq!(read(&out.join("terraform/terraform.tfstate")).as_deref(), Some("state"));
    assert_eq!(read(&out.join("build/main.zip")).as_deref(), Some("zip"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the output");
}

#[test]
fn a_strangers_folder_is_left_alone() {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("thesis.txt"), "mine").unwrap();
    let error = write(out.path(), &files(&[("a", "1")])).unwrap_err();
    assert!(matches!(error, OutputError::NotOurs(_)), "{error}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    let staging = format!(".{}.inferra-new", out.path().file_name().unwrap().to_str().unwrap());
    assert!(!out.path().with_file_name(staging).exists(), "nothing is left beside it");
}

#[test]
fn a_users_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("terraform/a.tf", "1")])).unwrap();
    fs::write(out.join("terraform/mine.tf"), "mine").unwrap();
    let error = write(&out, &files(&[("terraform/a.tf", "2"), ("terraform/mine.tf", "ours")])).unwrap_err();
    assert!(matches!(error, OutputError::InTheWay(_)), "{error}");
    assert_eq!(read(&out.join("terraform/a.tf")).as_deref(), Some("1"), "the previous output is whole");
    assert_eq!(read(&out.join("terraform/mine.tf")).as_deref(), Some("mine"));
}

#[test]
fn what_a_killed_run_left_is_swept_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("a", "1")])).unwrap();
    fs::create_dir(folder.path().join(".out.inferra-new")).unwrap();
    fs::write(folder.path().join(".out.inferra-new/half"), "x").unwrap();
    write(&out, &files(&[("a", "2")])).unwrap();
    assert_eq!(read(&out.join("a")).as_deref(), Some("2"));
    assert_eq!(read(&out.join("half")), None);
}

#[test]
fn two_writers_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let held = Staging::open(&out, folder.path()).unwrap();
    let error = write(&out, &files(&[("a", "1")])).unwrap_err();
    assert!(matches!(error, OutputError::Busy(_)), "{error}");
    drop(held);
    write(&out, &files(&[("a", "1")])).unwrap();
}

#[test]
fn a_link_keeps_pointing_to_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::create_dir(&real).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&real, &link).unwrap();
    #[cfg(not(unix))]
    let link = real.clone();
    for text in ["1", "2"] {
        write(&link, &files(&[("a", text)])).unwrap();
        assert_eq!(read(&real.join("a")).as_deref(), Some(text));
        assert!(cfg!(not(unix)) || link.is_symlink());
    }
}

#[test]
fn an_output_that_a_killed_run_put_aside_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("a", "1")])).unwrap();
    fs::write(out.join("terraform.tfstate"), "state").unwrap();
    fs::rename(&out, aside(&out)).unwrap();
    write(&out, &files(&[("a", "2")])).unwrap();
    assert_eq!(read(&out.join("a")).as_deref(), Some("2"));
    assert_eq!(read(&out.join("terraform.tfstate")).as_deref(), Some("state"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_system_that_cannot_exchange() {
    let folder = tempfile::tempdir().unwrap();
    let (new, old) = (folder.path().join(".out.inferra-new"), folder.path().join("out"));
    for path in [&new, &old, &aside(&old)] {
        fs::create_dir(path).unwrap();
        fs::write(path.join("name"), path.to_str().unwrap()).unwrap();
    }
    replace(&new, &old).unwrap();
    assert_eq!(read(&old.join("name")).as_deref(), new.to_str());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_folder_that_one_stands_in_is_not_replaced() {
    // A project that is nowhere is in no folder, wherever the tests run.
    let error = check_target(Path::new(".."), Path::new("no such project")).unwrap_err();
    assert!(matches!(error, OutputError::HoldsCurrent(_)), "{error}");
}

#[test]
#[cfg(unix)]
fn what_did_not_change_is_not_written_again() {
    use std::os::unix::fs::MetadataExt as _;

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let file = |path: &str| fs::metadata(out.join(path)).unwrap().ino();
    write(&out, &files(&[("a", "same"), ("b", "1"), ("c", "mine?")])).unwrap();
    let (same, changed, edited) = (file("a"), file("b"), file("c"));
    fs::write(out.join("c"), "edited").unwrap();
    write(&out, &files(&[("a", "same"), ("b", "2"), ("c", "mine?")])).unwrap();
    assert_eq!((same, changed == file("b"), edited == file("c")), (file("a"), false, false));
    assert_eq!(read(&out.join("c")).as_deref(), Some("mine?"));
    assert_eq!(fs::metadata(out.join("a")).unwrap().nlink(), 1);
}

#[test]
#[cfg(unix)]
fn a_link_that_stands_for_a_file_is_replaced_by_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("a", "same")])).unwrap();
    fs::rename(out.join("a"), folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), out.join("a")).unwrap();
    write(&out, &files(&[("a", "same")])).unwrap();
    assert!(fs::symlink_metadata(out.join("a")).unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn a_linked_output_is_written_where_the_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    write(&link, &files(&[("a", "1")])).unwrap();
    write(&link, &files(&[("a", "2")])).unwrap();
    assert!(link.is_symlink());
    assert_eq!(read(&real.join("a")).as_deref(), Some("2"));
    let lost = folder.path().join("lost");
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &lost).unwrap();
    assert!(matches!(write(&lost, &files(&[("a", "1")])), Err(OutputError::Io { .. })));
}

#[test]
fn an_output_that_holds_the_project_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("a", "1")])).unwrap();
    let app = out.join("app");
    fs::create_dir(&app).unwrap();
    for app in [&app, &out, &app.join("..")] {
        let error = check_target(&out, app).unwrap_err();
        assert!(matches!(error, OutputError::HoldsProject(_)), "{error}");
    }
    check_target(&app.join("out"), &app).unwrap();
}

#[test]
fn a_failed_write_leaves_nothing_beside_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("a", "1")])).unwrap();
    fs::create_dir_all(out.join("b/mine")).unwrap();
    fs::write(out.join("b/mine/c"), "mine").unwrap();
    fs::write(out.join("d"), "mine").unwrap();
    for file in ["b/mine/c", "b/mine", "d/e"] {
        let error = write(&out, &files(&[("a", "2"), (file, "ours")])).unwrap_err();
        assert!(matches!(error, OutputError::InTheWay(_)), "{file}: {error}");
    }
    assert_eq!(read(&out.join("a")).as_deref(), Some("1"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_folder_of_the_user_stays() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    write(&out, &files(&[("terraform/a.tf", "1")])).unwrap();
    fs::create_dir_all(out.join("notes/empty")).unwrap();
    write(&out, &files(&[("terraform/a.tf", "2")])).unwrap();
    assert!(out.join("notes/empty").is_dir());
}

#[test]
#[cfg(unix)]
fn an_output_that_would_be_the_same_is_left_alone() {
    use std::os::unix::fs::MetadataExt as _;

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let written = || {
        write(&out, &files(&[("a", "same")])).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::metadata(&out).unwrap().ino()
    };
    let first = written();
    fs::write(out.join("mine"), "mine").unwrap();
    assert_eq!(written(), first);
    fs::remove_file(out.join("a")).unwrap();
    assert_ne!(written(), first);
    assert_eq!((read(&out.join("a")).as_deref(), read(&out.join("mine")).as_deref()), (Some("same"), Some("mine")));
}
