//! Numbers as text, as C's `%.{digits}g` prints them.

/// Appends `value` with at most `digits` significant digits (1 to 17): `%.14g` is what Lua 5.1
/// prints, `%.17g` what a command gets as its argument.
pub(crate) fn push_general(out: &mut Vec<u8>, value: f64, digits: usize) {
    if value % 1.0 == 0.0 && value.abs() < 1e14 && (value != 0.0 || value.is_sign_positive()) {
        resp::number::push_int(out, value as i64);
        return;
    }
    if !value.is_finite() {
        let text = match (value.is_nan(), value.is_sign_negative()) {
            (true, false) => "nan",
            (true, true) => "-nan",
            (false, false) => "inf",
            (false, true) => "-inf",
        };
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let text = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = text.split_once('e').expect("scientific notation has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is a number");
    if exponent < -4 || exponent >= digits as i32 {
        out.extend_from_slice(trimmed(mantissa).as_bytes());
        let sign = if exponent < 0 { '-' } else { '+' };
        out.extend_from_slice(format!("e{sign}{:02}", exponent.abs()).as_bytes());
    } else {
        let places = (digits as i32 - 1 - exponent).max(0) as usize;
        out.extend_from_slice(trimmed(&format!("{value:.places$}")).as_bytes());
    }
}

/// Without the zeros that end a fraction.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests;
