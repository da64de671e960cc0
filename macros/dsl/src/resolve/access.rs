//! Credentials, and the permissions that endpoints need.

use super::endpoint::Request;
use super::names::Scope;
use super::{Resolver, Result, unknown};
use crate::ast::access as ast;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::access::{Access, Caller, Denial, Need, Operation, Permissions, Refusal, Subject};
use crate::model::{Atom, Condition, GroupKind, Id, Input, InputSource, Line, Outcome, Owner};
use crate::parse::ACCESS;
use crate::suggest;
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::Span;
use syn::Ident;

/// The names that `Edge` and the type of callers have, whatever a spec declares.
const CALLERS: &[&str] = &["anyone", "limits", "unknown"];

/// The reason that every access has to refuse callers: their credentials are not valid.
const UNKNOWN: &str = "unknown";

/// The Rust names of reasons that a spec can't declare. `Permits` and `Denied` would read like clauses.
const REFUSALS: &[&str] = &["Denied", "Permits", "Unknown"];

impl Resolver<'_> {
    pub(super) fn accesses(&mut self, accesses: &[ast::Access]) {
        for access in accesses {
            let resolved = self.access(access);
            match self.keep(&access.name, resolved) {
                Some(access) => drop(self.model.accesses.push(access)),
                None => access.operations.iter().for_each(|own| self.diagnostics.lose(own.name.to_string())),
            }
        }
    }

    fn access(&mut self, access: &ast::Access) -> Result<Access> {
        let name = &access.name;
        let method = name.to_string().to_snake_case();
        Scope::new(CALLERS).define(name, &*method)?;
        self.scopes.root.define(name, &*method)?;
        let fact = self.model.facts.iter().find(|fact| method == format!("{}_{}", fact.subject, fact.predicate));
        if let Some(fact) = fact {
            let message = format!("`{name}` and a fact both generate the Rust name `{method}`");
            return Err(Diagnostic::new(Code::DuplicateName, name.span(), message)
                .note(format!("the fact is declared{}", on_line(fact.predicate.span())))
                .help("rename one of them"));
        }
        let mut credentials = Vec::new();
        for kind in &access.credentials {
            let source = self.kind_of_credentials(kind)?;
            self.is_new_kind(kind, source, name, &credentials)?;
            credentials.push(source);
        }
        let operations = self.operations(access)?;
        let denied = |name: &Ident| {
            let is_allowed = |status| matches!(status, 403 | 404);
            let outcome = self.refusing(name, &[Owner::Protocol], is_allowed, "`denied` requires 403 or 404")?;
            Ok((outcome, name.span()))
        };
        let denied = access.denied.as_ref().map(denied).transpose()?;
        let refusals = self.refusals(access)?;
        let (docs, name, accepts_none) = (access.docs.clone(), name.clone(), access.accepts_none);
        Ok(Access { docs, name, credentials, accepts_none, operations, refusals, denied })
    }

    /// The reasons to refuse callers. The first is that their credentials are not valid.
    fn refusals(&self, access: &ast::Access) -> Result<Vec<Refusal>> {
        let name = Ident::new(UNKNOWN, access.unknown.span());
        let scopes = [Owner::Protocol];
        let outcome = self.refusing(&access.unknown, &scopes, |status| status == 401, "`unknown` requires 401")?;
        let unknown = Refusal { docs: Vec::new(), name, outcome, outcome_span: access.unknown.span() };
        let mut scope = Scope::new(REFUSALS);
        let others = access.refusals.iter().map(|own| {
            scope.define(&own.name, own.name.to_string().to_upper_camel_case())?;
            let is_allowed = |status| status >= 400;
            let outcome = self.refusing(&own.outcome, &scopes, is_allowed, "a refusal requires 400 or more")?;
            let (docs, name) = (own.docs.clone(), own.name.clone());
            Ok(Refusal { docs, name, outcome, outcome_span: own.outcome.span() })
        });
        std::iter::once(Ok(unknown)).chain(others).collect()
    }

    /// Checks that a request shows of which kind its credentials are: of kinds that share inputs, each larger one has all inputs of the
    /// smaller ones.
    fn is_new_kind(&self, kind: &Ident, source: InputSource, access: &Ident, others: &[InputSource]) -> Result<()> {
        let model = &self.model;
        let fault = |message: String| Diagnostic::new(Code::BadPermission, kind.span(), message);
        if others.contains(&source) {
            let message = format!("`{kind}` is already a kind of credentials of `{access}`");
            return Err(fault(message).help("delete this line"));
        }
        let sharing = |one: InputSource| others.iter().copied().filter(move |own| self.shares_fields(*own, one));
        let Some(shared) = sharing(source).next() else { return Ok(()) };
        // A kind that shares an input with one of several nested kinds shares it with the largest of them.
        let nearby = sharing(source).flat_map(sharing);
        let family: Vec<_> = nearby.chain([source]).collect();
        let is_nested =
            |one: InputSource, other| one == other || model.extends(one, other) || model.extends(other, one);
        if family.iter().all(|one| family.iter().all(|other| is_nested(*one, *other))) {
            return Ok(());
        }
        Err(fault(format!("`{kind}` shares inputs with `{}`", model.name_of(shared)))
            .note("kinds of credentials share inputs only if one has all inputs of the other, and further ones")
            .help("add the missing inputs to one of them, or declare others for it"))
    }

    fn shares_fields(&self, one: InputSource, other: InputSource) -> bool {
        let fields = self.model.fields_of(one);
        self.model.fields_of(other).iter().any(|field| fields.contains(field))
    }

    /// Resolves a header, query parameter or group that contains credentials.
    fn kind_of_credentials(&self, name: &Ident) -> Result<InputSource> {
        let source = self.source(name)?;
        let reason = match source {
            InputSource::Group(id) if self.model.groups[id].kind != GroupKind::AllOrNone => {
                Some(("its kind is not `all_or_none`", "declare it as `all_or_none`"))
            }
            InputSource::Field(id) if self.model.fields[id].flag().is_some() => {
                Some(("a flag proves nothing", "use a header or query parameter with another grammar"))
            }
            InputSource::Group(_) | InputSource::Field(_) => None,
        };
        match reason {
            None => Ok(source),
            Some((note, help)) => {
                let message = format!("`{name}` can't be credentials");
                Err(Diagnostic::new(Code::BadPermission, name.span(), message).note(note).help(help))
            }
        }
    }

    fn operations(&self, access: &ast::Access) -> Result<Vec<Operation>> {
        let mut scope = Scope::new(&[]);
        for operation in &access.operations {
            let name = &operation.name;
            scope.define(name, name.to_string().to_upper_camel_case())?;
            let others = self.model.accesses.iter().flat_map(|other| &other.operations);
            if let Some(other) = others.into_iter().find(|other| other.name == *name) {
                return Err(Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("another access declares it{}", on_line(other.name.span())))
                    .help("rename one of them: an operation belongs to one access"));
            }
        }
        let operations = access.operations.iter();
        Ok(operations.map(|own| Operation { docs: own.docs.clone(), name: own.name.clone() }).collect())
    }

    /// Resolves the outcome of requests that are refused.
    fn refusing(
        &self,
        name: &Ident,
        scopes: &[Owner],
        is_allowed: impl Fn(u16) -> bool,
        rule: &str,
    ) -> Result<Id<Outcome>> {
        let id = self.visible_outcome(name, scopes)?;
        let status = self.model.outcomes[id].status;
        if is_allowed(status) {
            return Ok(id);
        }
        let message = format!("`{name}` has status {status}, but {rule}");
        Err(Diagnostic::new(Code::BadStatus, name.span(), message).help("use an outcome with this status"))
    }

    /// Resolves the permissions that an endpoint needs.
    pub(super) fn permissions(
        &mut self,
        endpoint: &super::ast::Endpoint,
        resource: usize,
        request: &Request,
    ) -> Permissions {
        let (name, permissions) = (&endpoint.name, &endpoint.permissions);
        let resolved = match (permissions.public, &permissions.needs[..]) {
            (None, []) => self.without_permission(name, resource, endpoint.damaged),
            (Some(span), []) if !self.has_access => Err(Diagnostic::new(
                Code::BadPermission,
                span,
                "`public` says nothing here: the spec declares no access",
            )
            .help("delete this line")
            .missing(ACCESS)),
            (Some(_), []) => Ok(Permissions::Public),
            (Some(span), _) => {
                Err(Diagnostic::new(Code::BadPermission, span, format!("`{name}` is public, and needs a permission"))
                    .help("delete `public;`, or delete each `needs`"))
            }
            (None, needs) => self.restricted(needs, resource, request),
        };
        let resolved = resolved.and_then(|permissions| self.reads_no_credentials(permissions, request.inputs));
        self.diagnostics.keep(resolved).unwrap_or(Permissions::Undeclared)
    }

    fn without_permission(&self, name: &Ident, resource: usize, damaged: bool) -> Result<Permissions> {
        if !self.has_access || damaged {
            return Ok(Permissions::Undeclared);
        }
        let message = format!("`{name}` does not say who may send its requests");
        let operations = self.model.accesses.iter().flat_map(|access| &access.operations);
        let operations: Vec<_> = operations.map(|own| own.name.to_string()).collect();
        let operations = suggest::either(&operations.iter().map(String::as_str).collect::<Vec<_>>());
        let parameter = self.model.resources[resource].parameters.first();
        let subject = parameter.map_or_else(String::new, |parameter| format!("({})", parameter.name));
        Err(Diagnostic::new(Code::MissingPermission, name.span(), message)
            .note("in a spec with an access, each endpoint needs a permission or is public")
            .help(format!("add `needs …{subject};` with the operation {operations}, or add `public;`"))
            .missing(ACCESS))
    }

    fn restricted(&mut self, needs: &[ast::Need], resource: usize, request: &Request) -> Result<Permissions> {
        let mut access = None;
        let mut resolved: Vec<Need> = Vec::new();
        for need in needs {
            let (own, operation) = self.operation(&need.operation)?;
            let first = *access.get_or_insert(own);
            if first != own {
                let [first, own] = [first, own].map(|id| &self.model.accesses[id].name);
                let message = format!("`{}` is an operation of `{own}`, not of `{first}`", need.operation);
                return Err(Diagnostic::new(Code::BadPermission, need.operation.span(), message)
                    .note("all permissions of an endpoint belong to one access")
                    .help(format!("use an operation of `{first}`")));
            }
            let subject = need.subject.as_ref().map(|name| self.subject_of(name, resource, request)).transpose()?;
            let condition = need.condition.as_ref().map(|condition| self.on_head(condition, request)).transpose()?;
            let span = need.operation.span();
            let need = Need { operation, subject, condition, span };
            self.is_new_need(&need, &resolved)?;
            resolved.push(need);
        }
        Ok(access.map_or(Permissions::Undeclared, |access| Permissions::Restricted(access, resolved)))
    }

    /// Resolves the outcome of some requests whose callers lack a permission.
    pub(super) fn denial(
        &self,
        denial: &ast::Denial,
        permissions: &Permissions,
        request: &Request,
        scopes: &[Owner],
    ) -> Result<Denial> {
        let outcome_span = denial.outcome.span();
        let can_deny = |id: Id<Access>| self.model.accesses[id].denied.is_some();
        if matches!(permissions, Permissions::Public)
            || matches!(permissions, Permissions::Restricted(id, _) if !can_deny(*id))
        {
            let message = "no caller of this endpoint can lack a permission";
            return Err(Diagnostic::new(Code::BadPermission, outcome_span, message).help("delete this line"));
        }
        let condition = self.on_head(&denial.condition, request)?;
        let is_allowed = |status| matches!(status, 401 | 403 | 404);
        let outcome = self.refusing(&denial.outcome, scopes, is_allowed, "`denied` requires 401, 403 or 404")?;
        Ok(Denial { condition, outcome, outcome_span })
    }

    /// Finds an operation and its access.
    fn operation(&self, name: &Ident) -> Result<(Id<Access>, usize)> {
        let index = |access: &Access| access.operations.iter().position(|own| own.name == *name);
        let found = self.model.accesses.entries().find_map(|(id, access)| Some((id, index(access)?)));
        found.ok_or_else(|| {
            let names = self.model.accesses.iter().flat_map(|access| &access.operations).map(|own| &own.name);
            let fault = unknown(Code::UnknownOperation, name, "operation", names).missing(ACCESS);
            let access = format!(
                "declare `access Name {{ credentials Header; operations {{ {name} }} unknown => Outcome; denied => Outcome; }}`"
            );
            if self.has_access { fault } else { fault.help(access) }
        })
    }

    /// Resolves the path that an operation is about.
    fn subject_of(&self, name: &Ident, resource: usize, request: &Request) -> Result<Subject> {
        let parameters = &self.model.resources[resource].parameters;
        if let Some(index) = parameters.iter().position(|parameter| parameter.name == *name) {
            return Ok(Subject::Parameter(index));
        }
        let inputs = request.inputs.iter().flat_map(|input| self.model.fields_of(input.source));
        let inputs: Vec<_> = inputs.collect();
        let Some(id) = self.model.fields.find(|field| field.name == *name) else {
            let paths = inputs.iter().map(|id| &self.model.fields[*id]).filter(|field| self.names_path(field));
            let names = parameters.iter().map(|parameter| &parameter.name).chain(paths.map(|field| &field.name));
            return Err(unknown(Code::UnknownField, name, "path parameter or input", names));
        };
        let fault = |message: String| Diagnostic::new(Code::BadPermission, name.span(), message);
        if !inputs.contains(&id) {
            return Err(fault(format!("`{name}` is not an input of this endpoint"))
                .help(format!("add `{name}?;` to `request`"))
                .missing(name.to_string()));
        }
        let Some(target) = self.model.fields[id].grammar(&self.model).resource_named() else {
            let parameters: Vec<_> = parameters.iter().map(|own| format!("`{}`", own.name)).collect();
            let own = if parameters.is_empty() { String::new() } else { format!(", or {}", parameters.join(" or ")) };
            return Err(fault(format!("`{name}` is not a path"))
                .note("a permission is about the path in an input whose grammar is `path_to` or `path_of`, or about a path parameter")
                .help(format!("use such an input{own}")));
        };
        let count = self.parameters.iter().find(|(own, _)| own == target).map_or(1, |(_, count)| *count);
        if count != 1 {
            return Err(fault(format!("`{name}` is a path with {count} parameters"))
                .note(format!("it is the path of `{target}`"))
                .help("use an input whose path has one parameter"));
        }
        Ok(Subject::Input(id))
    }

    fn names_path(&self, field: &crate::model::Field) -> bool {
        field.grammar(&self.model).resource_named().is_some()
    }

    /// Resolves a condition that the head of a request decides.
    fn on_head(&self, condition: &super::ast::Condition, request: &Request) -> Result<Condition> {
        let (start, end) = condition.spans();
        let resolved = self.condition(condition, request);
        let resolved = resolved.map_err(|mut faults| faults.swap_remove(0))?;
        let atoms = resolved.atoms();
        let is_about_inputs = |atom: &Atom| matches!(atom, Atom::Present(_) | Atom::Is(..));
        if !atoms.is_empty() && atoms.iter().all(is_about_inputs) {
            return Ok(resolved);
        }
        Err(Diagnostic::new(Code::MisplacedCondition, start, "whether a permission is needed can't depend on this")
            .up_to(end)
            .note("permissions are checked before the body is read and before the handler runs")
            .help("test inputs only, as in `when Name` or `when Name is Variant`"))
    }

    fn is_new_need(&self, need: &Need, others: &[Need]) -> Result<()> {
        let same = |other: &&Need| (other.operation, other.subject) == (need.operation, need.subject);
        let always = |other: &&Need| other.condition.is_none() || need.condition.is_none();
        match others.iter().filter(same).find(always) {
            None => Ok(()),
            Some(other) => Err(Diagnostic::new(Code::BadPermission, need.span, "this permission is needed already")
                .note(format!("it is also needed{}", on_line(other.span)))
                .help("delete the line with `when`, or this one")),
        }
    }

    /// Checks that the credentials of an access are no inputs.
    fn reads_no_credentials(&self, permissions: Permissions, inputs: &[Input]) -> Result<Permissions> {
        let Permissions::Restricted(access, _) = &permissions else { return Ok(permissions) };
        let access = &self.model.accesses[*access];
        let is_read = |input: &&Input| access.credentials.iter().any(|kind| self.shares_fields(*kind, input.source));
        match inputs.iter().find(is_read) {
            None => Ok(permissions),
            Some(input) => {
                let message = format!("`{}` is read twice", input.name);
                Err(Diagnostic::new(Code::DuplicateInput, input.name.span(), message)
                    .note(format!("it contains credentials of `{}`, which the handler does not get", access.name))
                    .help("delete this line"))
            }
        }
    }

    /// The lines for callers that the program refuses, and for those who lack a permission.
    pub(super) fn access_lines(&self, permissions: &Permissions, denial: Option<&Denial>) -> Vec<Line> {
        let Permissions::Restricted(id, needs) = permissions else { return Vec::new() };
        let access = &self.model.accesses[*id];
        let span = needs.first().map_or_else(Span::call_site, |need| need.span);
        let line = |(condition, outcome, outcome_span)| Line {
            condition,
            outcome,
            span,
            end: span,
            outcome_span,
            refuses: true,
        };
        let refusals = access.refusals.iter().enumerate();
        let refusals =
            refusals.map(|(index, own)| (Condition::Atom(Atom::Refused(*id, index)), own.outcome, own.outcome_span));
        let denied = || Condition::Atom(Atom::Denied(*id));
        let denial = denial.map(|own| {
            let condition = Condition::All(vec![denied(), own.condition.clone()]);
            (condition, own.outcome, own.outcome_span)
        });
        let others = access.denied.map(|(outcome, span)| (denied(), outcome, span));
        refusals.chain(denial).chain(others).map(line).collect()
    }

    /// Resolves the caller of an example.
    pub(super) fn caller(&self, caller: &ast::Caller, endpoint: Option<(usize, usize)>) -> Result<Caller> {
        let names = self.model.accesses.iter().map(|access| &access.name);
        let found = self.model.accesses.find(|access| access.name == caller.access);
        let id = found.ok_or_else(|| unknown(Code::UnknownValue, &caller.access, "access", names))?;
        let own = endpoint.map(|(resource, index)| &self.model.resources[resource].endpoints[index].permissions);
        if !matches!(own, Some(Permissions::Undeclared)) && own.is_none_or(|own| !own.concern(id)) {
            let message = format!("this endpoint needs no permission of `{}`", caller.access);
            return Err(
                Diagnostic::new(Code::MisplacedCondition, caller.access.span(), message).help("delete this line")
            );
        }
        let access = &self.model.accesses[id];
        let permitted = match &caller.grant {
            ast::Grant::Permits(permitted) => permitted,
            ast::Grant::Refused(name) => {
                let index = access.refusals.iter().position(|own| own.name == *name);
                let names = access.refusals.iter().skip(1).map(|own| &own.name);
                let fault = || unknown(Code::UnknownValue, name, "refusal", names).words(&[UNKNOWN]);
                let index = index.ok_or_else(fault)?;
                return Ok(Caller::Refused(id, index));
            }
        };
        let operations = &access.operations;
        let index = |name: &Ident| {
            let index = operations.iter().position(|own| own.name == *name);
            let names = operations.iter().map(|own| &own.name);
            index.ok_or_else(|| unknown(Code::UnknownOperation, name, "operation", names))
        };
        Ok(Caller::Permitted(id, permitted.iter().map(index).collect::<Result<_>>()?))
    }
}

impl Permissions {
    /// Whether they are permissions of an access.
    fn concern(&self, id: Id<Access>) -> bool {
        matches!(self, Self::Restricted(own, _) if *own == id)
    }
}
