//! Horizontal bars as SVG.

use std::fmt::Write;

/// Bars in groups, on one scale.
pub struct Plot {
    pub title: String,
    pub unit: &'static str,
    pub groups: Vec<Group>,
}

pub struct Group {
    pub title: String,
    pub bars: Vec<Bar>,
}

pub struct Bar {
    pub label: String,
    pub value: f64,
    pub kind: Kind,
}

/// Whose a bar is.
#[derive(Clone, Copy)]
pub enum Kind {
    Ours,
    Other,
    /// What it is held against: measured or computed.
    Reference,
}

const WIDTH: usize = 760;
const LABELS: usize = 250;
/// What the longest bar takes; its value stands behind it.
const BARS: f64 = 400.0;
const LINE: usize = 22;
const GAP: usize = 14;
const HEAD: usize = 48;

impl Plot {
    pub fn svg(&self) -> String {
        let longest =
            self.groups.iter().flat_map(|group| &group.bars).map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
        let lines: usize = self.groups.iter().map(|group| group.bars.len() + 1).sum();
        let height = HEAD + lines * LINE + self.groups.len() * GAP;
        let mut svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" fill="#24292f">
<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>
<text x="16" y="28" font-size="16" font-weight="600">{}</text>
"##,
            escape(&format!("{}, {}", self.title, self.unit))
        );
        let mut y = HEAD;
        for group in &self.groups {
            line(
                &mut svg,
                format_args!(r#"<text x="16" y="{}" font-weight="600">{}</text>"#, y + 15, escape(&group.title)),
            );
            y += LINE;
            for bar in &group.bars {
                bar.draw(&mut svg, y, longest);
                y += LINE;
            }
            y += GAP;
        }
        svg.push_str("</svg>\n");
        svg
    }
}

impl Bar {
    fn draw(&self, svg: &mut String, y: usize, longest: f64) {
        let length = self.value / longest * BARS;
        let color = match self.kind {
            Kind::Ours => "#d9480f",
            Kind::Other => "#4c6ef5",
            Kind::Reference => "#adb5bd",
        };
        let text_y = y + 15;
        let label = escape(&self.label);
        line(svg, format_args!(r#"<text x="{}" y="{text_y}" text-anchor="end">{label}</text>"#, LABELS - 8));
        line(
            svg,
            format_args!(
                r#"<rect x="{LABELS}" y="{}" width="{length:.1}" height="{}" fill="{color}"/>"#,
                y + 3,
                LINE - 6
            ),
        );
        let end = LABELS as f64 + length + 6.0;
        line(svg, format_args!(r#"<text x="{end:.1}" y="{text_y}">{}</text>"#, number(self.value)));
    }
}

fn line(svg: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(svg, "{text}").expect("a String takes everything");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Three digits or more, with commas between thousands.
pub fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let texts = [0.344, 12.34, 120.4, 5300.0, 1_234_567.0].map(number);
        assert_eq!(texts, ["0.34", "12.3", "120", "5,300", "1,234,567"]);
    }
}
