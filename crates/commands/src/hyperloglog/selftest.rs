//! PFSELFTEST: both forms against plain bytes and against each other, on random numbers.

use super::estimate::estimate;
use super::sketch::{self, Form, HEADER};
use super::{REGISTERS, dense, sparse_max};
use crate::args::Args;
use crate::cx::{Cx, Rng};
use crate::error::{CommandError, CommandResult, Outcome};
use engine::Blob;

/// Times that all registers are written and read.
const FILLS: usize = 100;
/// Distinct elements that are counted at most.
const ELEMENTS: u64 = 1_000_000;

/// `PFSELFTEST` -> OK, or an error that begins with `TESTFAILED`.
pub(super) fn pfselftest(cx: &mut Cx<'_>, _: Args<'_>) -> CommandResult {
    let sparse_max = sparse_max(cx);
    check_registers(&mut cx.local.rng).map_err(CommandError::owned)?;
    check_counts(&mut cx.local.rng, sparse_max).map_err(CommandError::owned)?;
    cx.reply.ok();
    Ok(Outcome::Replied)
}

fn check_registers(rng: &mut Rng) -> Result<(), String> {
    let mut packed = vec![0; dense::BYTES];
    let mut plain = vec![0_u8; REGISTERS];
    for _ in 0..FILLS {
        for (index, value) in plain.iter_mut().enumerate() {
            *value = rng.draw() as u8 & 0x3f;
            dense::set(&mut packed, index, *value);
        }
        for (index, value) in plain.iter().enumerate() {
            let found = dense::get(&packed, index);
            if found != *value {
                return Err(format!(
                    "TESTFAILED Register {index} should be {value} but is {found}"
                ));
            }
        }
    }
    Ok(())
}

/// Adds elements to a sketch that is dense from the start and to one that becomes so, and looks at
/// both whenever there are ten times as many as before.
fn check_counts(rng: &mut Rng, sparse_max: usize) -> Result<(), String> {
    let corrupt = |_| "TESTFAILED corrupt sketch".to_owned();
    let (mut wide, mut narrow) = (Blob::new(b""), Blob::new(b""));
    sketch::create(&mut wide);
    sketch::create(&mut narrow);
    sketch::make_dense(&mut wide).map_err(corrupt)?;
    let seed = rng.draw();
    let mut checkpoint = 1;
    for number in 1..=ELEMENTS {
        let element = (number ^ seed).to_le_bytes();
        for sketch in [&mut wide, &mut narrow] {
            sketch::add(sketch, &element, sparse_max).map_err(corrupt)?;
        }
        if number < checkpoint {
            continue;
        }
        let is_sparse = Form::of(narrow.as_slice()) == Some(Form::Sparse);
        if number < (sparse_max.saturating_sub(HEADER) / 2) as u64 && !is_sparse {
            return Err("TESTFAILED sparse encoding not used".to_owned());
        }
        let count = |sketch: &Blob| sketch::histogram(sketch.as_slice()).map(|h| estimate(&h));
        let counted = count(&wide).map_err(corrupt)?;
        if Ok(counted) != count(&narrow) {
            return Err("TESTFAILED dense/sparse disagree".to_owned());
        }
        check_error(number, counted)?;
        checkpoint *= 10;
    }
    Ok(())
}

/// Refuses an estimate that is off by more than six times the expected standard error.
fn check_error(number: u64, counted: u64) -> Result<(), String> {
    let expected = 1.04 / (REGISTERS as f64).sqrt();
    let allowed = (expected * 6.0 * number as f64).ceil() as u64;
    let error = number.abs_diff(counted);
    if error > allowed {
        return Err(format!("TESTFAILED Too big error. card:{number} abserr:{error}"));
    }
    Ok(())
}
