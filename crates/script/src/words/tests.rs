use super::translate;

#[test]
fn errors_read_as_in_lua_5_1() {
    let cases = [
        (
            "user_script:1: attempt to index nil with 'x'",
            "user_script:1: attempt to index a nil value",
        ),
        (
            "user_script:12: attempt to call missing method 'bad' of string",
            "user_script:12: attempt to call method 'bad' (a nil value)",
        ),
        (
            "f:1: attempt to perform arithmetic (add) on nil and number",
            "f:1: attempt to perform arithmetic on a nil value",
        ),
        (
            "f:1: attempt to perform arithmetic (sub) on number and table",
            "f:1: attempt to perform arithmetic on a table value",
        ),
        ("attempt to concatenate nil with string", "attempt to concatenate a nil value"),
        ("attempt to concatenate string with table", "attempt to concatenate a table value"),
        ("attempt to compare nil < number", "attempt to compare nil with number"),
        ("attempt to compare table < table", "attempt to compare two table values"),
        (
            "f:1: invalid argument #1 to 'insert' (table expected, got nil)",
            "f:1: bad argument #1 to 'insert' (table expected, got nil)",
        ),
        (
            "missing argument #1 to 'floor' (number expected)",
            "bad argument #1 to 'floor' (number expected, got no value)",
        ),
        ("f:3: attempt to modify a readonly table", "f:3: Attempt to modify a readonly table"),
        ("any: other text", "any: other text"),
        ("scrubjay:55: bad", "bad"),
        ("", ""),
    ];
    for (theirs, ours) in cases {
        assert_eq!(translate(theirs), ours);
    }
}
