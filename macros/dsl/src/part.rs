//! A spec of several files.
//!
//! `part stream::create;` stands for the clauses in the `part! { … }` of the file stream/create.rs. The path is relative to the folder of
//! the file that names the part. A part can stand between items, and between the clauses of an item.
//!
//! If a procedural macro read a file, its tokens would have no positions. So each part is a module whose macro `tokens` passes them on:
//!
//! ```text
//! protocol! { … part stream; … }
//!     ─▶  part_stream::tokens! { protocol … part stream; … }
//!     ─▶  assemble! { { the tokens of stream.rs } protocol … part stream; … }
//!     ─▶  the same for the next part, and at last `protocol! { … }` with all tokens
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use std::io;
use std::path::{Path, PathBuf};

/// A clause `part a::b;`.
#[derive(Clone)]
struct Part {
    /// The modules of the files in which the clause stands, if it does not stand in the file with `protocol!`.
    within: Vec<Ident>,
    /// The names in the clause.
    path: Vec<Ident>,
}

impl Part {
    /// Reads a clause at the beginning of `trees`. Returns it with its number of tokens. The clause before it may lack its end, which is
    /// then reported there.
    fn read(trees: &[TokenTree]) -> Option<(Self, usize)> {
        let [TokenTree::Ident(word), rest @ ..] = trees else { return None };
        let end = (word == "part").then(|| rest.iter().position(|tree| is_punct(tree, ';')))??;
        let (within, path) = match &rest[..end] {
            [TokenTree::Group(within), path @ ..] => (path_of(&within.stream().into_iter().collect::<Vec<_>>())?, path),
            path => (Vec::new(), path),
        };
        Some((Self { within, path: path_of(path)? }, end + 2))
    }

    /// The clause in the tokens of a spec, with the modules in which it stands.
    fn within(&self, modules: &[Ident]) -> TokenStream {
        let path = &self.path;
        quote!(part [#(#modules)::*] #(#path)::*;)
    }

    /// The file, relative to the folder of the file in which the clause stands.
    fn file(&self) -> PathBuf {
        self.path.iter().map(ToString::to_string).collect::<PathBuf>().with_extension("rs")
    }

    /// The modules from the file with `protocol!` to the file of the part.
    fn modules(&self) -> Vec<Ident> {
        self.within.iter().cloned().chain([self.module()]).collect()
    }

    fn module(&self) -> Ident {
        let names: Vec<_> = self.path.iter().map(ToString::to_string).collect();
        format_ident!("part_{}", names.join("_"), span = self.span())
    }

    /// The declaration of the module, for the file in which the clause stands.
    fn declaration(&self) -> TokenStream {
        let (module, file) = (self.module(), self.file().display().to_string());
        quote_spanned!(self.span()=> #[doc(hidden)] #[path = #file] pub(crate) mod #module;)
    }

    fn span(&self) -> Span {
        self.path.last().map_or_else(Span::call_site, Ident::span)
    }
}

/// Reads `a::b`.
fn path_of(trees: &[TokenTree]) -> Option<Vec<Ident>> {
    let names = trees.split(|tree| is_punct(tree, ':')).step_by(2);
    names.map(|name| if let [TokenTree::Ident(name)] = name { Some(name.clone()) } else { None }).collect()
}

fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// The depth of the blocks in which a part can stand: items, and the clauses of an item.
const DEPTH: usize = 1;

/// Replaces each part for which `replacement` returns tokens.
fn replace(spec: TokenStream, depth: usize, replacement: &mut dyn FnMut(&Part) -> Option<TokenStream>) -> TokenStream {
    let trees: Vec<TokenTree> = spec.into_iter().collect();
    let mut replaced = TokenStream::new();
    let mut rest = &trees[..];
    while let [tree, ..] = rest {
        let (length, tokens) = match Part::read(rest) {
            Some((part, length)) => (length, replacement(&part)),
            None => (1, in_block(tree, depth, replacement)),
        };
        let (clause, others) = rest.split_at(length);
        replaced.extend(tokens.unwrap_or_else(|| clause.iter().cloned().collect()));
        rest = others;
    }
    replaced
}

/// Replaces parts in a block. Returns nothing if none is replaced, so that the other blocks keep the positions of their braces.
fn in_block(
    tree: &TokenTree,
    depth: usize,
    replacement: &mut dyn FnMut(&Part) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let block = braces(tree).filter(|_| depth > 0)?;
    let mut found = false;
    let tokens = replace(block.stream(), depth - 1, &mut |part| {
        let tokens = replacement(part);
        found |= tokens.is_some();
        tokens
    });
    let mut replaced = Group::new(Delimiter::Brace, tokens);
    replaced.set_span(block.span());
    found.then(|| TokenTree::from(replaced).into())
}

fn braces(tree: &TokenTree) -> Option<&Group> {
    if let TokenTree::Group(group) = tree {
        Some(group).filter(|group| group.delimiter() == Delimiter::Brace)
    } else {
        None
    }
}

/// The parts of a spec, or of a part.
fn parts(tokens: &TokenStream) -> Vec<Part> {
    let mut parts = Vec::new();
    replace(tokens.clone(), DEPTH, &mut |part| {
        parts.push(part.clone());
        None
    });
    parts
}

/// Replaces the first part of `spec` by its tokens.
fn replace_first(spec: TokenStream, tokens: &TokenStream) -> TokenStream {
    let mut tokens = Some(tokens.clone());
    replace(spec, DEPTH, &mut |part| {
        let modules = part.modules();
        Some(replace(tokens.take()?, DEPTH, &mut |inner| Some(inner.within(&modules))))
    })
}

/// A spec that is read from files, outside rustc.
pub struct Assembled {
    /// The tokens in `protocol!`, with those of the parts.
    pub tokens: TokenStream,
    /// The file with `protocol!`, and those of the parts.
    pub files: Vec<PathBuf>,
}

impl Assembled {
    /// Reads the spec in the file `path`. `text` returns the text of a file.
    ///
    /// # Errors
    /// If a file can't be read, is not Rust, or does not call `protocol!` or `part!` exactly once.
    pub fn read(path: &Path, text: &dyn Fn(&Path) -> io::Result<String>) -> io::Result<Self> {
        let mut files = Vec::new();
        let tokens = contents("protocol", path, text, &mut files)?;
        Ok(Self { tokens, files })
    }
}

/// The tokens of a file and its parts.
fn contents(
    name: &str,
    path: &Path,
    text: &dyn Fn(&Path) -> io::Result<String>,
    files: &mut Vec<PathBuf>,
) -> io::Result<TokenStream> {
    let in_file = |error: String| io::Error::other(format!("{}: {error}", path.display()));
    if files.iter().any(|file| file == path) {
        return Err(in_file("the file is a part twice".to_owned()));
    }
    let source = text(path).map_err(|error| in_file(error.to_string()))?;
    let tokens = crate::tokens_of(name, &source).map_err(|error| in_file(error.to_string()))?;
    files.push(path.to_owned());
    let mut result = Ok(());
    let assembled = replace(tokens, DEPTH, &mut |part| {
        let file = path.with_file_name("").join(part.file());
        let tokens = contents("part", &file, text, files);
        tokens.map_err(|error| result = Err(error)).ok()
    });
    result.map(|()| assembled)
}

/// The expansion of `protocol! { … }`.
#[must_use]
pub fn protocol(spec: TokenStream) -> TokenStream {
    let parts = parts(&spec);
    if parts.is_empty() {
        return crate::compile(spec);
    }
    let modules: TokenStream = parts.iter().map(Part::declaration).collect();
    let rest = next(&origin(&spec), spec);
    quote!(#modules #rest)
}

/// The expansion of `part! { … }`: the macro that passes on its tokens.
#[must_use]
pub fn part(tokens: TokenStream) -> TokenStream {
    let modules: TokenStream = parts(&tokens).iter().map(Part::declaration).collect();
    quote! {
        #modules
        macro_rules! tokens {
            ($($spec:tt)*) => { ::macros::assemble! { { #tokens } $($spec)* } };
        }
        pub(crate) use tokens;
    }
}

/// The expansion of `assemble! { { the tokens of the first part } protocol … }`.
#[must_use]
pub fn assemble(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(part)), Some(TokenTree::Ident(origin))) => {
            next(&origin, replace_first(trees.collect(), &part.stream()))
        }
        _ => quote!(::core::compile_error! { "`assemble!` is called only by the expansion of `part!`" }),
    }
}

/// The word `protocol` of the spec, or another one with a span in the same file.
fn origin(spec: &TokenStream) -> Ident {
    let word = spec.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Ident(word) if word == "protocol" => Some(word),
        _ => None,
    });
    let first = spec.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
    word.unwrap_or_else(|| Ident::new("protocol", first))
}

/// Passes the spec to its next part, or to `protocol!`, as if that were called where `origin` is: rustc shows the call with some errors.
fn next(origin: &Ident, spec: TokenStream) -> TokenStream {
    match parts(&spec).first() {
        Some(part) => {
            let modules = part.modules();
            quote_spanned!(part.span()=> #(#modules)::*::tokens! { #origin #spec })
        }
        None => {
            let spec = located(spec, origin.span());
            quote_spanned!(origin.span()=> ::macros::protocol! { #spec })
        }
    }
}

/// Removes from all spans the macro calls through which the tokens came, which rustc would show with each fault.
fn located(tokens: TokenStream, origin: Span) -> TokenStream {
    let locate = |mut tree: TokenTree| {
        let span = origin.located_at(tree.span());
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), located(group.stream(), origin)).into();
        }
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(locate).collect()
}
