//! What the source files use is what ARCHITECTURE.md draws: arrows between rooms go one way, and there are no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// The rooms that each room uses, and the first file in which it does.
type Arrows = BTreeMap<(String, String), PathBuf>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// The modules at the top of a crate.
struct Crate {
    source: PathBuf,
    rooms: BTreeSet<String>,
    /// Names that the root of the crate exports, by the room that they come from.
    exports: BTreeMap<String, String>,
}

impl Crate {
    fn read(source: &str) -> Self {
        let source = root().join(source);
        let file = ["lib.rs", "main.rs"].map(|name| source.join(name)).into_iter().find(|file| file.exists());
        let items = parse(&file.unwrap_or_else(|| panic!("no crate in {}", source.display()))).items;
        let rooms = items.iter().filter_map(|item| match item {
            Item::Mod(module) => Some(module.ident.to_string()),
            _ => None,
        });
        let mut own = Self { source, rooms: rooms.collect(), exports: BTreeMap::new() };
        for item in &items {
            let Item::Use(item) = item else { continue };
            if !matches!(item.vis, Visibility::Inherited) {
                for path in paths(&item.tree) {
                    let path: Vec<_> = path.into_iter().filter(|part| part != "crate" && part != "self").collect();
                    own.exports.insert(path[path.len() - 1].clone(), path[0].clone());
                }
            }
        }
        own
    }

    /// The arrows between the rooms of the crate.
    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for room in &self.rooms {
            for file in files(&self.source, room) {
                let nested = file.strip_prefix(&self.source).expect("a file of the crate").components().count() - 1;
                for used in self.used(&file, nested) {
                    if used != *room {
                        arrows.entry((room.clone(), used)).or_insert_with(|| file.clone());
                    }
                }
            }
        }
        arrows
    }

    /// The rooms that a file uses.
    fn used(&self, file: &Path, nested: usize) -> BTreeSet<String> {
        let mut uses = Uses::default();
        uses.visit_file(&parse(file));
        let room = |path: Vec<String>| {
            let above = path.iter().take_while(|part| *part == "super").count();
            let name = match path[0].as_str() {
                "crate" => path.get(1)?,
                // Out of its room, to the root of the crate.
                "super" if above == nested + 1 => path.get(above)?,
                _ => return None,
            };
            self.rooms.get(name).or_else(|| self.exports.get(name)).cloned()
        };
        uses.0.into_iter().filter_map(room).collect()
    }
}

fn parse(file: &Path) -> syn::File {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files of a room: the one with its name, and all in the folder with its name.
fn files(source: &Path, room: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = iter::once(source.join(format!("{room}.rs"))).filter(|file| file.exists()).collect();
    let mut folders: Vec<_> = iter::once(source.join(room)).filter(|folder| folder.exists()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder that can be read") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "{room} has no files");
    files
}

/// The paths that are used, but for those that only tests use.
#[derive(Default)]
struct Uses(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Uses {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = |attribute: &Attribute| {
            attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
        };
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !attributes.iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_use_tree(&mut self, tree: &'ast UseTree) {
        self.0.extend(paths(tree));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

/// The paths of a `use`.
fn paths(tree: &UseTree) -> Vec<Vec<String>> {
    match tree {
        UseTree::Path(path) => {
            let start = path.ident.to_string();
            paths(&path.tree).into_iter().map(|rest| [vec![start.clone()], rest].concat()).collect()
        }
        UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        UseTree::Rename(name) => vec![vec![name.ident.to_string()]],
        UseTree::Glob(_) => vec![vec!["*".to_owned()]],
        UseTree::Group(group) => group.items.iter().flat_map(paths).collect(),
    }
}

/// The levels of rooms that ARCHITECTURE.md draws, from the ground up.
fn drawn_levels() -> Vec<BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let drawing =
        text.lines().find(|line| line.trim_start().starts_with("report ◀")).expect("the drawing of the rooms");
    drawing.split('◀').map(|level| level.split(',').map(|room| room.trim().to_owned()).collect()).collect()
}

const CRATES: [&str; 11] = [
    "macros/dsl/src",
    "macros/wire/src",
    "runtime/native/src",
    "runtime/segment/src",
    "runtime/src",
    "xtask/bench/src",
    "xtask/docs/src",
    "xtask/e2e/src",
    "xtask/evolution/src",
    "xtask/src",
    "xtask/torture/src",
];

#[test]
fn the_rooms_of_the_runtime_are_as_drawn() {
    let runtime = Crate::read("runtime/src");
    let levels = drawn_levels();
    let level = |room: &str| {
        let level = levels.iter().position(|rooms| rooms.contains(room));
        level.unwrap_or_else(|| panic!("ARCHITECTURE.md does not draw the room `{room}`"))
    };
    let arrows = runtime.arrows();
    assert!(arrows.len() > 30, "only {} arrows were found", arrows.len());
    for ((room, used), file) in &arrows {
        assert!(level(used) < level(room), "`{room}` uses `{used}`, which is not below it, in {}", file.display());
    }
    let drawn: BTreeSet<String> = levels.iter().flatten().cloned().collect();
    assert_eq!(drawn, runtime.rooms, "the drawn rooms are not those of `runtime/src/lib.rs`");
}

#[test]
fn no_crate_has_a_circle_of_modules() {
    let circles: Vec<String> = CRATES.iter().filter_map(|source| circle(source)).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// The rooms of a crate that are in a circle, or use one that is.
fn circle(source: &str) -> Option<String> {
    let arrows = Crate::read(source).arrows();
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (room, used) in arrows.keys() {
        left.entry(room).or_default().insert(used);
    }
    // A room that uses none of those that are left is in no circle.
    while let Some((&free, _)) = left.iter().find(|(_, used)| !used.iter().any(|room| left.contains_key(room))) {
        left.remove(free);
    }
    let names: Vec<&str> = left.keys().copied().collect();
    left.values_mut().for_each(|used| used.retain(|room| names.contains(room)));
    (!left.is_empty()).then(|| format!("a circle in {source}: {left:?}"))
}
