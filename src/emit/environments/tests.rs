use super::folder;
use super::name::around;

#[test]
fn names_are_found_in_texts_that_are_the_same_but_for_them() {
    let names = ["shop-dev", "shop-prod"];
    assert_eq!(around(&["shop-dev", "shop-prod"], &names), Some(vec!["", ""]));
    assert_eq!(around(&["/a/shop-dev-b", "/a/shop-prod-b"], &names), Some(vec!["/a/", "-b"]));
    assert_eq!(around(&["shop-dev/shop-dev", "shop-prod/shop-prod"], &names), Some(vec!["", "/", ""]));
    assert_eq!(around(&["shop-dev-b", "shop-prod-c"], &names), None);
    assert_eq!(around(&["x", "y"], &names), None);
    // A digest is behind a name that was too long: the whole text is a value of its own.
    assert_eq!(around(&["shop-dev-1a", "shop-prod-2b"], &names), None);
    assert_eq!(around(&["a-main", "b-main"], &["a", "b"]), Some(vec!["", "-main"]));
    assert_eq!(around(&["main a", "main b"], &["a", "b"]), Some(vec!["main ", ""]));
    // One name may be a part of the other one.
    assert_eq!(around(&["shop-main", "shop-dev-main"], &["shop", "shop-dev"]), Some(vec!["", "-main"]));
    assert_eq!(around(&["the same", "the same"], &["a", "b"]), None);
}

#[test]
fn a_root_is_called_by_its_environments_or_by_the_first_where_they_are_many() {
    let names = |count: usize| (0..count).map(|number| format!("environment-{number}")).collect::<Vec<_>>();
    assert_eq!(folder(&names(1)), "environment-0");
    assert_eq!(folder(&names(2)), "environment-0+environment-1");
    assert_eq!(folder(&names(40)), "environment-0+39-more");
}
