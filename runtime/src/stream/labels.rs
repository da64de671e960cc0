//! Labels of a stream: names with values, which its creator chooses.

use serde_json::{Map, Value};
use spec::{Label, StreamLabels};
use std::rc::Rc;

/// The labels of a stream, in the order of their names. The values are strings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Rc<Map<String, Value>>);

/// A label is malformed, or two have the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLabels;

/// Maximum length of a name, in bytes.
const NAME_MAX: usize = 63;

/// Maximum length of a value, in bytes.
const VALUE_MAX: usize = 128;

impl Labels {
    /// The labels of a request.
    ///
    /// # Errors
    /// [`BadLabels`].
    pub fn of(labels: &[Label]) -> Result<Self, BadLabels> {
        let mut all = Map::new();
        for label in labels {
            let (name, value) = label.as_str().split_once('=').ok_or(BadLabels)?;
            let is_valid = is_name(name) && value.len() <= VALUE_MAX && !value.contains('=');
            if !is_valid || all.insert(name.to_owned(), value.into()).is_some() {
                return Err(BadLabels);
            }
        }
        Ok(Self(Rc::new(all)))
    }

    /// The labels as a JSON object. `None` if there are none.
    pub fn json(&self) -> Option<String> {
        if self.0.is_empty() { None } else { serde_json::to_string(&*self.0).ok() }
    }

    /// Parses the result of [`Labels::json`]. `None` if it is not valid.
    pub fn read(json: Option<&str>) -> Option<Self> {
        let Some(json) = json else { return Some(Self::default()) };
        let labels: Map<String, Value> = serde_json::from_str(json).ok()?;
        labels.values().all(Value::is_string).then(|| Self(Rc::new(labels)))
    }

    /// The labels as the value of a header. `None` if there are none.
    pub fn header(&self) -> Option<StreamLabels> {
        let mut text = String::new();
        for (name, value) in self.iter() {
            let comma = if text.is_empty() { "" } else { "," };
            text.extend([comma, name, "=", value]);
        }
        StreamLabels::read(&text).ok()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((&**name, value.as_str()?)))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Result<Labels, BadLabels> {
        Labels::of(&texts.iter().map(|text| Label::read(text).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn labels_have_an_order_and_no_name_twice() {
        let both = labels(&["team=blue", "env=prod"]).unwrap();
        assert_eq!(labels(&["env=prod", "team=blue"]), Ok(both.clone()));
        assert_eq!(both.header().unwrap().as_str(), "env=prod,team=blue");
        assert_eq!(Labels::read(both.json().as_deref()), Some(both));
        assert_eq!(labels(&["env=prod", "env=prod"]), Err(BadLabels));
        assert_eq!((Labels::default().json(), Labels::default().header()), (None, None));
        assert_eq!(labels(&["empty="]).unwrap().json().as_deref(), Some(r#"{"empty":""}"#));
    }

    #[test]
    fn a_label_has_a_name_and_a_value() {
        let (name, value) = ("n".repeat(64), "v".repeat(129));
        for bad in ["ab", "=a", "a b=c", "a=b=c", "a\"=b", &format!("{name}=v"), &format!("n={value}")] {
            assert_eq!(labels(&[bad]), Err(BadLabels), "{bad}");
        }
        assert!(labels(&["A.b_c-9=/ ~\"{}:@"]).is_ok());
    }

    #[test]
    fn the_longest_labels_fit_in_a_header() {
        let longest = |index: usize| format!("{index:02}{}={}", "n".repeat(61), "v".repeat(128));
        let texts: Vec<String> = (0..16).map(longest).collect();
        let longest = labels(&texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert_eq!(longest.header().unwrap().as_str(), texts.join(","));
    }

    #[test]
    fn only_objects_of_texts_are_labels() {
        for json in ["", "[]", r#"{"a":1}"#, "null"] {
            assert_eq!(Labels::read(Some(json)), None, "{json}");
        }
    }
}
