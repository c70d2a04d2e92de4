//! What a server with a password tells who has not given it: of every command of the table.

use crate::rows::table;
use crate::transcript::{Reply, Target as _};
use crate::world::World;
use commands::spec::Flags;

fn call(world: &mut World, conn: &str, words: &[String]) -> Option<Reply> {
    let words: Vec<Vec<u8>> = words.iter().map(|word| word.clone().into_bytes()).collect();
    world.send(conn, &words).expect("it is sent");
    world.next(conn).expect("it is a reply")
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn a_stranger_learns_nothing() {
    let table = table();
    for entry in table.iter() {
        let mut world = World::new(2);
        for line in ["SET k secret", "CONFIG SET requirepass sesame"] {
            let reply = call(&mut world, "friend", &words(line));
            assert_eq!(reply.expect("an answer").render(), ["OK"], "{line}");
        }
        let name = &*entry.full_name;
        let mut request: Vec<String> = name.split('|').map(str::to_owned).collect();
        let least = i64::from(entry.command.arity).unsigned_abs() as usize;
        request.resize(least.max(request.len()), "k".to_owned());
        let reply = call(&mut world, "stranger", &request);
        let is_open = entry.command.flags.has(Flags::NO_AUTH);
        assert_eq!(is_open, ["auth", "hello", "quit", "reset"].contains(&name), "{name}");
        match reply {
            Some(Reply::Error(text)) if !is_open => {
                let text = String::from_utf8_lossy(&text).into_owned();
                let says = |start| text.starts_with(start);
                assert!(
                    text.contains("NOAUTH ") || says("ERR unknown subcommand 'k'"),
                    "{name}: {text}"
                );
            }
            reply if is_open => {
                let told = reply.map(|reply| reply.render().join(" ")).unwrap_or_default();
                assert!(!told.contains("secret") && !told.contains("sesame"), "{name}: {told}");
            }
            reply => panic!("{name}: {reply:?}"),
        }
        let kept = call(&mut world, "friend", &words("GET k")).expect("an answer");
        assert_eq!(kept.render(), ["\"secret\""], "{name}");
    }
}
