//! Labels of a stream: names with values, which its creator chooses.

use serde_json::{Map, Value};
use spec::{Label, StreamLabels};
use std::rc::Rc;

/// The labels of a stream, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Rc<[(String, String)]>);

/// Two labels have the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

impl Labels {
    /// The labels of a request.
    ///
    /// # Errors
    /// [`Repeated`], if two have the same name.
    pub fn of(labels: &[Label]) -> Result<Self, Repeated> {
        let pairs = labels.iter().filter_map(|label| label.as_str().split_once('='));
        Self::sorted(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    fn sorted(mut pairs: Vec<(String, String)>) -> Result<Self, Repeated> {
        pairs.sort_unstable();
        let is_repeated = pairs.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if is_repeated { Err(Repeated) } else { Ok(Self(pairs.into())) }
    }

    /// The labels as a JSON object. `None` if there are none.
    pub fn json(&self) -> Option<String> {
        let object: Map<String, Value> =
            self.iter().map(|(name, value)| (name.to_owned(), Value::String(value.to_owned()))).collect();
        (!self.0.is_empty()).then(|| Value::Object(object).to_string())
    }

    /// Parses the result of [`Labels::json`]. `None` if it is not valid.
    pub fn read(json: Option<&str>) -> Option<Self> {
        let Some(json) = json else { return Some(Self::default()) };
        let object: Map<String, Value> = serde_json::from_str(json).ok()?;
        let pair = |(name, value): (String, Value)| value.as_str().map(|value| (name, value.to_owned()));
        Self::sorted(object.into_iter().map(pair).collect::<Option<_>>()?).ok()
    }

    /// The labels as the value of a header. `None` if there are none.
    pub fn header(&self) -> Option<StreamLabels> {
        let labels: Vec<String> = self.iter().map(|(name, value)| format!("{name}={value}")).collect();
        StreamLabels::read(&labels.join(",")).ok()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Result<Labels, Repeated> {
        Labels::of(&texts.iter().map(|text| Label::read(text).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn labels_have_an_order_and_no_name_twice() {
        let both = labels(&["team=blue", "env=prod"]).unwrap();
        assert_eq!(labels(&["env=prod", "team=blue"]), Ok(both.clone()));
        assert_eq!(both.header().unwrap().as_str(), "env=prod,team=blue");
        assert_eq!(Labels::read(both.json().as_deref()), Some(both));
        assert_eq!(labels(&["env=prod", "env=prod"]), Err(Repeated));
        assert_eq!((Labels::default().json(), Labels::default().header()), (None, None));
        assert_eq!(labels(&["empty="]).unwrap().json().as_deref(), Some(r#"{"empty":""}"#));
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
