//! Colors of charts, in light and in dark mode.
//!
//! Charts are drawn in the light ones, and a style sheet replaces them where the reader prefers dark.

use std::fmt::Write as _;

use plotters::style::RGBColor;

/// One color in both modes.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    light: [u8; 3],
    dark: [u8; 3],
}

const fn tone(light: u32, dark: u32) -> Tone {
    const fn bytes(color: u32) -> [u8; 3] {
        let [_, red, green, blue] = color.to_be_bytes();
        [red, green, blue]
    }
    Tone { light: bytes(light), dark: bytes(dark) }
}

/// What everything is drawn on.
pub const PAPER: Tone = tone(0xFF_FFFF, 0x0D_1117);
pub const INK: Tone = tone(0x24_292F, 0xE6_EDF3);
/// Lines of the grid, which may be faint.
pub const GRID: Tone = tone(0xE1_E4E8, 0x2B_3138);
/// Measured or computed limits.
pub const CEILING: Tone = tone(0x6E_7781, 0x9A_A4B2);
/// Our server with its log in D1, with its log in the object, and others.
pub const SERIES: [Tone; 8] = [
    tone(0xD9_480F, 0xFF_8F5C),
    tone(0x1C_5FD4, 0x7D_A8FF),
    tone(0x0B_7A75, 0x4D_D0C4),
    tone(0x86_37B8, 0xC9_9BFF),
    tone(0xC2_185B, 0xFF_7EB0),
    tone(0x6B_6B00, 0xD4_C94A),
    tone(0x7A_4A21, 0xD6_A77A),
    tone(0x2E_7D32, 0x81_C784),
];

impl Tone {
    /// The color to draw in.
    pub fn color(self) -> RGBColor {
        let [red, green, blue] = self.light;
        RGBColor(red, green, blue)
    }
}

/// The style sheet of a chart.
pub fn style() -> String {
    let mut rules = String::new();
    for tone in [PAPER, INK, GRID, CEILING].into_iter().chain(SERIES) {
        let (light, dark) = (hex(tone.light), hex(tone.dark));
        for property in ["fill", "stroke"] {
            write!(rules, r#"[{property}="{light}"]{{{property}:{dark}}}"#).expect("a String takes everything");
        }
    }
    format!("<style>@media (prefers-color-scheme: dark) {{{rules}}}</style>")
}

/// As the library writes it.
fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// By WCAG 2.
    fn luminance(color: [u8; 3]) -> f64 {
        let linear = color.map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn everything_can_be_read_in_both_modes() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        let text = [(INK, 7.0)].into_iter();
        for (tone, least) in text.chain([CEILING].into_iter().chain(SERIES).map(|tone| (tone, 3.0))) {
            for (color, paper) in [(tone.light, PAPER.light), (tone.dark, PAPER.dark)] {
                assert!(contrast(color, paper) >= least, "{}: {}", hex(color), contrast(color, paper));
            }
        }
    }

    #[test]
    fn each_color_is_replaced_by_one_other() {
        let tones: Vec<_> = [PAPER, INK, GRID, CEILING].into_iter().chain(SERIES).collect();
        for mode in [|tone: &Tone| tone.light, |tone: &Tone| tone.dark] {
            assert_eq!(tones.iter().map(mode).collect::<BTreeSet<_>>().len(), tones.len());
        }
        assert!(style().contains(r##"[stroke="#D9480F"]{stroke:#FF8F5C}"##));
    }
}
