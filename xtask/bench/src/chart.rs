//! Charts as SVG, in the colors of the theme.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::number::{number, whole};
use crate::theme::{self, Tone};

/// Curves over one axis.
pub struct Curves {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub series: Vec<Series>,
}

#[derive(Clone, Copy)]
pub struct Axis {
    pub label: &'static str,
    pub scale: Scale,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    Logarithmic,
    /// Of a quantile: as much room from 99 % to 99.9 % as from 90 % to 99 %.
    Percentile,
}

pub struct Series {
    pub name: String,
    pub role: Role,
    pub points: Vec<(f64, f64)>,
}

/// Whose a series or a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A server, by its place in the list of servers.
    Server(usize),
    /// What it is compared with: measured or computed.
    Ceiling,
}

/// Bars in groups. The longest of each group has the same length.
pub struct Bars {
    pub title: String,
    pub groups: Vec<Group>,
}

pub struct Group {
    pub title: String,
    pub unit: &'static str,
    pub bars: Vec<Bar>,
}

pub struct Bar {
    pub name: String,
    pub role: Role,
    pub value: f64,
}

pub enum Chart {
    Curves(Curves),
    Bars(Bars),
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const WIDTH: u32 = 760;
const HEIGHT: u32 = 400;
const TITLE: i32 = 44;
/// The names of series are listed beside the curves.
const LEGEND: i32 = 200;
const LINE: i32 = 22;
const GAP: i32 = 14;
const MARGIN: i32 = 16;
/// Names of bars end here, and bars begin.
const NAMES: i32 = 200;
const LONGEST_BAR: f64 = 400.0;
const FONT: &str = "system-ui, sans-serif";

impl Chart {
    pub fn title(&self) -> &str {
        match self {
            Self::Curves(curves) => &curves.title,
            Self::Bars(bars) => &bars.title,
        }
    }

    pub fn svg(&self) -> Result<String> {
        let height = match self {
            Self::Curves(_) => HEIGHT,
            Self::Bars(bars) => u32::try_from(bars.height())?,
        };
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        area.fill(&theme::PAPER.color())?;
        text(&area, self.title(), (MARGIN, 28), Text { size: 17.0, bold: true, to: HPos::Left })?;
        match self {
            Self::Curves(curves) => curves.draw(&area)?,
            Self::Bars(bars) => bars.draw(&area)?,
        }
        area.present()?;
        drop(area);
        let head = svg.find('>').map_or(0, |end| end + 1);
        svg.insert_str(head, &format!("\n{}", theme::style()));
        Ok(svg)
    }
}

impl Curves {
    fn draw(&self, area: &Area<'_>) -> Result<()> {
        let (curves, legend) = area.split_horizontally(i32::try_from(WIDTH)? - LEGEND);
        let (x, y) = (self.ticks(self.x.scale, |point| point.0), self.ticks(self.y.scale, |point| point.1));
        let mut chart = ChartBuilder::on(&curves)
            .margin_top(TITLE)
            .margin_right(MARGIN)
            .margin_bottom(8)
            .x_label_area_size(44)
            .y_label_area_size(76)
            .build_cartesian_2d(x.clone(), y.clone())?;
        let ink = theme::INK.color();
        let font = TextStyle::from((FONT, size(13.0)).into_font()).color(&ink);
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(theme::GRID.color())
            .axis_style(theme::INK.color())
            .label_style(font.clone())
            .axis_desc_style(font)
            .x_desc(self.x.label)
            .y_desc(self.y.label)
            .x_label_formatter(&|value| x.label(*value))
            .y_label_formatter(&|value| y.label(*value))
            .draw()?;
        for (number, series) in (0..).zip(&self.series) {
            let style = ShapeStyle::from(series.role.tone().color()).stroke_width(2);
            let points = || series.points.iter().copied();
            let at = TITLE + LINE * number;
            let sample = [(0, at), (26, at)];
            if series.role == Role::Ceiling {
                chart.draw_series(DashedLineSeries::new(points(), 6, 4, style))?;
                legend.draw(&DashedPathElement::new(sample, 6, 4, style))?;
            } else {
                chart.draw_series(LineSeries::new(points(), style))?;
                chart.draw_series(points().map(|point| Circle::new(point, 3, style.filled())))?;
                legend.draw(&PathElement::new(sample, style))?;
            }
            text(&legend, &series.name, (34, at), Text { size: 13.0, bold: false, to: HPos::Left })?;
        }
        Ok(())
    }

    fn ticks(&self, scale: Scale, value: fn(&(f64, f64)) -> f64) -> Ticks {
        let values: Vec<_> = self.series.iter().flat_map(|series| series.points.iter().map(value)).collect();
        Ticks::of(scale, &values)
    }
}

/// An axis: where it has labels, and what they are. It ends with the first and the last one.
#[derive(Clone)]
struct Ticks {
    scale: Scale,
    labels: Vec<(f64, String)>,
}

impl Ticks {
    /// Ticks that enclose all values.
    fn of(scale: Scale, values: &[f64]) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let at = |value: f64| (value, short(value));
        let labels = match scale {
            Scale::Linear => {
                let step = step(greatest / 5.0);
                (0..=(greatest / step).ceil() as u32).map(|number| at(f64::from(number) * step)).collect()
            }
            Scale::Logarithmic => {
                let decades = least.log10().floor() as i32..=greatest.log10().ceil() as i32;
                let all = decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(decade)));
                let all: Vec<_> = all.collect();
                let first = all.iter().rposition(|tick| *tick <= least).unwrap_or(0);
                let last = all.iter().position(|tick| *tick >= greatest).unwrap_or(all.len() - 1);
                all[first..=last.max(first + 1).min(all.len() - 1)].iter().copied().map(at).collect()
            }
            Scale::Percentile => [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999]
                .map(|quantile: f64| (quantile, format!("{} %", (quantile * 1e6).round() / 1e4)))
                .into(),
        };
        Self { scale, labels }
    }

    fn label(&self, value: f64) -> String {
        let label = self.labels.iter().find(|label| label.0 == value);
        label.map(|label| label.1.clone()).unwrap_or_default()
    }
}

impl Ranged for Ticks {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let range = self.range();
        let [first, last, value] = [range.start, range.end, *value].map(|value| self.scale.position(value));
        start + (f64::from(end - start) * (value - first) / (last - first)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.labels.iter().map(|label| label.0).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        let end = |label: Option<&(f64, String)>| label.map_or(0.0, |label| label.0);
        end(self.labels.first())..end(self.labels.last())
    }
}

impl Scale {
    fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
            Self::Percentile => -(1.0 - value).log10(),
        }
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not less.
fn step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|digit| digit * decade).into_iter().find(|step| *step >= least).unwrap_or(least)
}

/// A round number, without zeros that mean nothing.
fn short(value: f64) -> String {
    if value >= 10.0 { whole(value) } else { format!("{}", (value * 1e9).round() / 1e9) }
}

impl Bars {
    fn height(&self) -> i32 {
        let lines: usize = self.groups.iter().map(|group| group.bars.len() + 1).sum();
        TITLE + LINE * lines as i32 + GAP * self.groups.len() as i32
    }

    fn draw(&self, area: &Area<'_>) -> Result<()> {
        let mut y = TITLE;
        for group in &self.groups {
            let title = format!("{}, {}", group.title, group.unit);
            text(area, &title, (MARGIN, y + LINE / 2), Text { size: 13.0, bold: true, to: HPos::Left })?;
            y += LINE;
            let longest = group.bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
            for bar in &group.bars {
                let end = NAMES + (bar.value / longest * LONGEST_BAR) as i32;
                let middle = y + LINE / 2;
                let shape = [(NAMES, y + 3), (end, y + LINE - 3)];
                area.draw(&Rectangle::new(shape, bar.role.tone().color().filled()))?;
                text(area, &bar.name, (NAMES - 8, middle), Text { size: 13.0, bold: false, to: HPos::Right })?;
                text(area, &number(bar.value), (end + 6, middle), Text { size: 13.0, bold: false, to: HPos::Left })?;
                y += LINE;
            }
            y += GAP;
        }
        Ok(())
    }
}

impl Role {
    fn tone(self) -> Tone {
        match self {
            Self::Server(number) => theme::SERIES[number % theme::SERIES.len()],
            Self::Ceiling => theme::CEILING,
        }
    }
}

/// How a text is set: to which side of its place, and how large in pixels.
struct Text {
    size: f64,
    bold: bool,
    to: HPos,
}

fn text(area: &Area<'_>, text: &str, at: (i32, i32), Text { size: pixels, bold, to }: Text) -> Result<()> {
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name(FONT), size(pixels), style);
    let ink = theme::INK.color();
    let style = TextStyle::from(font).color(&ink).pos(Pos::new(to, VPos::Center));
    Ok(area.draw(&plotters::element::Text::new(text, at, style))?)
}

/// The library's unit of a font of so many pixels.
fn size(pixels: f64) -> f64 {
    pixels * 1.24
}

#[cfg(test)]
mod tests {
    use super::*;
    use roxmltree::Document;

    fn labels(scale: Scale, values: &[f64]) -> Vec<String> {
        Ticks::of(scale, values).labels.into_iter().map(|label| label.1).collect()
    }

    fn series(name: &str, role: Role, points: &[(f64, f64)]) -> Series {
        Series { name: name.into(), role, points: points.into() }
    }

    fn curves() -> Chart {
        Chart::Curves(Curves {
            title: "Appends & <reads>".into(),
            x: Axis { label: "writers", scale: Scale::Logarithmic },
            y: Axis { label: "requests/s", scale: Scale::Linear },
            series: vec![
                series("ours", Role::Server(0), &[(1.0, 900.0), (16.0, 2500.0), (64.0, 4670.0)]),
                series("S", Role::Server(2), &[(1.0, 1500.0), (64.0, 2645.0)]),
                series("no-op object", Role::Ceiling, &[(1.0, 3700.0), (64.0, 6975.0)]),
            ],
        })
    }

    fn texts(svg: &Document<'_>) -> Vec<String> {
        let texts = svg.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
        texts.filter_map(|node| Some(node.text()?.trim().to_owned())).collect()
    }

    #[test]
    fn ticks_enclose_all_values() {
        assert_eq!(labels(Scale::Linear, &[3.0, 6_975.0]), ["0", "2,000", "4,000", "6,000", "8,000"]);
        assert_eq!(labels(Scale::Linear, &[0.4]), ["0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(Scale::Logarithmic, &[0.4, 61.0]), ["0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(labels(Scale::Logarithmic, &[1.0, 1.0]), ["1", "2"]);
        assert_eq!(labels(Scale::Percentile, &[0.5]), ["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
        for values in [[0.001, 5.0], [1.0, 256.0], [20.0, 20_000.0]] {
            for scale in [Scale::Linear, Scale::Logarithmic] {
                let range = Ticks::of(scale, &values).range();
                assert!(values.iter().all(|value| (range.start..=range.end).contains(value)));
            }
        }
    }

    #[test]
    fn curves_are_well_formed_and_complete() {
        let svg = curves().svg().unwrap();
        let document = Document::parse(&svg).unwrap();
        let texts = texts(&document);
        for expected in ["Appends & <reads>", "writers", "requests/s", "ours", "S", "no-op object", "4,000", "50"] {
            assert!(texts.iter().any(|text| text == expected), "{expected} is not in {texts:?}");
        }
        let lines = |color: &str| {
            let stroked = document.descendants().filter(|node| node.attribute("stroke") == Some(color));
            stroked.filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "polyline"))).count()
        };
        // A curve, and its line in the legend; dashes are many lines.
        assert_eq!((lines("#D9480F"), lines("#0B7A75")), (2, 2));
        assert!(lines("#6E7781") > 10, "{}", lines("#6E7781"));
        assert!(document.descendants().any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "style"))));
    }

    #[test]
    fn only_colors_of_the_theme_are_used() {
        let style = theme::style();
        for svg in [curves().svg().unwrap(), bars().svg().unwrap()] {
            let document = Document::parse(&svg).unwrap();
            for node in document.descendants() {
                for attribute in node.attributes().filter(|attribute| ["fill", "stroke"].contains(&attribute.name())) {
                    let (name, value) = (attribute.name(), attribute.value());
                    assert!(value == "none" || style.contains(&format!(r#"[{name}="{value}"]"#)), "{name} {value}");
                }
            }
        }
    }

    fn bars() -> Chart {
        let bar = |name: &str, role, value| Bar { name: name.into(), role, value };
        let group = |title: &str, bars| Group { title: title.into(), unit: "requests/s", bars };
        Chart::Bars(Bars {
            title: "Ours beside others".into(),
            groups: vec![
                group("1 writer", vec![bar("ours", Role::Server(0), 900.0), bar("S", Role::Server(2), 450.0)]),
                group("64 writers", vec![bar("ours", Role::Server(0), 4670.0), bar("N", Role::Ceiling, 6975.0)]),
            ],
        })
    }

    #[test]
    fn bars_are_well_formed_and_as_long_as_their_values() {
        let svg = bars().svg().unwrap();
        let document = Document::parse(&svg).unwrap();
        let texts = texts(&document);
        for expected in ["Ours beside others", "1 writer, requests/s", "ours", "S", "N", "900", "450", "4,670", "6,975"]
        {
            assert!(texts.iter().any(|text| text == expected), "{expected} is not in {texts:?}");
        }
        let widths = |color: &str| -> Vec<i32> {
            let filled = document.descendants().filter(|node| node.attribute("fill") == Some(color));
            filled.filter_map(|node| node.attribute("width")?.parse().ok()).collect()
        };
        assert_eq!((widths("#D9480F"), widths("#0B7A75"), widths("#6E7781")), (vec![400, 267], vec![200], vec![400]));
    }
}
