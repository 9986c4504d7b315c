/// The candidate that `written` was most likely meant to be, for "did you mean"; `None` where nothing is close.
///
/// The threshold (Jaro-Winkler above 0.8) accepts a transposition or a missing letter and rejects unrelated words.
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&written.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_misses_are_suggested_and_strangers_are_not() {
        assert_eq!(closest("presist", ["persist", "expose"]), Some("persist"));
        assert_eq!(closest("kubernetes", ["persist", "expose"]), None);
    }
}
