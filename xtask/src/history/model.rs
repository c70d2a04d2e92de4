//! What a single-threaded server would do: the sequential model that histories are held against.
//!
//! A state holds the keys of one round. A call is a group of steps that happen at one instant: one
//! step for a plain command, several for a transaction or a script. [`State::after`] runs a call
//! and gives the states in which the server may be then, none if the replies that were observed are
//! impossible. There may be several, since nobody but the server knows when exactly a key expired:
//! a deadline is an interval that later observations narrow.

/// Microseconds since the history began.
pub(crate) type Us = u64;

/// The number of a key in its round.
pub(crate) type Key = usize;

/// One step and what was observed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `GET` -> value.
    Get(Key, Option<i64>),
    /// `SET key value [PX ms]`.
    Set(Key, i64, Option<u64>),
    /// `SET key value NX` -> whether it was set.
    SetNx(Key, i64, bool),
    /// `GETDEL` -> value.
    GetDel(Key, Option<i64>),
    /// `INCRBY` -> sum.
    Add(Key, i64, i64),
    /// `PERSIST` -> whether a deadline was taken away.
    Persist(Key, bool),
    /// `EXISTS` -> whether.
    Exists(Key, bool),
    /// `LPUSH` (true) or `RPUSH` -> length.
    Push(Key, bool, i64, usize),
    /// `LPOP` (true) or `RPOP`, blocking or not -> element.
    Pop(Key, bool, Option<i64>),
    /// `LMOVE from to`, blocking or not -> element.
    Move(Key, bool, Key, bool, Option<i64>),
    /// `LRANGE 0 -1`.
    All(Key, Vec<i64>),
    /// The optimistic write of `WATCH`: what was read before is still there.
    Unchanged(Key, Option<i64>),
}

impl Step {
    /// The keys it touches.
    pub(crate) fn keys(&self) -> [Option<Key>; 2] {
        match *self {
            Self::Move(from, _, to, _, _) => [Some(from), Some(to)],
            Self::Get(key, _)
            | Self::Set(key, ..)
            | Self::SetNx(key, ..)
            | Self::GetDel(key, _)
            | Self::Add(key, ..)
            | Self::Persist(key, _)
            | Self::Exists(key, _)
            | Self::Push(key, ..)
            | Self::Pop(key, ..)
            | Self::All(key, _)
            | Self::Unchanged(key, _) => [Some(key), None],
        }
    }
}

/// One call: when it was sent, when its reply was there, and its steps, which are one instant.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) client: usize,
    pub(crate) sent: Us,
    pub(crate) answered: Us,
    pub(crate) steps: Vec<Step>,
}

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Value {
    None,
    /// A number and, if it expires, the earliest and latest instant of that.
    Number(i64, Option<(Us, Us)>),
    List(Vec<i64>),
}

/// The keys of a round.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State(Vec<Value>);

impl State {
    /// All keys absent.
    pub(crate) fn empty(keys: usize) -> Self {
        Self(vec![Value::None; keys])
    }

    /// The states that `call` may leave behind. The server's clock is read once a batch, so it may
    /// be up to `slack` behind what clients see.
    pub(crate) fn after(&self, call: &Call, slack: Us) -> Vec<Self> {
        let mut states = vec![self.clone()];
        for step in &call.steps {
            let mut next = Vec::new();
            for state in states {
                state.take(step, call, slack, &mut next);
            }
            states = next;
        }
        states
    }

    /// Decides whether the keys of a step are there, then runs it.
    fn take(mut self, step: &Step, call: &Call, slack: Us, next: &mut Vec<Self>) {
        for key in step.keys().into_iter().flatten() {
            let Value::Number(number, Some((earliest, latest))) = self.0[key] else { continue };
            if call.answered >= earliest {
                let mut gone = self.clone();
                gone.0[key] = Value::None;
                gone.take(step, call, slack, next);
            }
            if call.sent > latest.saturating_add(slack) {
                return;
            }
            // Seen alive: it expires after this.
            let earliest = earliest.max(call.sent.saturating_sub(slack));
            self.0[key] = Value::Number(number, Some((earliest, latest.max(earliest))));
        }
        if self.run(step, call, slack) {
            next.push(self);
        }
    }

    fn number(&self, key: Key) -> Option<i64> {
        match self.0[key] {
            Value::Number(number, _) => Some(number),
            _ => None,
        }
    }

    /// Runs a step whose keys are as they are; whether what was observed fits.
    fn run(&mut self, step: &Step, call: &Call, slack: Us) -> bool {
        match step {
            Step::Get(key, seen) | Step::Unchanged(key, seen) => self.number(*key) == *seen,
            Step::Set(key, number, lifetime) => {
                let deadline = lifetime.map(|ms| {
                    let us = ms * 1000;
                    ((call.sent + us).saturating_sub(slack), call.answered + us)
                });
                self.0[*key] = Value::Number(*number, deadline);
                true
            }
            Step::SetNx(key, number, was_set) => {
                let absent = self.0[*key] == Value::None;
                if absent {
                    self.0[*key] = Value::Number(*number, None);
                }
                absent == *was_set
            }
            Step::GetDel(key, seen) => {
                let fits = self.number(*key) == *seen;
                self.0[*key] = Value::None;
                fits
            }
            Step::Add(key, by, sum) => {
                let deadline = match self.0[*key] {
                    Value::Number(_, deadline) => deadline,
                    _ => None,
                };
                let now = self.number(*key).unwrap_or(0) + by;
                self.0[*key] = Value::Number(now, deadline);
                now == *sum
            }
            Step::Persist(key, taken) => match &mut self.0[*key] {
                Value::Number(_, deadline) => deadline.take().is_some() == *taken,
                _ => !taken,
            },
            Step::Exists(key, seen) => (self.0[*key] != Value::None) == *seen,
            Step::Push(key, left, element, len) => {
                self.push(*key, *left, *element);
                self.list(*key).len() == *len
            }
            Step::Pop(key, left, seen) => self.pop(*key, *left) == *seen,
            Step::Move(from, from_left, to, to_left, seen) => {
                let element = self.pop(*from, *from_left);
                if let Some(element) = element {
                    self.push(*to, *to_left, element);
                }
                element == *seen
            }
            Step::All(key, seen) => self.list(*key) == seen,
        }
    }

    fn list(&self, key: Key) -> &[i64] {
        if let Value::List(list) = &self.0[key] { list } else { &[] }
    }

    fn push(&mut self, key: Key, left: bool, element: i64) {
        if let Value::List(list) = &mut self.0[key] {
            list.insert(if left { 0 } else { list.len() }, element);
        } else {
            self.0[key] = Value::List(vec![element]);
        }
    }

    fn pop(&mut self, key: Key, left: bool) -> Option<i64> {
        let Value::List(list) = &mut self.0[key] else { return None };
        let element = list.remove(if left { 0 } else { list.len() - 1 });
        if list.is_empty() {
            self.0[key] = Value::None;
        }
        Some(element)
    }
}
