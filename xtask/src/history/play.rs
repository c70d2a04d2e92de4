//! A client of a round: draws calls, makes them, writes down what was sent and answered when.

use super::model::{Call, Key, Step, Us};
use crate::rng::Rng;
use crate::transcript::Reply;
use crate::wire::{Client, encode_into};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Keys 0 to 2 hold numbers, 3 to 5 lists.
pub(super) const KEYS: usize = 6;
const NUMBERS: usize = 3;
/// Calls of a client in a round.
const CALLS: usize = 12;

/// Scripts and whether their keys are declared. A comment makes a new script of each, whose keys
/// the server does not know yet.
const ADD_BOTH: &str = "local a = redis.call('INCRBY', KEYS[1], ARGV[1]) \
    local b = redis.call('INCRBY', KEYS[2], ARGV[1]) return {a, b}";
const ADD_BOTH_UNDECLARED: &str = "local a = redis.call('INCRBY', ARGV[2], ARGV[1]) \
    local b = redis.call('INCRBY', ARGV[3], ARGV[1]) return {a, b}";
const SET_BOTH_HALF_DECLARED: &str = "redis.call('SET', KEYS[1], ARGV[1]) \
    redis.call('SET', ARGV[2], ARGV[1]) return 1";
const SOMETIMES_UNDECLARED: &str = "local a = redis.call('INCRBY', KEYS[1], ARGV[1]) \
    if a % 3 == 0 then return {a, redis.call('INCRBY', ARGV[2], ARGV[1])} end return {a}";
const GET_BOTH_UNDECLARED: &str = "return {redis.call('GET', ARGV[1]), redis.call('GET', ARGV[2])}";
const MOVE: &str = "local e = redis.call('LPOP', KEYS[1]) \
    if e then redis.call('RPUSH', KEYS[2], e) end return e";
const MOVE_UNDECLARED: &str = "local e = redis.call('LPOP', ARGV[1]) \
    if e then redis.call('RPUSH', ARGV[2], e) end return e";

/// One client and what it wrote down.
pub(super) struct Player {
    pub(super) client: Client,
    pub(super) index: usize,
    /// When the history began.
    pub(super) start: Instant,
    calls: Vec<Call>,
    rng: Rng,
    round: u64,
    drawn: i64,
}

type Played = Result<(), String>;

impl Player {
    pub(super) fn new(client: Client, index: usize, start: Instant) -> Self {
        Self { client, index, start, calls: Vec::new(), rng: Rng::new(0, 0), round: 0, drawn: 0 }
    }

    /// Plays its part of a round, which follows from the seed but for what the server answers.
    pub(super) fn play(&mut self, seed: u64, round: u64) -> Result<Vec<Call>, String> {
        self.rng = Rng::new(seed, round * 64 + self.index as u64);
        self.round = round;
        // Every value that is written is written once in a round.
        self.drawn = (self.index as i64 + 1) * 1_000_000;
        for _ in 0..CALLS {
            match self.rng.below(100) {
                0..=29 => self.number()?,
                30..=57 => self.list()?,
                58..=69 => self.transaction()?,
                70..=75 => self.optimistic()?,
                76..=95 => self.script()?,
                _ => sleep(Duration::from_micros(self.rng.below(3000) as u64)),
            }
        }
        if round.is_multiple_of(40) {
            // Deadlines of the round are over then.
            sleep(Duration::from_millis(180));
            for key in 0..NUMBERS {
                self.plain(&format!("GET {}", self.name(key)), |r| Step::Get(key, number(r)))?;
            }
        }
        Ok(std::mem::take(&mut self.calls))
    }

    fn name(&self, key: Key) -> String {
        format!("h{}:{key}", self.round)
    }

    fn any_number(&mut self) -> Key {
        self.rng.below(NUMBERS)
    }

    fn any_list(&mut self) -> Key {
        NUMBERS + self.rng.below(KEYS - NUMBERS)
    }

    fn two_of(&mut self, draw: fn(&mut Self) -> Key) -> (Key, Key) {
        loop {
            let (one, two) = (draw(self), draw(self));
            if one != two {
                return (one, two);
            }
        }
    }

    fn value(&mut self) -> i64 {
        self.drawn += 100;
        self.drawn
    }

    fn now(&self) -> Us {
        self.start.elapsed().as_micros() as Us
    }

    /// Sends requests in one piece, and returns their replies with the instants before and after.
    fn exchange(&mut self, requests: &[Vec<String>]) -> Result<(Us, Us, Vec<Reply>), String> {
        let mut bytes = Vec::new();
        requests.iter().for_each(|request| encode_into(&mut bytes, request));
        let sent = self.now();
        self.client.send_raw(&bytes)?;
        let mut replies = Vec::new();
        for request in requests {
            let reply = self.client.next(Duration::from_mins(5))?;
            replies.push(reply.ok_or_else(|| format!("{request:?}: no reply in five minutes"))?);
        }
        Ok((sent, self.now(), replies))
    }

    fn note(&mut self, (sent, answered): (Us, Us), steps: Vec<Step>) {
        self.calls.push(Call { client: self.index, sent, answered, steps });
    }

    /// One command, given as words, and what it means.
    fn plain(&mut self, words: &str, step: impl Fn(&Reply) -> Step) -> Played {
        let (sent, answered, replies) = self.exchange(&[split(words)])?;
        refuse_errors(words, &replies[0])?;
        self.note((sent, answered), vec![step(&replies[0])]);
        Ok(())
    }

    fn number(&mut self) -> Played {
        let (words, step) = self.number_command();
        self.plain(&words, step)
    }

    fn list(&mut self) -> Played {
        let (words, step) = self.list_command(true);
        self.plain(&words, step)
    }

    fn number_command(&mut self) -> (String, Box<dyn Fn(&Reply) -> Step>) {
        let key = self.any_number();
        let name = self.name(key);
        match self.rng.below(12) {
            0..=3 => (format!("GET {name}"), Box::new(move |r| Step::Get(key, number(r)))),
            4 | 5 => {
                let ms = *self.rng.pick(&[1, 3, 10, 400]);
                let value = self.value();
                let words = format!("SET {name} {value} PX {ms}");
                (words, Box::new(move |_| Step::Set(key, value, Some(ms))))
            }
            6 => {
                let value = self.value();
                (format!("SET {name} {value}"), Box::new(move |_| Step::Set(key, value, None)))
            }
            7 => {
                let value = self.value();
                let words = format!("SET {name} {value} NX");
                (words, Box::new(move |r| Step::SetNx(key, value, *r != Reply::Nil)))
            }
            8 => (format!("GETDEL {name}"), Box::new(move |r| Step::GetDel(key, number(r)))),
            9 => {
                let words = format!("PERSIST {name}");
                (words, Box::new(move |r| Step::Persist(key, *r == Reply::Integer(1))))
            }
            10 => {
                let words = format!("EXISTS {name}");
                (words, Box::new(move |r| Step::Exists(key, *r == Reply::Integer(1))))
            }
            _ => (format!("INCR {name}"), Box::new(move |r| Step::Add(key, 1, integer(r)))),
        }
    }

    fn list_command(&mut self, may_block: bool) -> (String, Box<dyn Fn(&Reply) -> Step>) {
        let key = self.any_list();
        let (name, left) = (self.name(key), self.rng.percent(50));
        let side = if left { "L" } else { "R" };
        let wait = format!("0.0{:02}", 1 + self.rng.below(20));
        match self.rng.below(if may_block { 12 } else { 8 }) {
            0..=3 => {
                let value = self.value();
                let words = format!("{side}PUSH {name} {value}");
                (words, Box::new(move |r| Step::Push(key, left, value, integer(r) as usize)))
            }
            4 => (format!("{side}POP {name}"), Box::new(move |r| Step::Pop(key, left, number(r)))),
            5 => (format!("LRANGE {name} 0 -1"), Box::new(move |r| Step::All(key, numbers(r)))),
            6 | 7 => {
                let (words, step) = self.movement(key, left);
                (format!("LMOVE {words}"), step)
            }
            8 => {
                let (words, step) = self.movement(key, left);
                (format!("BLMOVE {words} {wait}"), step)
            }
            _ => {
                let words = format!("B{side}POP {name} {wait}");
                let element = |r: &Reply| numbers(r).last().copied();
                (words, Box::new(move |r| Step::Pop(key, left, element(r))))
            }
        }
    }

    fn movement(&mut self, from: Key, left: bool) -> (String, Box<dyn Fn(&Reply) -> Step>) {
        let (to, to_left) = (self.any_list(), self.rng.percent(50));
        let side = |left| if left { "LEFT" } else { "RIGHT" };
        let (source, target) = (self.name(from), self.name(to));
        let words = format!("{source} {target} {} {}", side(left), side(to_left));
        (words, Box::new(move |r| Step::Move(from, left, to, to_left, number(r))))
    }

    /// MULTI, two or three commands on any keys, EXEC.
    fn transaction(&mut self) -> Played {
        let (mut requests, mut steps) = (vec![split("MULTI")], Vec::new());
        for _ in 0..2 + self.rng.below(2) {
            let numbers = self.rng.percent(60);
            let (words, step) =
                if numbers { self.number_command() } else { self.list_command(false) };
            requests.push(split(&words));
            steps.push(step);
        }
        requests.push(split("EXEC"));
        // In one piece, or a request at a time: then others' calls come in between.
        let (sent, answered, replies) = if self.rng.percent(60) {
            self.exchange(&requests)?
        } else {
            let exec = requests.pop().into_iter().collect::<Vec<_>>();
            for request in &requests {
                self.exchange(std::slice::from_ref(request))?;
            }
            self.exchange(&exec)?
        };
        let Some(Reply::Array(results)) = replies.last() else {
            return Err(format!("EXEC: {:?}", replies.last()));
        };
        results.iter().try_for_each(|result| refuse_errors("EXEC", result))?;
        let steps = steps.iter().zip(results).map(|(step, result)| step(result)).collect();
        self.note((sent, answered), steps);
        Ok(())
    }

    /// WATCH, GET, then a write that is only done if nothing changed.
    fn optimistic(&mut self) -> Played {
        let key = self.any_number();
        let (name, value) = (self.name(key), self.value());
        self.exchange(&[split(&format!("WATCH {name}"))])?;
        let (sent, answered, replies) = self.exchange(&[split(&format!("GET {name}"))])?;
        let seen = number(&replies[0]);
        self.note((sent, answered), vec![Step::Get(key, seen)]);
        let write = [split("MULTI"), split(&format!("SET {name} {value}")), split("EXEC")];
        let (sent, answered, replies) = self.exchange(&write)?;
        if matches!(replies.last(), Some(Reply::Array(_))) {
            let steps = vec![Step::Unchanged(key, seen), Step::Set(key, value, None)];
            self.note((sent, answered), steps);
        }
        Ok(())
    }

    fn script(&mut self) -> Played {
        let (a, b) = self.two_of(Self::any_number);
        let (from, to) = self.two_of(Self::any_list);
        let (first, second) = (self.name(a), self.name(b));
        let (source, target) = (self.name(from), self.name(to));
        let by = 1 + self.rng.below(2) as i64;
        let value = self.value();
        let by_text = by.to_string();
        let value_text = value.to_string();
        match self.rng.below(8) {
            0 => self.eval(ADD_BOTH, &[&first, &second], &[&by_text], |r| {
                let sums = integers(r);
                vec![Step::Add(a, by, sums[0]), Step::Add(b, by, sums[1])]
            }),
            1 => self.eval(ADD_BOTH_UNDECLARED, &[], &[&by_text, &first, &second], |r| {
                let sums = integers(r);
                vec![Step::Add(a, by, sums[0]), Step::Add(b, by, sums[1])]
            }),
            2 => self.eval(SET_BOTH_HALF_DECLARED, &[&first], &[&value_text, &second], |_| {
                vec![Step::Set(a, value, None), Step::Set(b, value, None)]
            }),
            3 | 4 => self.eval(SOMETIMES_UNDECLARED, &[&first], &[&by_text, &second], |r| {
                integers(r)
                    .into_iter()
                    .zip([a, b])
                    .map(|(sum, key)| Step::Add(key, by, sum))
                    .collect()
            }),
            5 => self.eval(GET_BOTH_UNDECLARED, &[], &[&first, &second], |r| {
                let Reply::Array(items) = r else { return Vec::new() };
                items.iter().zip([a, b]).map(|(item, key)| Step::Get(key, number(item))).collect()
            }),
            6 => self.eval(MOVE, &[&source, &target], &[], |r| {
                vec![Step::Move(from, true, to, false, number(r))]
            }),
            _ => self.eval(MOVE_UNDECLARED, &[], &[&source, &target], |r| {
                vec![Step::Move(from, true, to, false, number(r))]
            }),
        }
    }

    fn eval(
        &mut self,
        script: &str,
        keys: &[&str],
        args: &[&str],
        steps: impl Fn(&Reply) -> Vec<Step>,
    ) -> Played {
        let text = format!("{script} -- {}", self.round / 4);
        let mut request = vec!["EVAL".to_owned(), text, keys.len().to_string()];
        request.extend(keys.iter().chain(args).map(|&word| word.to_owned()));
        let (sent, answered, replies) = self.exchange(&[request])?;
        refuse_errors(script, &replies[0])?;
        self.note((sent, answered), steps(&replies[0]));
        Ok(())
    }
}

fn split(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

fn refuse_errors(request: &str, reply: &Reply) -> Played {
    match reply {
        Reply::Error(_) | Reply::Closed => Err(format!("{request}: {}", reply.render().concat())),
        _ => Ok(()),
    }
}

/// The number in a bulk string; none in a null.
fn number(reply: &Reply) -> Option<i64> {
    match reply {
        Reply::Bulk(text) => String::from_utf8_lossy(text).parse().ok(),
        _ => None,
    }
}

/// The numbers in an array of bulk strings, keys left out.
fn numbers(reply: &Reply) -> Vec<i64> {
    match reply {
        Reply::Array(items) => items.iter().filter_map(number).collect(),
        _ => Vec::new(),
    }
}

/// An integer reply; what no key ever holds if it is something else.
fn integer(reply: &Reply) -> i64 {
    if let Reply::Integer(number) = reply { *number } else { i64::MIN }
}

/// The two integers that a script returns, or fewer.
fn integers(reply: &Reply) -> Vec<i64> {
    match reply {
        Reply::Array(items) => items.iter().map(integer).collect(),
        _ => Vec::new(),
    }
}
