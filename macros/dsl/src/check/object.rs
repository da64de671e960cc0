//! JSON objects: none contains itself without an end, and rules for readers concern objects that are read.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::model::object::{Content, Member, Object};

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, object) in model.objects.entries() {
        if let Some(member) = model.endless(id) {
            diagnostics.push(endless(model, object, member));
        }
    }
    let uses = model.object_uses();
    let objects = model.objects.entries().filter(|(id, _)| uses.writes(*id) && !uses.reads(*id));
    objects.for_each(|(_, object)| only_written(&object.content, diagnostics));
    let events = model.events.iter().flat_map(|events| &events.events).filter_map(|event| event.content.as_ref());
    events.for_each(|content| only_written(content, diagnostics));
}

fn endless(model: &Model, object: &Object, member: &Member) -> Diagnostic {
    let name = &object.name;
    let inner = member.kind.object().map_or(name, |id| &model.objects[id].name);
    let message = format!("the object `{name}` contains itself");
    Diagnostic::new(Code::EndlessObject, member.name.span(), message)
        .note("only an array or a map that can be empty ends it")
        .help(format!("write `{}: [{inner}] 0..=1;`", member.name))
}

/// Reports rules that only a reader checks.
fn only_written(content: &Content, diagnostics: &mut Diagnostics) {
    if let Some(group) = content.groups.first() {
        let message = "this group has no effect, because only the server sends the object";
        diagnostics.push(
            Diagnostic::new(Code::GroupMembers, group.span, message)
                .note("groups are checked when a request is read")
                .help("delete the group"),
        );
    }
}
