//! Which of some names a mistyped one may have meant.

/// Up to five of `names`, nearest to `wanted` first: those that are a few slips away from it, or contain it.
///
/// ```
/// assert_eq!(kx::nearest::nearest("prdo", ["dev", "prod"]), ["prod"]);
/// ```
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 5;
    let wanted: Vec<char> = wanted.to_lowercase().chars().collect();
    let allowed = (wanted.len() / 3).max(1) + 1;
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let lower: Vec<char> = name.to_lowercase().chars().collect();
            let slips = slips(&wanted, &lower);
            let within = wanted.len() >= 2 && contains(&lower, &wanted);
            (slips <= allowed || within)
                .then_some((if within { slips.min(allowed) } else { slips }, name))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

fn contains(text: &[char], part: &[char]) -> bool {
    part.len() <= text.len() && text.windows(part.len()).any(|window| window == part)
}

/// Letters to add, drop, replace or swap with their neighbour to get from `a` to `b`.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_swaps_and_parts() {
        let names = ["kind-dev", "prod-eu", "prod-us", "staging"];
        assert_eq!(nearest("prod-ue", names), ["prod-eu", "prod-us"]);
        assert_eq!(nearest("stagign", names), ["staging"]);
        assert_eq!(nearest("dev", names), ["kind-dev"]);
        assert!(nearest("zzz", names).is_empty());
        assert!(nearest("", names).is_empty());
    }
}
