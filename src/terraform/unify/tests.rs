use super::super::{
    Address, Key, Mode, Part, call, equal, inline, keyword, list, number, object, print, template, text,
};
use super::*;
use pretty_assertions::assert_eq;

const NAMES: [&str; 2] = ["dev", "prod"];

/// Fills every place with one word.
#[derive(Default)]
struct Filled {
    /// The places, in order.
    places: Vec<String>,
    /// Values that were not filled in.
    assumed: Vec<String>,
}

impl Fill for Filled {
    fn fill(&mut self, place: &Place, values: &[&Expression]) -> Option<Expression> {
        self.places.push(format!("{place} {}", inlined(values)));
        Some(keyword("filled"))
    }

    fn assume(&mut self, values: &[&Expression]) {
        self.assumed.push(inlined(values));
    }
}

fn inlined(values: &[&Expression]) -> String {
    values.iter().map(|value| inline(value)).collect::<Vec<_>>().join(" ")
}

/// Both as one, with `filled` in the place of each value, and the places in order.
fn unified(dev: Body, prod: Body) -> Result<(String, Vec<String>), Vec<String>> {
    let modules = [dev, prod].map(|body| vec![Block::new("resource", &["t", "n"], body)]);
    let mut filled = Filled::default();
    let modules: Vec<&[Block]> = modules.iter().map(Vec::as_slice).collect();
    match unify(&NAMES, &modules, &mut filled) {
        Ok(blocks) => Ok((print("h", &blocks), filled.places)),
        Err(forks) => Err(forks.iter().map(ToString::to_string).collect()),
    }
}

fn topic() -> Address {
    Address::new(Mode::Managed, "aws_sns_topic", "t")
}

#[test]
fn values_that_differ_are_filled_in_wherever_they_stand() {
    let body = |number_of: u32, word: &str, on: bool| {
        let tags = object([(Key::Name("a"), text(word)), (Key::Text("b c".into()), text("same"))]);
        let arn = template([Part::Text(format!("{word}/")), Part::Value(topic().attribute("arn"))]);
        let nested = Body::new().attribute("d", call("jsonencode", list([text(word), text("x")])));
        Body::new()
            .attribute("a", number(number_of))
            .attribute("on", on)
            .attribute("tags", tags)
            .attribute("arn", arn)
            .block("nested", nested.clone())
            .block("nested", nested)
    };
    let (text, places) = unified(body(1, "x", true), body(2, "y", false)).unwrap();
    assert_eq!(
        places,
        [
            "`a` of `t.n` 1 2",
            "`on` of `t.n` true false",
            "`tags.a` of `t.n` \"x\" \"y\"",
            "`arn.part` of `t.n` \"x/\" \"y/\"",
            "`nested.d` of `t.n` [\"x\", \"x\"] [\"y\", \"x\"]",
            "`nested_2.d` of `t.n` [\"x\", \"x\"] [\"y\", \"x\"]",
        ]
    );
    assert!(text.contains("arn = \"${filled}${aws_sns_topic.t.arn}\""), "{text}");
    assert!(text.contains("jsonencode(filled)") && text.contains("\"b c\" = \"same\""), "{text}");
}

#[test]
fn what_is_compared_with_an_attribute_is_in_its_place() {
    let body = |days: u32| Body::new().attribute("condition", equal(topic().attribute("days"), number(days)));
    let (text, places) = unified(body(1), body(2)).unwrap();
    assert_eq!(places, ["`days` of `aws_sns_topic.t` 1 2"]);
    assert!(text.contains("condition = aws_sns_topic.t.days == filled"), "{text}");
}

#[test]
fn lists_and_maps_of_literals_are_one_value() {
    let body = |items: &[&str]| {
        let keys = items.iter().map(|item| (Key::Text((*item).to_owned()), number(1_u32)));
        Body::new().attribute("list", list(items.iter().map(|item| text(*item)))).attribute("map", object(keys))
    };
    let (_, places) = unified(body(&["a"]), body(&["a", "b"])).unwrap();
    assert_eq!(places.len(), 2, "{places:?}");
    let (_, places) = unified(body(&[]), body(&["b"])).unwrap();
    assert_eq!(places.len(), 2, "{places:?}");
}

#[test]
fn a_tree_of_another_form_is_a_fork() {
    let body = Body::new;
    let wrong = |dev: Body, prod: Body| unified(dev, prod).unwrap_err();
    assert_eq!(wrong(body().attribute("a", true), body()), ["`a` of `t.n` is in dev only"]);
    assert_eq!(wrong(body(), body().block("b", body())), ["`b` of `t.n` is in prod only"]);
    let differs = ["`a` of `t.n` differs in more than a value"];
    assert_eq!(wrong(body().attribute("a", true), body().attribute("a", text("true"))), differs);
    assert_eq!(wrong(body().attribute("a", text("x")), body().attribute("a", topic().attribute("arn"))), differs);
    let one = || list([topic().attribute("arn")]);
    let two = || list([topic().attribute("arn"), topic().attribute("id")]);
    assert_eq!(wrong(body().attribute("a", one()), body().attribute("a", two())), differs);
    assert_eq!(wrong(body().attribute("a", call("one", one())), body().attribute("a", call("two", one()))), differs);
    let kept = |kept: bool| body().block("lifecycle", body().attribute("prevent_destroy", kept));
    assert_eq!(wrong(kept(true), kept(false)), ["`lifecycle.prevent_destroy` of `t.n` differs in more than a value"]);
    let escaped = |word: &str| template([Part::Text(format!("{word}\"$")), Part::Value(topic().attribute("arn"))]);
    assert_eq!(
        wrong(body().attribute("a", escaped("x")), body().attribute("a", escaped("y"))),
        ["`a.part` of `t.n` differs in more than a value"]
    );
}

#[test]
fn blocks_are_found_by_name_and_comments_say_whose_they_are() {
    let block = |name: &str, why: &str| {
        Block::new("resource", &["t", name], Body::new().comment(why).attribute("a", true)).comment("both").comment(why)
    };
    let modules = [vec![block("n", "x"), block("m", "y")], vec![block("m", "y"), block("n", "z")]];
    let modules: Vec<&[Block]> = modules.iter().map(Vec::as_slice).collect();
    let text = print("h", &unify(&NAMES, &modules, &mut Filled::default()).unwrap());
    let expected = "# h\n\n# both\n# In dev: x\n# In prod: z\nresource \"t\" \"n\" {\n  # In dev: x\n  # In prod: z\n  a = true\n}\n\n\
                    # both\n# y\nresource \"t\" \"m\" {\n  # y\n  a = true\n}\n";
    assert_eq!(text, expected);
    let more = [vec![block("n", "x")], vec![]];
    let more: Vec<&[Block]> = more.iter().map(Vec::as_slice).collect();
    let forks = unify(&NAMES, &more, &mut Filled::default()).unwrap_err();
    assert_eq!(forks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["`t.n` is in dev only"]);
}

#[test]
fn what_is_compared_with_one_of_several_blocks_has_a_place_of_its_own() {
    let of = |element| topic().attribute("rule").element(element).attribute("days");
    let body = |days: u32| Body::new().attribute("condition", list([0, 1].map(|at| equal(of(at), number(days)))));
    let (_, places) = unified(body(1), body(2)).unwrap();
    assert_eq!(places, ["`rule.days` of `aws_sns_topic.t` 1 2", "`condition.item_2` of `t.n` 1 2"]);
}

#[test]
fn conditions_take_values_and_what_terraform_reads_first_takes_none() {
    let body = |inner: &'static str, days: u32| {
        let condition = Body::new().attribute("condition", equal(topic().attribute("id"), number(days)));
        Body::new().block("lifecycle", Body::new().block(inner, condition))
    };
    for inner in ["precondition", "postcondition"] {
        let (_, places) = unified(body(inner, 1), body(inner, 2)).unwrap();
        assert_eq!(places, ["`id` of `aws_sns_topic.t` 1 2"]);
    }
    let tags = |days: u32| Body::new().attribute("tags", object([(Key::Name("lifecycle"), number(days))]));
    assert_eq!(unified(tags(1), tags(2)).unwrap().1, ["`tags.lifecycle` of `t.n` 1 2"]);
    let output = |days: u32| vec![Block::new("output", &["o"], Body::new().attribute("description", number(days)))];
    let modules = [output(1), output(2)];
    let modules: Vec<&[Block]> = modules.iter().map(Vec::as_slice).collect();
    let forks = unify(&NAMES, &modules, &mut Filled::default()).unwrap_err();
    assert_eq!(
        forks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["`description` of `output.o` differs in more than a value"]
    );
}

#[test]
fn what_is_made_up_is_what_the_first_would_be_told() {
    let answer = |id: &str| vec![Block::new("mock_provider", &["aws"], Body::new().attribute("id", text(id)))];
    let modules = [answer("vpc-1"), answer("vpc-2")];
    let modules: Vec<&[Block]> = modules.iter().map(Vec::as_slice).collect();
    let mut filled = Filled::default();
    let blocks = unify(&NAMES, &modules, &mut filled).unwrap();
    assert_eq!(filled.assumed, ["\"vpc-1\" \"vpc-2\""]);
    assert_eq!(print("h", &blocks), print("h", modules[0]));
}
