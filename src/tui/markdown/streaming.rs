//! How much of a growing answer is settled: whole lines, but for a table that has not ended.

/// Bytes of `text` that further text cannot turn into something else in front of the reader's eyes.
pub(super) fn whole(text: &str) -> usize {
    let end = text.rfind('\n').map_or(0, |at| at + 1);
    let committed = &text[..end];
    if in_fence(committed) {
        // A line of code is plain anyway, unless it may become the fence that ends it.
        let is_fence = text[end..].trim_start().starts_with(['`', '~']);
        return if is_fence { end } else { text.len() };
    }
    unfinished_table(committed).unwrap_or(end)
}

/// Whether the text ends inside a fenced block.
fn in_fence(text: &str) -> bool {
    let mut open: Option<&str> = None;
    for line in text.lines().map(str::trim_start) {
        let fence = ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence));
        open = match (open, fence) {
            (None, fence) => fence,
            (Some(mark), Some(fence)) if mark == fence => None,
            (open, _) => open,
        };
    }
    open.is_some()
}

/// Where the table begins that the last lines belong to: it ends with a blank line only.
fn unfinished_table(text: &str) -> Option<usize> {
    let mut start = text.len();
    let (mut begin, mut below_is_ruler) = (None, false);
    for line in text.split_inclusive('\n').rev().take_while(|line| !line.trim().is_empty()) {
        start -= line.len();
        // What begins with a bar may become a heading of a table with the next line.
        let starts = line.trim_start().starts_with('|') || (below_is_ruler && line.contains('|'));
        if starts {
            begin = Some(start);
        }
        below_is_ruler = is_ruler(line);
    }
    begin
}

/// `|---|:-:|`.
fn is_ruler(line: &str) -> bool {
    line.contains('-') && line.contains('|') && line.trim().chars().all(|c| "|:- ".contains(c))
}
