//! Kubernetes quantities (`250m`, `1Gi`), as far as the demo reckons with them.

/// A quantity as a plain number: cores, bytes. What cannot be read is zero.
pub fn read(text: &str) -> f64 {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().unwrap_or_default();
    let factor = match &text[end..] {
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => 1.0,
    };
    number * factor
}

#[cfg(test)]
mod tests {
    #[test]
    fn suffixes_scale() {
        for (text, number) in
            [("250m", 0.25), ("2", 2.0), ("1Ki", 1024.0), ("1.5k", 1500.0), ("", 0.0), ("x", 0.0)]
        {
            assert!((super::read(text) - number).abs() < 1e-9, "{text}");
        }
    }
}
