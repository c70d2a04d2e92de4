//! Scripts without an interpreter: commands joined by `;`, their words by `_`, run by the rules and
//! locks that real scripts have. `EVAL D;INCR_a;GET_b 1 a`: `D` runs on its declared keys until it
//! changes anything, `G` behind the gate, as what was seen to touch other keys.

use commands::scripting::{Figures, Kind, Policy, Refusal, Request, Rules, Scripts, call};
use commands::spec::{Command, Flags};
use commands::{Args, CommandError, CommandResult, Cx, Origin, Outcome, OwnedArgs};

/// The runtime.
pub(crate) struct Toy;

impl Scripts for Toy {
    fn run(&self, cx: &mut Cx<'_>, args: Args<'_>, _: Request) -> CommandResult {
        let text = String::from_utf8_lossy(args.at(1)).into_owned();
        let mut parts = text.split(';');
        let mut gated = parts.next() == Some("G");
        let calls: Vec<OwnedArgs> =
            parts.map(|part| part.split('_').map(str::as_bytes).collect()).collect();
        let count = String::from_utf8_lossy(args.at(2)).parse().expect("a number of keys");
        let keys = args.from(3).first(count);
        let (origin, entry, mark) = (cx.origin.clone(), cx.entry, cx.reply.mark());
        loop {
            if origin == Origin::Client {
                if gated {
                    cx.keys.lock_gated(keys.iter());
                } else {
                    cx.keys.lock_keys(keys.iter());
                }
            }
            cx.origin = Origin::Script;
            cx.server.running.begin(cx.local.index, Kind::Script, cx.now());
            let mut rules = Rules::of(cx.server, cx.local.index);
            let solo = cx.server.store.layout().workers == 1;
            rules.is_open = origin == Origin::Client && !gated && !solo;
            cx.reply.array(calls.len());
            let ended = calls.iter().try_for_each(|words| call(cx, words.args(), &mut rules));
            cx.server.running.end(cx.local.index, &cx.server.switches);
            (cx.origin, cx.entry) = (origin.clone(), entry);
            match ended {
                Ok(()) => return Ok(Outcome::Replied),
                Err(Refusal::Again) => {
                    cx.reply.truncate(mark);
                    gated = true;
                    cx.keys.let_go();
                }
                Err(Refusal::Error(error)) => {
                    cx.reply.truncate(mark);
                    return Err(error);
                }
                Err(Refusal::Killed) => return Err(CommandError::text("ERR killed")),
            }
        }
    }

    fn load_libraries(&self, _: &mut Cx<'_>, _: &[Vec<u8>], _: Policy) -> Result<(), CommandError> {
        Err(CommandError::text("ERR no libraries here"))
    }

    fn flags(&self, command: &Command, _: Args<'_>) -> Flags {
        command.flags
    }

    fn figures(&self) -> Figures {
        Figures::default()
    }
}
