use super::*;
use std::rc::Rc;

/// What is lent: a borrow of its own inside.
struct Pair<'a> {
    count: usize,
    text: &'a mut String,
}

struct Pairs;

impl Family for Pairs {
    type Of<'a> = Pair<'a>;
}

#[test]
fn a_callback_reaches_what_is_lent() {
    let loan = Rc::new(Loan::<Pairs>::new());
    let reached = Rc::clone(&loan);
    let callback: Box<dyn Fn(&str) -> Option<usize>> = Box::new(move |word| {
        reached.with(|pair| {
            pair.count += 1;
            pair.text.push_str(word);
            pair.count
        })
    });
    assert_eq!(callback("nobody"), None);
    let mut text = String::new();
    let mut pair = Pair { count: 0, text: &mut text };
    let counts = loan.lend(&mut pair, || (callback("a"), callback("b")));
    assert_eq!(counts, (Some(1), Some(2)));
    assert_eq!(callback("nobody"), None);
    assert_eq!((pair.count, &text[..]), (2, "ab"));
}

#[test]
fn nobody_has_it_twice() {
    let loan = Loan::<Pairs>::new();
    let (mut text, mut other) = (String::new(), String::from("other"));
    let mut pair = Pair { count: 1, text: &mut text };
    loan.lend(&mut pair, || {
        loan.with(|pair| {
            assert!(loan.with(|_| ()).is_none());
            let mut inner = Pair { count: 9, text: &mut other };
            let inside = loan.lend(&mut inner, || loan.with(|pair| pair.count));
            assert_eq!(inside, Some(9));
            assert!(loan.with(|_| ()).is_none());
            pair.count += 1;
        });
        assert_eq!(loan.with(|pair| pair.count), Some(2));
    });
}

#[test]
fn a_panic_ends_the_loan() {
    let loan = Loan::<Pairs>::new();
    let mut text = String::new();
    let mut pair = Pair { count: 1, text: &mut text };
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        loan.lend(&mut pair, || {
            loan.with(|_| panic!("in use"));
        });
    }));
    assert!(ended.is_err());
    assert!(loan.with(|_| ()).is_none());
}
