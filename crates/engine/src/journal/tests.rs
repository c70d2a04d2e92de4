use super::*;

fn text(fetched: &Fetched) -> String {
    String::from_utf8_lossy(&fetched.bytes).replace("\r\n", " ")
}

#[test]
fn groups_keep_their_bounds_and_databases() {
    let mut journal = Journal::default();
    journal.write(0, [&b"SET"[..], b"k", b"v"]);
    journal.close(7);
    journal.write(1, [&b"DEL"[..], b"a"]);
    journal.write(2, [&b"DEL"[..], b"b"]);
    journal.close(9);
    let fetched = journal.fetch(Fetched::default());
    assert_eq!(
        text(&fetched),
        "*3 $3 SET $1 k $1 v *1 $5 MULTI *2 $3 DEL $1 a *2 $6 SELECT $1 2 *2 $3 DEL $1 b \
         *1 $4 EXEC "
    );
    let [one, two] = fetched.runs[..] else { panic!("two runs") };
    assert_eq!((one.first, one.last, one.end), (7, 7, 27));
    assert_eq!((two.first_db, two.last_db), (1, 2));
    assert_eq!(two.end, fetched.bytes.len());
    assert!(journal.is_empty());
}

#[test]
fn a_call_is_written_once_and_only_if_it_changed_something() {
    let mut journal = Journal::default();
    assert!(!journal.wants_call(0));
    assert!(journal.wants_call(2));
    assert!(!journal.wants_call(2), "the next one changed nothing");
    journal.replace();
    assert!(!journal.wants_call(3), "it said itself what to write");
    assert!(journal.wants_call(4));
    journal.settle();
    assert!(journal.wants_call(4));
}

#[test]
fn the_log_selects_where_it_must() {
    let mut journal = Journal::default();
    for (ticket, dbs) in [(1, &[0][..]), (2, &[0]), (3, &[1, 1]), (4, &[1])] {
        for db in dbs {
            journal.write(*db, [&b"X"[..]]);
        }
        journal.close(ticket);
    }
    let fetched = journal.fetch(Fetched::default());
    let (mut log, mut selected, mut from) = (Vec::new(), None, 0);
    for run in &fetched.runs {
        run.append_to(&mut log, &mut selected, &fetched.bytes[from..run.end]);
        from = run.end;
    }
    let log = String::from_utf8_lossy(&log).replace("\r\n", " ");
    assert_eq!(
        log,
        "*2 $6 SELECT $1 0 *1 $1 X *1 $1 X *2 $6 SELECT $1 1 *1 $5 MULTI *1 $1 X *1 $1 X \
         *1 $4 EXEC *1 $1 X "
    );
}

#[test]
fn groups_that_follow_each_other_are_one_run_unless_they_are_parted() {
    let mut journal = Journal::default();
    for ticket in [1, 2, 4, 5] {
        journal.write_whole(0, b"*1\r\n$1\r\nX\r\n");
        journal.close(ticket);
    }
    journal.part(6);
    journal.write(0, [&b"Y"[..]]);
    journal.close(7);
    let fetched = journal.fetch(Fetched::default());
    let runs: Vec<_> = fetched.runs.iter().map(|run| (run.first, run.last, run.end)).collect();
    assert_eq!(runs, [(1, 2, 22), (4, 5, 44), (6, 6, 44), (7, 7, 55)]);
    assert_eq!(fetched.groups(), 6);
    let (mut log, mut selected) = (Vec::new(), Some(0));
    fetched.runs[2].append_to(&mut log, &mut selected, b"");
    assert_eq!((log.len(), selected), (0, Some(0)), "nothing is selected for nothing");
}
