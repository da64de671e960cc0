//! Line breaks and indentation.

use super::lexeme::{Kind, Lexeme};
use super::spacing::touch;
use super::{STEP, WIDTH};
use proc_macro2::Delimiter;

/// Maximum columns of a condition whose `=>` is aligned with others. A longer one keeps its own column.
const CONDITION_WIDTH: usize = WIDTH / 2;

/// Formats the contents of braces that are on separate lines. The closing brace is indented by `indent` columns.
pub(super) fn block(inside: &[Lexeme], indent: usize) -> String {
    if inside.is_empty() {
        return String::new();
    }
    let mut lines = Lines { indent: indent + STEP, text: String::new(), shared: None };
    let clauses = clauses(inside);
    let column = arrow_column(&clauses);
    for (index, clause) in clauses.iter().enumerate() {
        lines.clause(clause, column, index == 0);
    }
    lines.text.push('\n');
    lines.text.push_str(&" ".repeat(indent));
    lines.text
}

/// Splits a block into clauses. A comment between two clauses counts as a clause.
fn clauses<'a, 'b>(inside: &'a [Lexeme<'b>]) -> Vec<&'a [Lexeme<'b>]> {
    let (mut clauses, terminator) = (Vec::new(), terminator(inside));
    let mut rest = inside;
    while !rest.is_empty() {
        let (clause, after) = rest.split_at(clause_length(rest, terminator));
        clauses.push(clause);
        rest = after;
    }
    clauses
}

/// Returns what ends the clauses of a block. If it is a semicolon, commas separate the names within a clause.
fn terminator(inside: &[Lexeme]) -> &'static str {
    let mut at = 0;
    while let Some(lexeme) = inside.get(at) {
        if lexeme.is(";") {
            return ";";
        }
        at += if matches!(lexeme.kind, Kind::Open(_)) { group_length(&inside[at..]) } else { 1 };
    }
    ","
}

fn clause_length(rest: &[Lexeme], terminator: &str) -> usize {
    let stands_on_line = |next: Option<&Lexeme>| next.is_none_or(|next| next.breaks > 0);
    if rest[0].ends_line() || rest[0].kind == Kind::Comment && stands_on_line(rest.get(1)) {
        return 1;
    }
    let mut at = 0;
    while at < rest.len() {
        let lexeme = &rest[at];
        let braced = lexeme.kind == Kind::Open(Delimiter::Brace);
        at += if matches!(lexeme.kind, Kind::Open(_)) { group_length(&rest[at..]) } else { 1 };
        let continues =
            |next: &Lexeme| matches!(next.kind, Kind::Terminator | Kind::Operator) && !next.text.starts_with('#');
        if lexeme.is(terminator) || braced && !rest.get(at).is_some_and(continues) {
            break;
        }
    }
    at
}

/// Returns the length from an opening delimiter to the matching closing one.
fn group_length(rest: &[Lexeme]) -> usize {
    let mut depth = 0;
    for (index, lexeme) in rest.iter().enumerate() {
        match lexeme.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    rest.len()
}

/// Returns the column of all `=>` in a block, counted from the start of a clause.
fn arrow_column(clauses: &[&[Lexeme]]) -> usize {
    clauses.iter().filter_map(|clause| condition_width(clause)).max().map_or(0, |width| width + 1)
}

/// Returns the width of a clause's condition, if its `=>` is aligned with others.
fn condition_width(clause: &[Lexeme]) -> Option<usize> {
    let arrow = clause.iter().position(|lexeme| lexeme.is("=>"))?;
    let plain = |lexeme: &Lexeme| !lexeme.ends_line() && lexeme.kind != Kind::Open(Delimiter::Brace);
    let condition = &clause[..arrow];
    let width = condition.iter().all(plain).then(|| width(&on_one_line(condition)))?;
    (width <= CONDITION_WIDTH && !condition.is_empty()).then_some(width)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn on_one_line(lexemes: &[Lexeme]) -> String {
    let mut text = String::new();
    for (index, lexeme) in lexemes.iter().enumerate() {
        if index > 0 && !touch(lexemes, index) {
            text.push(' ');
        }
        text.push_str(lexeme.text);
    }
    text
}

/// Whether a clause can share its line: it starts with a declared name and contains no `=>`.
fn can_share(clause: &[Lexeme]) -> bool {
    let first = clause[0];
    first.kind == Kind::Word
        && first.text.starts_with(char::is_uppercase)
        && clause.last().is_some_and(|last| last.kind == Kind::Terminator)
        && !clause.iter().any(|lexeme| lexeme.is("=>") || matches!(lexeme.kind, Kind::Open(_)) || lexeme.ends_line())
}

/// Whether a block, whose first lexeme is its brace, is spread over several lines.
fn is_tall(lexemes: &[Lexeme]) -> bool {
    lexemes.len() > 2
        && lexemes[1..].iter().any(|lexeme| lexeme.breaks > 0 || lexeme.ends_line() || lexeme.text.contains('\n'))
}

/// Returns the start and the length of each block in a clause.
fn blocks(clause: &[Lexeme]) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < clause.len() {
        let length = if matches!(clause[at].kind, Kind::Open(_)) { group_length(&clause[at..]) } else { 1 };
        if clause[at].kind == Kind::Open(Delimiter::Brace) && length > 2 {
            blocks.push((at, length));
        }
        at += length;
    }
    blocks
}

struct Lines {
    /// Indentation of a clause, in columns.
    indent: usize,
    text: String,
    /// Used columns of the last line, if another clause can share it.
    shared: Option<usize>,
}

impl Lines {
    fn clause(&mut self, clause: &[Lexeme], column: usize, first: bool) {
        let (start, shares) = (&clause[0], can_share(clause));
        if start.kind == Kind::Comment && start.breaks == 0 && clause.len() == 1 {
            self.text.push(' ');
            self.text.push_str(start.text);
            self.shared = None;
            return;
        }
        let one = on_one_line(clause);
        if let Some(taken) = self.shared.filter(|taken| shares && start.breaks == 0 && taken + 1 + width(&one) <= WIDTH)
        {
            self.text.push(' ');
            self.text.push_str(&one);
            self.shared = Some(taken + 1 + width(&one));
            return;
        }
        self.text.push_str(if start.breaks > 1 && !first { "\n\n" } else { "\n" });
        self.text.push_str(&" ".repeat(self.indent));
        self.shared = shares.then(|| self.indent + width(&one));
        self.text.push_str(&self.laid_out(clause, one, column));
    }

    fn laid_out(&self, clause: &[Lexeme], one: String, column: usize) -> String {
        let mut tall: Vec<usize> = blocks(clause)
            .iter()
            .filter(|(at, length)| is_tall(&clause[*at..at + length]))
            .map(|(at, _)| *at)
            .collect();
        let broken = clause.len() > 1 && clause.iter().any(Lexeme::ends_line);
        let fits = self.indent + width(&one) <= WIDTH;
        if tall.is_empty() && !broken && !fits {
            tall.extend(blocks(clause).last().map(|(at, _)| *at));
        }
        let keeps_breaks = tall.is_empty() && !broken && !fits;
        self.pieces(clause, &tall, keeps_breaks, if keeps_breaks { 0 } else { column })
    }

    /// Formats the lexemes of a clause, with the blocks at `tall` spread over several lines.
    fn pieces(&self, clause: &[Lexeme], tall: &[usize], keeps_breaks: bool, column: usize) -> String {
        let mut text = String::new();
        let arrow = condition_width(clause).filter(|_| column > 0);
        let mut padded = false;
        let mut at = 0;
        while at < clause.len() {
            let lexeme = &clause[at];
            let after_comment = at > 0 && clause[at - 1].ends_line();
            if after_comment || at > 0 && keeps_breaks && lexeme.breaks > 0 {
                text.push('\n');
                text.push_str(&" ".repeat(self.indent + STEP));
            } else if at > 0 && !touch(clause, at) {
                let padding = arrow.filter(|_| !padded && lexeme.is("=>")).map_or(1, |width| column - width);
                padded |= lexeme.is("=>");
                text.push_str(&" ".repeat(padding));
            }
            text.push_str(lexeme.text);
            at += 1;
            if tall.contains(&(at - 1)) {
                let length = group_length(&clause[at - 1..]);
                text.push_str(&block(&clause[at..at + length - 2], self.indent));
                at += length - 2;
                text.push_str(clause[at].text);
                at += 1;
            }
        }
        text
    }
}
