//! Paths by their text alone: no file is looked at.

/// `/a/./b/../c` as `/a/c`; `..` at the root stays there, and before a relative path it is kept.
pub(crate) fn normal(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

/// PHP's `dirname`.
pub(crate) fn dirname(path: &str, levels: i64) -> String {
    let mut path = path;
    for _ in 0..levels.clamp(1, 1000) {
        let trimmed = path.trim_end_matches('/');
        path = match trimmed.rfind('/') {
            _ if trimmed.is_empty() && !path.is_empty() => "/",
            Some(0) => "/",
            Some(at) => trimmed[..at].trim_end_matches('/'),
            None => ".",
        };
    }
    path.to_owned()
}

/// PHP's `basename`.
pub(crate) fn basename<'p>(path: &'p str, suffix: &str) -> &'p str {
    let name = path.trim_end_matches('/');
    let name = name.rsplit('/').next().unwrap_or(name);
    match name.strip_suffix(suffix) {
        Some(short) if !short.is_empty() => short,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_as_php_does() {
        assert_eq!(normal("/a/./b//../c/"), "/a/c");
        assert_eq!(normal("/../../x"), "/x");
        assert_eq!(normal("../x/../../y"), "../../y");
        assert_eq!(dirname("/a/b/c", 1), "/a/b");
        assert_eq!(dirname("/a/b/c/", 2), "/a");
        assert_eq!(dirname("/a", 3), "/");
        assert_eq!(dirname("a", 1), ".");
        assert_eq!(basename("/a/b.php", ".php"), "b");
    }
}
