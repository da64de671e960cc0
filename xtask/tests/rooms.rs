//! What the source files use is what ARCHITECTURE.md draws: arrows between rooms go one way, and there are no circles,
//! neither between the rooms of a crate nor between the modules inside a room.
//!
//! A room is a module with all that is below it. The file that declares its modules uses them, and they use what it
//! holds for all of them: only arrows between siblings count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Token, UseTree};

/// A way from the root of a crate to a module or an item.
type Names = Vec<String>;

/// The modules that each module uses, and the first file in which it does.
type Arrows = BTreeMap<(String, String), PathBuf>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// A module, without what is compiled for tests only.
struct Module {
    names: Names,
    file: PathBuf,
    children: BTreeMap<String, Module>,
    items: BTreeSet<String>,
    /// What it takes from elsewhere in the crate, by the name that this has here: modules below may use it from here.
    imports: BTreeMap<String, Names>,
    /// The modules of which it takes all that they export.
    globs: Vec<Names>,
    /// What its own lines use of the crate.
    uses: Vec<Names>,
}

impl Module {
    /// The root of a crate.
    fn of_crate(source: &str) -> Self {
        let source = root().join(source);
        let file = ["lib.rs", "main.rs"].map(|name| source.join(name)).into_iter().find(|file| file.exists());
        let file = file.unwrap_or_else(|| panic!("no crate in {}", source.display()));
        Self::read(Names::new(), &file, &source, &parse(&file))
    }

    /// A module whose modules are in `folder`.
    fn read(names: Names, file: &Path, folder: &Path, items: &[Item]) -> Self {
        let mut own = Self {
            names,
            file: file.into(),
            children: BTreeMap::new(),
            items: items.iter().filter_map(name).collect(),
            imports: BTreeMap::new(),
            globs: vec![],
            uses: vec![],
        };
        for item in items {
            let Item::Mod(module) = item else { continue };
            if module.attrs.iter().any(is_test) {
                continue;
            }
            let name = module.ident.to_string();
            let (names, below) = ([own.names.clone(), vec![name.clone()]].concat(), folder.join(&name));
            let child = match &module.content {
                Some((_, items)) => Self::read(names, file, &below, items),
                None => {
                    let file = folder.join(format!("{name}.rs"));
                    Self::read(names, &file, &below, &parse(&file))
                }
            };
            own.children.insert(name, child);
        }
        let mut uses = Uses::default();
        items.iter().filter(|item| !matches!(item, Item::Mod(_))).for_each(|item| uses.visit_item(item));
        for (name, path) in &uses.imports {
            match (own.absolute(path), name.as_str()) {
                (Some(path), "*") => own.globs.push(path[..path.len() - 1].to_vec()),
                (Some(path), _) => drop(own.imports.insert(name.clone(), path)),
                (None, _) => {}
            }
        }
        own.uses = uses.paths.iter().filter_map(|path| own.absolute(path)).collect();
        own
    }

    /// The names from the root of the crate, if a path in this module leads to something in the crate.
    fn absolute(&self, path: &[String]) -> Option<Names> {
        let (above, rest) = match path[0].as_str() {
            "crate" => (self.names.len(), &path[1..]),
            "self" => (0, &path[1..]),
            "super" => {
                let above = path.iter().take_while(|part| *part == "super").count();
                (above, &path[above..])
            }
            name => self.children.contains_key(name).then_some((0, path))?,
        };
        // Inside of a macro that writes a module, `super` may be meant from there.
        let from = &self.names[..self.names.len().checked_sub(above)?];
        Some([from, rest].concat())
    }

    /// The module in which something is, wherever it is exported again. Asked of the root of the crate.
    fn resolve(&self, path: &[String]) -> Names {
        let mut module = self;
        for (at, name) in path.iter().enumerate() {
            if let Some(child) = module.children.get(name) {
                module = child;
            } else if let Some(import) = module.import(name, self) {
                return self.resolve(&[&import, &path[at + 1..]].concat());
            } else {
                break;
            }
        }
        module.names.clone()
    }

    /// What a name stands for that a module has from elsewhere.
    fn import(&self, name: &String, of_crate: &Self) -> Option<Names> {
        let by_glob = || {
            let has = |glob: &&Names| of_crate.module(glob).is_some_and(|from| from.items.contains(name));
            Some([&self.globs.iter().find(has)?[..], std::slice::from_ref(name)].concat())
        };
        self.imports.get(name).cloned().or_else(by_glob)
    }

    fn module(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |module, name| module.children.get(name))
    }

    /// It and all modules below it.
    fn all(&self) -> Vec<&Self> {
        let below = self.children.values().flat_map(Self::all);
        [self].into_iter().chain(below).collect()
    }

    /// The arrows between its modules.
    fn arrows(&self, of_crate: &Self) -> Arrows {
        let mut arrows = Arrows::new();
        let depth = self.names.len();
        for (name, child) in &self.children {
            for module in child.all() {
                for used in module.uses.iter().map(|path| of_crate.resolve(path)) {
                    if used.len() > depth && used.starts_with(&self.names) && used[depth] != *name {
                        arrows.entry((name.clone(), used[depth].clone())).or_insert_with(|| module.file.clone());
                    }
                }
            }
        }
        arrows
    }
}

fn parse(file: &Path) -> Vec<Item> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).items
}

/// The name of an item.
fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// Whether something is compiled for tests only.
fn is_test(attribute: &Attribute) -> bool {
    let list = attribute.meta.require_list();
    list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
}

/// The paths that the items of a module use.
#[derive(Default)]
struct Uses {
    paths: Vec<Names>,
    /// Those of its `use` lines, by the names that they give.
    imports: Vec<(String, Names)>,
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !item.attrs.iter().any(is_test) {
            let imports = imports(&item.tree);
            self.paths.extend(imports.iter().map(|(_, path)| path.clone()));
            self.imports.extend(imports);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // What `quote!` is given is used by the program that it writes.
        if !call.path.is_ident("quote")
            && let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        {
            arguments.iter().for_each(|argument| self.paths.extend(paths(argument)));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

/// The paths in an argument of a macro.
fn paths(argument: &Expr) -> Vec<Names> {
    let mut uses = Uses::default();
    uses.visit_expr(argument);
    uses.paths
}

/// The paths of a `use`, by the names that it gives.
fn imports(tree: &UseTree) -> Vec<(String, Names)> {
    match tree {
        UseTree::Path(path) => {
            let start = path.ident.to_string();
            let below = |(name, rest): (String, Names)| match name.as_str() {
                "self" => (start.clone(), vec![start.clone()]),
                _ => (name, [vec![start.clone()], rest].concat()),
            };
            imports(&path.tree).into_iter().map(below).collect()
        }
        UseTree::Name(name) => vec![(name.ident.to_string(), vec![name.ident.to_string()])],
        UseTree::Rename(name) => vec![(name.rename.to_string(), vec![name.ident.to_string()])],
        UseTree::Glob(_) => vec![("*".to_owned(), vec!["*".to_owned()])],
        UseTree::Group(group) => group.items.iter().flat_map(imports).collect(),
    }
}

/// The levels of rooms that ARCHITECTURE.md draws, from the ground up.
fn drawn_levels() -> Vec<BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let drawing =
        text.lines().find(|line| line.trim_start().starts_with("report ◀")).expect("the drawing of the rooms");
    drawing.split('◀').map(|level| level.split(',').map(|room| room.trim().to_owned()).collect()).collect()
}

const CRATES: [&str; 17] = [
    "app/src",
    "macros/dsl/src",
    "macros/wire/src",
    "runtime/native/src",
    "runtime/segment/src",
    "runtime/src",
    "runtime/subscriptions/src",
    "xtask/access/src",
    "xtask/admin/src",
    "xtask/bench/src",
    "xtask/docs/src",
    "xtask/e2e/src",
    "xtask/evolution/src",
    "xtask/src",
    "xtask/token/src",
    "xtask/torture/src",
    "xtask/transfer/src",
];

#[test]
fn the_rooms_of_the_runtime_are_as_drawn() {
    let runtime = Module::of_crate("runtime/src");
    let levels = drawn_levels();
    let level = |room: &str| {
        let level = levels.iter().position(|rooms| rooms.contains(room));
        level.unwrap_or_else(|| panic!("ARCHITECTURE.md does not draw the room `{room}`"))
    };
    let arrows = runtime.arrows(&runtime);
    assert!(arrows.len() > 30, "only {} arrows were found", arrows.len());
    for ((room, used), file) in &arrows {
        assert!(level(used) < level(room), "`{room}` uses `{used}`, which is not below it, in {}", file.display());
    }
    let drawn: BTreeSet<&String> = levels.iter().flatten().collect();
    assert_eq!(drawn, runtime.children.keys().collect(), "the drawn rooms are not those of `runtime/src/lib.rs`");
}

/// The grammars of the compiler: each file takes one grammar through all passes, so that a new grammar is a new file. Its
/// arrows, which go both ways, are not counted.
const ACROSS_ALL_PASSES: (&str, &str) = ("macros/dsl/src", "grammar");

#[test]
fn no_room_has_a_circle_of_modules() {
    let circles: BTreeMap<String, String> = CRATES.iter().flat_map(|source| circles(source)).collect();
    assert!(circles.is_empty(), "{}", circles.into_values().collect::<String>());
}

/// The circles between the modules of each room of a crate, as text, by the room.
fn circles(source: &str) -> BTreeMap<String, String> {
    let of_crate = Module::of_crate(source);
    let shown = |file: &Path| file.strip_prefix(root()).expect("a file of the workspace").display().to_string();
    let circle = |room: &Module| {
        let mut arrows = room.arrows(&of_crate);
        arrows.retain(|(from, to), _| ![from, to].into_iter().any(|room| (source, &**room) == ACROSS_ALL_PASSES));
        let arrows = circular(arrows);
        let lines = arrows.iter().map(|((from, to), file)| format!("  {from} → {to} in {}\n", shown(file)));
        let lines: String = lines.collect();
        let room = [&[source.to_owned()], &room.names[..]].concat().join("/");
        (!lines.is_empty())
            .then(|| (room.clone(), format!("circles between the modules of {room}, and what joins them:\n{lines}")))
    };
    of_crate.all().into_iter().filter_map(circle).collect()
}

/// The arrows of circles, and between circles.
fn circular(mut arrows: Arrows) -> Arrows {
    loop {
        let (froms, tos): (BTreeSet<_>, BTreeSet<_>) = arrows.keys().cloned().unzip();
        let before = arrows.len();
        arrows.retain(|(from, to), _| tos.contains(from) && froms.contains(to));
        if arrows.len() == before {
            return arrows;
        }
    }
}
