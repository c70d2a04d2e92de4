//! Command-line arguments of the tasks: `--name value`, `--flag`, and the rest.

/// Parsed arguments.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: Vec<(String, String)>,
    flags: Vec<String>,
    pub(crate) rest: Vec<String>,
}

impl Args {
    /// The last value given for `name`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Every value given for `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The value of `name` as a number.
    ///
    /// # Errors
    /// A text that names the option.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, String> {
        self.value(name).map_or(Ok(default), |text| {
            text.parse().map_err(|_| format!("--{name} takes a number, not {text:?}"))
        })
    }

    /// Whether the flag was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|f| f == name)
    }
}

/// Parses `args`; `values` take a value, `flags` do not.
///
/// # Errors
/// A text that names the option which is not known.
pub(crate) fn parse(args: &[String], values: &[&str], flags: &[&str]) -> Result<Args, String> {
    let mut parsed = Args::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(option) = arg.strip_prefix("--") else {
            parsed.rest.push(arg.clone());
            continue;
        };
        let (name, inline) = option.split_once('=').map_or((option, None), |(n, v)| (n, Some(v)));
        if values.contains(&name) {
            let value = inline.map(str::to_owned).or_else(|| args.next().cloned());
            let value = value.ok_or_else(|| format!("--{name} takes a value"))?;
            parsed.values.push((name.to_owned(), value));
        } else if flags.contains(&name) {
            parsed.flags.push(name.to_owned());
        } else {
            return Err(format!("unknown option --{name}"));
        }
    }
    Ok(parsed)
}
