//! Numbers with decimals, written and read by whole-number arithmetic.
//!
//! The standard library writes and reads any float to the last digit, with tables for it that are a tenth of the WebAssembly module.
//! Here nobody reads more than four decimals.

/// Writes a number as it is read: at most four decimals, and none that say nothing. What lies halfway goes to the even digit.
///
/// Beyond what whole numbers hold, it is written as a multiple of a power of ten.
pub fn decimal(number: f64) -> String {
    const TEN_THOUSAND: u64 = 10_000;
    if !number.is_finite() {
        let name = if number.is_nan() { "NaN" } else { "infinite" };
        return name.into();
    }
    let size = number.abs();
    let sign = if number < 0.0 { "-" } else { "" };
    if size >= u64::MAX as f64 {
        let (mut digits, mut power) = (size, 0);
        while digits >= 10.0 {
            digits /= 10.0;
            power += 1;
        }
        return format!("{sign}{}e{power}", decimal(digits));
    }
    let whole = size.trunc();
    // What is behind the point is a whole number of 2^-shift; only numbers that are whole lack it.
    let bits = (size - whole).to_bits();
    let shift = 1075 - (bits >> 52);
    let parts = u128::from(bits & ((1 << 52) - 1) | 1 << 52) * u128::from(TEN_THOUSAND);
    let decimals = if shift > 120 {
        0
    } else {
        let (cut, rest) = ((parts >> shift) as u64, parts & ((1 << shift) - 1));
        let half = 1 << (shift - 1);
        cut + u64::from(rest > half || (rest == half && cut % 2 == 1))
    };
    let (whole, decimals) = (
        whole as u64 + decimals / TEN_THOUSAND,
        decimals % TEN_THOUSAND,
    );
    if decimals == 0 {
        let sign = if whole == 0 { "" } else { sign };
        return format!("{sign}{whole}");
    }
    let text = format!("{sign}{whole}.{decimals:04}");
    text.trim_end_matches('0').into()
}

/// Reads a number without a sign, in billionths: `2`, `1.5`, `.25`; `None` for anything else, and for what is finer.
pub fn billionths(text: &str) -> Option<u128> {
    const PLACES: usize = 9;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    let says_something = text.bytes().any(|byte| byte != b'.');
    if !says_something || whole.len() > 18 || decimals.len() > PLACES {
        return None;
    }
    let mut number = 0_u128;
    let places = std::iter::repeat_n(b'0', PLACES - decimals.len());
    for byte in whole.bytes().chain(decimals.bytes()).chain(places) {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u128::from(byte - b'0');
    }
    Some(number)
}

/// Reads a number such as `-12.5`, as the float that is nearest to it; `None` for anything else, and for one of more than 19 digits.
pub fn read_decimal(text: &str) -> Option<f64> {
    const MOST: usize = 19;
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    // What is no number, or has no end, is for whoever asked to refuse.
    if text.eq_ignore_ascii_case("nan") || text.eq_ignore_ascii_case("inf") {
        return Some(f64::NAN);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    let says_something = text.bytes().any(|byte| byte != b'.');
    if !says_something || whole.len() + decimals.len() > MOST {
        return None;
    }
    let mut digits = 0_u64;
    for byte in whole.bytes().chain(decimals.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits = digits * 10 + u64::from(byte - b'0');
    }
    let size = if digits == 0 {
        0.0
    } else {
        // As far to the left as there is room, so that the quotient has more bits than a float holds; what is cut off counts as one
        // more bit, and the conversion rounds to the nearest.
        let shift = u128::from(digits).leading_zeros();
        let (digits, power) = (
            u128::from(digits) << shift,
            10_u128.pow(decimals.len() as u32),
        );
        let quotient = (digits / power) | u128::from(digits % power != 0);
        quotient as f64 * f64::from_bits(u64::from(1023 - shift) << 52)
    };
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        let mut state = 7_u64;
        for turn in 0..200_000_u32 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let number = match turn % 4 {
                0 => (state >> 40) as f64 / 32.0,
                1 => f64::from_bits(state >> 2 | 0x3000_0000_0000_0000),
                2 => (state >> 50) as f64 * 0.000_05,
                _ => -((state >> 33) as f64) / 1e4,
            };
            if number.abs() >= 1e15 {
                continue;
            }
            let theirs = format!("{number:.4}");
            let theirs = theirs.trim_end_matches('0').trim_end_matches('.');
            let theirs = if theirs == "-0" { "0" } else { theirs };
            assert_eq!(decimal(number), theirs, "{number:?}");
        }
    }

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        let mut state = 7_u64;
        let mut read = 0;
        for turn in 0..200_000_u32 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let text = match turn % 4 {
                0 => f64::from_bits(state >> 4 | 0x3c00_0000_0000_0000).to_string(),
                1 => format!("{}.{:09}", state >> 40, state % 1_000_000_000),
                2 => format!("-{}.{}", state % 10, state >> 8),
                _ => state.to_string(),
            };
            let digits = text.trim_start_matches(['-', '0', '.']);
            let digits = digits.bytes().filter(u8::is_ascii_digit).count();
            if let Some(number) = read_decimal(&text) {
                let theirs = text.parse::<f64>().map(f64::to_bits);
                assert_eq!(Ok(number.to_bits()), theirs, "{text}");
                read += 1;
            } else {
                let places = text.split_once('.').map_or(0, |(_, places)| places.len());
                assert!(digits > 17 || places > 19, "{text}");
            }
        }
        assert!(read > 100_000);
        assert_eq!(read_decimal("0").map(f64::to_bits), Some(0));
        assert_eq!(read_decimal("-0.0"), Some(0.0));
        assert_eq!(read_decimal("007.50"), Some(7.5));
        assert!(read_decimal("-inf").is_some_and(|number| !number.is_finite()));
        for wrong in ["", "-", ".", "1e3", "1.2.3", "12345678901234567890", "--1"] {
            assert_eq!(read_decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn large_numbers_are_powers_of_ten() {
        assert_eq!(decimal(1e15), "1000000000000000");
        assert_eq!(decimal(-2.5e300), "-2.5e300");
        assert_eq!(decimal(f64::NAN), "NaN");
    }

    #[test]
    fn billionths_are_whole_and_decimals() {
        let read = |text| billionths(text).map(|n| (n / 1_000_000_000, n % 1_000_000_000));
        assert_eq!(read("12"), Some((12, 0)));
        assert_eq!(read("1.50"), Some((1, 500_000_000)));
        assert_eq!(read(".25"), Some((0, 250_000_000)));
        assert_eq!(read("3."), Some((3, 0)));
        assert_eq!(read("0.0"), Some((0, 0)));
        assert_eq!(read(".000000001000"), Some((0, 1)));
        for wrong in ["", ".", "1.2.3", "1e3", "-1", "0.0000000001"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
