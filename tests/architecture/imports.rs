//! Who uses whom: every `use` tree, inline path and path inside a macro call, resolved to a room.

use crate::rooms::{self, ADAPTERS, IMPURE};
use crate::{Source, Violation};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Checks one file. Items under `#[cfg(test)]` are free: tests may feed a room with its neighbours.
pub(crate) fn check(source: &Source, file: &syn::File) -> Vec<Violation> {
    let mut finder = Finder { source, module: module_path(&source.path), found: Vec::new() };
    finder.visit_file(file);
    finder.found
}

/// `src/local/reader.rs` is `["local", "reader"]`; the roots are `[]`.
fn module_path(path: &str) -> Vec<String> {
    if rooms::is_root(path) {
        return Vec::new();
    }
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.strip_suffix(".rs").unwrap_or(inside).split('/').map(str::to_owned).collect()
}

struct Finder<'s> {
    source: &'s Source,
    module: Vec<String>,
    found: Vec<Violation>,
}

impl Finder<'_> {
    fn add(&mut self, line: usize, what: String) {
        self.found.push(Violation { path: self.source.path.clone(), line, what });
    }

    /// Judges one path as written; `*` stands for a glob.
    fn judge(&mut self, segments: &[String], line: usize) {
        self.judge_purity(segments, line);
        let Some(target) = self.resolve(segments) else { return };
        let Some(room) = target.first() else {
            return self.add(line, "names the crate root: name the room instead".to_owned());
        };
        self.judge_edge(room, line);
    }

    /// The path from the crate root, if it points into this crate from another module.
    fn resolve(&self, segments: &[String]) -> Option<Vec<String>> {
        match segments.first()?.as_str() {
            "crate" | "$crate" | "watchfire" => Some(segments[1..].to_vec()),
            "super" => {
                let ups = segments.iter().take_while(|s| *s == "super").count();
                let base = self.module.len().checked_sub(ups)?;
                let mut path = self.module[..base].to_vec();
                path.extend_from_slice(&segments[ups..]);
                Some(path)
            }
            _ => None,
        }
    }

    fn judge_edge(&mut self, target: &str, line: usize) {
        if rooms::is_root(&self.source.path) {
            return;
        }
        let Some(from) = rooms::of_path(&self.source.path).and_then(rooms::find) else { return };
        if target == from.name {
            return;
        }
        let Some(to) = rooms::find(target) else {
            return self.add(line, format!("`{}` uses `crate::{target}`, which is not a room", from.name));
        };
        let why = if to.floor > from.floor {
            format!("floor {} may not use floor {}", from.floor, to.floor)
        } else if to.floor == from.floor && !from.beside.contains(&target) {
            format!("no edge between them on floor {}", from.floor)
        } else if to.floor == ADAPTERS && !from.adapters {
            "stories use ports, never adapters".to_owned()
        } else {
            return;
        };
        self.add(line, format!("`{}` uses `{target}`: {why}", from.name));
    }

    fn judge_purity(&mut self, segments: &[String], line: usize) {
        let pure = rooms::of_path(&self.source.path)
            .and_then(rooms::find)
            .is_some_and(|room| room.floor == 0 && !rooms::is_root(&self.source.path));
        if !pure {
            return;
        }
        let impure = IMPURE.iter().any(|bad| {
            bad.len() <= segments.len() && bad.iter().zip(segments).all(|(want, have)| want == have)
        });
        let clock = segments.len() >= 2
            && segments.last().is_some_and(|s| s == "now")
            && ["Timestamp", "Zoned", "Instant", "SystemTime"]
                .contains(&segments[segments.len() - 2].as_str());
        // Addresses are values; sockets are the world.
        let address = segments.len() > 2 && segments[1] == "net" && segments[2].starts_with("Ip");
        if (impure && !address) || clock {
            self.add(line, format!("floor 0 is pure: no `{}`", segments.join("::")));
        }
    }

    fn use_tree(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let with = |ident: &syn::Ident| {
            let mut path = prefix.to_vec();
            path.push(ident.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(prefix, tree)),
            syn::UseTree::Glob(glob) => {
                let mut path = prefix.to_vec();
                path.push("*".to_owned());
                let line = glob.star_token.spans[0].start().line;
                self.judge_use(&path, line);
            }
            syn::UseTree::Name(name) => self.judge_use(&with(&name.ident), name.ident.span().start().line),
            syn::UseTree::Rename(name) => self.judge_use(&with(&name.ident), name.ident.span().start().line),
        }
    }

    /// A `use` path: `self` at the end names what stands before it, a glob over the root names every room.
    fn judge_use(&mut self, path: &[String], line: usize) {
        let mut path = path.to_vec();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let glob_of_root = path.last().is_some_and(|last| last == "*")
            && self.resolve(&path).is_some_and(|target| target.len() == 1);
        if glob_of_root {
            return self.add(line, "imports every room at once: name the room".to_owned());
        }
        self.judge(&path, line);
    }

    /// Macro input is not parsed as code, so paths in it are found token by token.
    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let line = first.span().start().line;
                    let (path, next) = path_from(&tokens, at);
                    if path.len() > 1 {
                        self.judge(&path, line);
                    }
                    at = next;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// The `a::b::c` that starts at token `at`, and the index after it.
fn path_from(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    let colon = |i: usize| matches!(tokens.get(i), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        path.push(ident.to_string());
        at += 1;
        if !(colon(at) && colon(at + 1)) {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// Whether an attribute list holds `#[cfg(test)]` (alone or inside `all(..)`) or `#[test]`.
pub(crate) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("cfg") {
            let text = match &attribute.meta {
                syn::Meta::List(list) => list.tokens.to_string(),
                _ => String::new(),
            };
            return text == "test" || text.starts_with("all (test") || text.starts_with("all(test");
        }
        path.segments.last().is_some_and(|last| last.ident == "test" || last.ident == "rstest")
    })
}

/// The attributes of an item, whatever its kind.
pub(crate) fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("path")) {
            self.add(item.ident.span().start().line, "`#[path]` hides where a file stands".to_owned());
        }
        // A file's own module path already holds its name; only inline modules go one deeper.
        if item.content.is_some() {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&[], &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.add(item.ident.span().start().line, "`extern crate` gives a room a second name".to_owned());
    }

    /// `pub(crate)` and `pub(super)` are no uses.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if segments.len() > 1 {
            self.judge(&segments, path.segments[0].ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}
