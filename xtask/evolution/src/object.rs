//! JSON objects and the data of events.

use crate::Changes;
use crate::grammar;
use dsl::grammar::Writer;
use dsl::model::Model;
use dsl::model::object::{Content, Count, Kind, Member, MemberDefault, MemberNeed};
use std::collections::BTreeSet;

/// A comparison of objects that `writer` sends. Objects that contain each other are compared once.
pub struct Comparison<'a> {
    pub writer: Writer,
    pub old: &'a Model,
    pub new: &'a Model,
    pub seen: BTreeSet<(usize, usize)>,
}

impl<'a> Comparison<'a> {
    pub fn new(writer: Writer, old: &'a Model, new: &'a Model) -> Self {
        Self { writer, old, new, seen: BTreeSet::new() }
    }

    /// Adds what is different between two objects. `of` names what contains them, such as "the event `sum`".
    pub fn contents(&mut self, changes: &mut Changes, of: &str, was: &Content, is: &Content) {
        self.members(changes, of, &was.members, &is.members, is.refuses_unknown);
        self.groups(changes, of, was, is);
        if self.writer == Writer::Client && was.refuses_unknown != is.refuses_unknown {
            match is.refuses_unknown {
                true => changes.breaking(format!("unknown members of {of} are refused")),
                false => changes.compatible(format!("unknown members of {of} are ignored")),
            }
        }
        self.cases(changes, of, was, is);
    }

    fn members(&mut self, changes: &mut Changes, of: &str, were: &[Member], are: &[Member], refuses_unknown: bool) {
        for was in were {
            let name = format!("`{}` of {of}", was.key);
            let Some(is) = are.iter().find(|member| member.key == was.key) else {
                changes.breaking(match self.writer {
                    Writer::Server => format!("{name} is not sent"),
                    Writer::Client if refuses_unknown => format!("{name} is refused"),
                    Writer::Client => format!("{name} is not read"),
                });
                continue;
            };
            self.kinds(changes, &name, &was.kind, &is.kind);
            self.needs(changes, &name, was, is);
        }
        for is in are.iter().filter(|is| !were.iter().any(|was| was.key == is.key)) {
            let name = format!("`{}` of {of}", is.key);
            match (self.writer, &is.need) {
                (Writer::Server, _) => changes.compatible(format!("{name} is sent")),
                (Writer::Client, MemberNeed::Always) => changes.breaking(format!("{name} is required")),
                (Writer::Client, _) => changes.compatible(format!("{name} is read")),
            }
        }
    }

    fn needs(&self, changes: &mut Changes, name: &str, was: &Member, is: &Member) {
        match (self.writer, self.is_always(was), self.is_always(is)) {
            (Writer::Client, false, true) => changes.breaking(format!("{name} is required")),
            (Writer::Client, true, false) => changes.compatible(format!("{name} may be left out")),
            (Writer::Server, true, false) => changes.breaking(format!("{name} may be absent")),
            (Writer::Server, false, true) => changes.compatible(format!("{name} is always sent")),
            (Writer::Client, false, false) if default(was) != default(is) => {
                let meaning = |member| default(member).map_or("nothing".to_owned(), |text| format!("`{text}`"));
                let (was, is) = (meaning(was), meaning(is));
                changes.breaking(format!("without {name}, {was} was assumed, and {is} is"));
            }
            _ => {}
        }
    }

    /// Whether the member is present in each document.
    fn is_always(&self, member: &Member) -> bool {
        match member.need {
            MemberNeed::Always => true,
            MemberNeed::Default(_) => self.writer == Writer::Server,
            MemberNeed::Optional | MemberNeed::Flag => false,
        }
    }

    fn kinds(&mut self, changes: &mut Changes, name: &str, was: &Kind, is: &Kind) {
        let words = |model: &Model, kind: &Kind| docs::object::words(model, kind);
        if let (Some(old), Some(new)) = (was.grammar(self.old), is.grammar(self.new))
            && was.is_number(self.old) == is.is_number(self.new)
        {
            return grammar::compare_texts(changes, self.writer, name, (self.old, old), (self.new, new));
        }
        match (was, is) {
            (Kind::Boolean, Kind::Boolean) | (Kind::Json, Kind::Json) => {}
            (Kind::Object(was), Kind::Object(is)) => {
                if self.seen.insert((was.index(), is.index())) {
                    let (was, is) = (&self.old.objects[*was], &self.new.objects[*is]);
                    self.contents(changes, &format!("`{}`", was.name), &was.content, &is.content);
                }
            }
            (Kind::Array(was, count), Kind::Array(is, now)) => {
                self.counts(changes, name, "items", *count, *now);
                self.kinds(changes, &format!("an item of {name}"), was, is);
            }
            (Kind::Map(was, count), Kind::Map(is, now)) => {
                self.counts(changes, name, "members", *count, *now);
                self.kinds(changes, &format!("a member of {name}"), was, is);
            }
            (Kind::Nullable(was), Kind::Nullable(is)) => self.kinds(changes, name, was, is),
            (was, Kind::Nullable(is)) => {
                self.kinds(changes, name, was, is);
                self.wider(changes, true, format!("{name} can be `null`"));
            }
            (Kind::Nullable(was), is) => {
                self.kinds(changes, name, was, is);
                self.wider(changes, false, format!("{name} can't be `null`"));
            }
            (was, is) => {
                let what = format!("{name} was {} and is {}", words(self.old, was), words(self.new, is));
                match (was, is) {
                    (_, Kind::Json) => self.wider(changes, true, what),
                    (Kind::Json, _) => self.wider(changes, false, what),
                    _ => changes.breaking(what),
                }
            }
        }
    }

    fn counts(&self, changes: &mut Changes, name: &str, what: &str, was: Count, is: Count) {
        if was == is {
            return;
        }
        let change = format!("{name} had {} to {} {what} and has {} to {}", was.min, was.max, is.min, is.max);
        match (is.min <= was.min && was.max <= is.max, was.min <= is.min && is.max <= was.max) {
            (true, _) => self.wider(changes, true, change),
            (_, true) => self.wider(changes, false, change),
            _ => changes.breaking(change),
        }
    }

    /// Adds a change after which more values are allowed, or fewer.
    fn wider(&self, changes: &mut Changes, more: bool, what: String) {
        if more == (self.writer == Writer::Client) { changes.compatible(what) } else { changes.breaking(what) }
    }

    fn groups(&self, changes: &mut Changes, of: &str, was: &Content, is: &Content) {
        let rules = |content: &Content| -> BTreeSet<String> {
            content.groups.iter().map(|group| docs::object::rule(content, group)).collect()
        };
        let (were, are) = (rules(was), rules(is));
        if self.writer == Writer::Client {
            are.difference(&were).for_each(|rule| changes.breaking(format!("{of} has a new rule: {rule}")));
            were.difference(&are).for_each(|rule| changes.compatible(format!("{of} has a rule less: {rule}")));
        }
    }

    /// Compares the members of each variant. Whether there are more variants or fewer, the grammar of the member tells.
    fn cases<'b>(&mut self, changes: &mut Changes, of: &str, was: &'b Content, is: &'b Content)
    where
        'a: 'b,
    {
        let (were, are) = (cases(self.old, was), cases(self.new, is));
        let mut texts: Vec<&str> = were.iter().chain(&are).map(|(text, _)| *text).collect();
        texts.sort_unstable();
        texts.dedup();
        // A variant that only one of the specs has can't break a client of the other, apart from what the grammar tells.
        let known = |content: &Content, model: &Model, text: &str| {
            tag(content).is_none_or(|tag| choices(model, tag).iter().any(|choice| choice.text == text))
        };
        for text in texts.into_iter().filter(|text| known(was, self.old, text) && known(is, self.new, text)) {
            let members = |cases: &[(&str, &'b [Member])]| {
                cases.iter().find(|(own, _)| *own == text).map_or(&[][..], |(_, members)| members)
            };
            let (old, new) = (members(&were), members(&are));
            self.members(changes, &format!("{of} if it is `{text}`"), old, new, is.refuses_unknown);
        }
    }
}

fn tag(content: &Content) -> Option<&Member> {
    content.union.as_ref().map(|union| &content.members[union.tag])
}

fn choices<'a>(model: &'a Model, tag: &'a Member) -> &'a [dsl::model::Choice] {
    tag.kind.grammar(model).map(|grammar| grammar.choices(model).named).unwrap_or_default()
}

/// The variants, by the text that selects each, with their members.
fn cases<'a>(model: &'a Model, content: &'a Content) -> Vec<(&'a str, &'a [Member])> {
    let Some(union) = &content.union else { return Vec::new() };
    let choices = choices(model, &content.members[union.tag]);
    choices.iter().zip(&union.cases).map(|(choice, case)| (choice.text.as_str(), &case.members[..])).collect()
}

fn default(member: &Member) -> Option<String> {
    match &member.need {
        MemberNeed::Default(MemberDefault::Boolean(value)) => Some(value.to_string()),
        MemberNeed::Default(MemberDefault::Constant(constant)) => Some(constant.text.clone()),
        MemberNeed::Flag => Some("false".to_owned()),
        MemberNeed::Always | MemberNeed::Optional => None,
    }
}
