//! How long things may be: files and functions without tests, and the reason that buys more.

use crate::imports::{attributes, is_test};
use crate::rooms::{self, BINARY_LINES};
use crate::{Source, Violation};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Lines without a reason, and with one.
struct Budget {
    plain: usize,
    reasoned: usize,
}

const FILE: Budget = Budget { plain: 400, reasoned: 600 };
const FUNCTION: Budget = Budget { plain: 40, reasoned: 80 };

/// Every file says what it is for.
pub(crate) fn check_doc(source: &Source, _file: &syn::File) -> Option<Violation> {
    if source.text.starts_with("//!") {
        return None;
    }
    let what = "starts without `//!`: say what the file is for".to_owned();
    Some(Violation { path: source.path.clone(), line: 1, what })
}

/// Files that hold only tests: declared as `#[cfg(test)] mod name;` by another file.
pub(crate) fn test_only_files(parsed: &[(&Source, syn::File)]) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for (source, file) in parsed {
        let dir = if rooms::is_root(&source.path) {
            "src".to_owned()
        } else {
            source.path.strip_suffix(".rs").unwrap_or(&source.path).to_owned()
        };
        for item in &file.items {
            if let syn::Item::Mod(module) = item
                && module.content.is_none()
                && is_test(&module.attrs)
            {
                files.insert(format!("{dir}/{}.rs", module.ident));
            }
        }
    }
    files
}

/// Checks the file's length and that of each of its functions.
pub(crate) fn check_sizes(source: &Source, file: &syn::File) -> Vec<Violation> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut meter = Meter { source, lines: &lines, found: Vec::new() };
    meter.file(file);
    meter.visit_file(file);
    meter.found
}

struct Meter<'s> {
    source: &'s Source,
    lines: &'s [&'s str],
    found: Vec<Violation>,
}

impl Meter<'_> {
    fn file(&mut self, file: &syn::File) {
        let tests: usize = file
            .items
            .iter()
            .filter(|item| is_test(attributes(item)))
            .map(|item| lines_of(item.span()))
            .sum();
        let length = self.lines.len() - tests;
        if rooms::is_binary(&self.source.path) && length > BINARY_LINES {
            self.add(1, format!("a binary joins rooms: {length} lines are over {BINARY_LINES}"));
        }
        let first_item = file.items.first().map_or(self.lines.len(), |item| item.span().start().line - 1);
        let reason = self.lines[..first_item].iter().any(|line| is_reason(line));
        self.judge("file", length, reason, &FILE, 1);
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let first = signature.span().start().line;
        let length = body.span().end().line - first + 1;
        // Directly above: only attributes and docs may stand between the reason and the signature.
        let reason = self.lines[..first - 1]
            .iter()
            .rev()
            .map(|line| line.trim_start())
            .take_while(|line| line.starts_with("//") || line.starts_with("#["))
            .any(is_reason);
        self.judge(&format!("function `{}`", signature.ident), length, reason, &FUNCTION, first);
    }

    fn judge(&mut self, what: &str, length: usize, reason: bool, budget: &Budget, line: usize) {
        if length > budget.reasoned {
            self.add(
                line,
                format!("{what}: {length} lines are over {}, whatever the reason", budget.reasoned),
            );
        } else if length > budget.plain && !reason {
            self.add(
                line,
                format!("{what}: {length} lines are over {} with no `// size: why`", budget.plain),
            );
        }
    }

    fn add(&mut self, line: usize, what: String) {
        self.found.push(Violation { path: self.source.path.clone(), line, what });
    }
}

fn is_reason(line: &str) -> bool {
    line.trim_start().strip_prefix("// size:").is_some_and(|why| why.trim().len() >= 8)
}

fn lines_of(span: proc_macro2::Span) -> usize {
    span.end().line - span.start().line + 1
}

impl<'ast> Visit<'ast> for Meter<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
