//! Numbers as text.

/// Three digits or more, with commas between thousands.
pub fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    whole(value)
}

/// Without digits behind the point, and with commas between thousands.
pub fn whole(value: f64) -> String {
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
