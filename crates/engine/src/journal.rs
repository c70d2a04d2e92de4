//! The journal of one worker: what its calls changed, in the order of the whole data set.
//!
//! ```text
//! bytes   [ op | op op | op | ...      ]   operations in the form of the append-only file
//! groups  | 17 |  19   | 20 | ...      |   what one call did
//! runs    | 17 |  19 to 20    | ...    |   groups whose tickets follow each other: where they end
//! ```
//! A call writes operations while it holds its stripes and closes its group before it lets them
//! go: only then is a ticket drawn from the store's one counter. So tickets agree with the order of
//! changes of every key, whichever workers made them, and nobody waits for anybody: who reads the
//! log puts the groups of all workers in order again. A group of several operations is bracketed
//! by MULTI and EXEC: it is replayed as a whole or not at all.
//!
//! With the journal off nothing is written here; the switch is a bit of
//! [`Effects::record`](crate::Effects), a word that every call reads anyway.

/// What brackets a group of several operations.
const MULTI: &[u8] = b"*1\r\n$5\r\nMULTI\r\n";
const EXEC: &[u8] = b"*1\r\n$4\r\nEXEC\r\n";

/// Capacity above which the buffer of operations is not kept.
const KEEP_BYTES: usize = 256 << 10;

/// What one worker's calls changed and nobody has fetched yet.
#[derive(Default, Debug)]
pub struct Journal {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    /// Where the open group starts.
    begun: usize,
    /// Operations of the open group.
    ops: u32,
    /// Databases of its first and of its last operation.
    first_db: u32,
    last_db: u32,
    /// Changes of the running call that are written already.
    covered: u64,
    /// The running call has said itself what is to be written.
    is_replaced: bool,
    /// Keys whose time has come are written as `UNLINK`, not `DEL` (`lazyfree-lazy-expire`).
    pub unlinks: bool,
    /// The ticket of the last group closed.
    last_ticket: u64,
    /// The same at the last `settle`.
    settled: u64,
}

/// Closed groups, each the changes of a call or of a transaction, that nothing came between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    /// The place of its first group among those of all workers: 1, 2, 3 ...
    pub first: u64,
    /// The place of its last one.
    pub last: u64,
    /// Where it ends among the bytes; it starts where the one before ends.
    pub end: usize,
    /// The database that is selected before its first operation.
    pub first_db: u32,
    /// The database that is selected after its last one.
    pub last_db: u32,
}

/// A place in the open group.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    begun: usize,
    len: usize,
    ops: u32,
    databases: (u32, u32),
}

/// Groups in the order in which their worker closed them.
#[derive(Default, Debug)]
pub struct Fetched {
    /// Operations.
    pub bytes: Vec<u8>,
    /// Where each run of groups is.
    pub runs: Vec<Run>,
}

impl Fetched {
    /// How many groups there are.
    pub fn groups(&self) -> u64 {
        self.runs.iter().map(|run| run.last - run.first + 1).sum()
    }
}

impl Journal {
    /// Writes an operation of the open group.
    pub fn write<'a, I>(&mut self, db: usize, args: I)
    where
        I: IntoIterator<Item = &'a [u8]>,
        I::IntoIter: ExactSizeIterator,
    {
        self.begin_op(db);
        write_request(&mut self.bytes, args);
    }

    /// Writes an operation that is in the form of the log already.
    #[inline]
    pub fn write_whole(&mut self, db: usize, request: &[u8]) {
        self.begin_op(db);
        self.bytes.extend_from_slice(request);
    }

    #[inline]
    fn begin_op(&mut self, db: usize) {
        let db = db as u32;
        if self.ops == 0 {
            self.first_db = db;
        } else if db != self.last_db {
            select(&mut self.bytes, db);
        }
        self.last_db = db;
        self.ops += 1;
    }

    /// Writes the end of a key whose time has come.
    pub(crate) fn write_expired(&mut self, db: usize, key: &[u8]) {
        let verb: &[u8] = if self.unlinks { b"UNLINK" } else { b"DEL" };
        self.write(db, [verb, key]);
    }

    /// Writes the end of a key that is evicted.
    pub(crate) fn write_removed(&mut self, db: usize, key: &[u8]) {
        self.write_expired(db, key);
    }

    /// Writes the end of fields whose time has come.
    pub(crate) fn write_expired_fields(&mut self, db: usize, key: &[u8], fields: &[Box<[u8]>]) {
        let all: Vec<&[u8]> =
            [&b"HDEL"[..], key].into_iter().chain(fields.iter().map(|field| &**field)).collect();
        self.write(db, all);
    }

    /// Where the open group ends at this moment, for [`Journal::forget`].
    pub fn mark(&self) -> Mark {
        Mark {
            begun: self.begun,
            len: self.bytes.len(),
            ops: self.ops,
            databases: (self.first_db, self.last_db),
        }
    }

    /// Takes back what was written to the open group since then.
    pub fn forget(&mut self, mark: Mark) {
        if self.begun == mark.begun {
            self.bytes.truncate(mark.len);
            self.ops = mark.ops;
            (self.first_db, self.last_db) = mark.databases;
        }
    }

    /// Says that the running call is written in another form than its own, or not at all.
    pub fn replace(&mut self) {
        self.is_replaced = true;
    }

    /// At the end of a call that has made `dirty` changes since the last [`Journal::settle`]:
    /// whether its own arguments are to be written.
    #[inline]
    pub fn wants_call(&mut self, dirty: u64) -> bool {
        let is_new = dirty != self.covered;
        self.covered = dirty;
        !std::mem::take(&mut self.is_replaced) && is_new
    }

    /// The count of changes begins anew. The ticket of the last group closed since this was called
    /// before, if any was.
    #[inline]
    pub fn settle(&mut self) -> Option<u64> {
        self.covered = 0;
        let last = self.last_ticket;
        (std::mem::replace(&mut self.settled, last) != last).then_some(last)
    }

    /// Whether a group is open that has something in it.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.ops > 0
    }

    /// Closes the open group under a ticket that was just drawn, while its stripes are held.
    pub(crate) fn close(&mut self, ticket: u64) {
        if self.ops > 1 {
            self.bytes.splice(self.begun..self.begun, MULTI.iter().copied());
            self.bytes.extend_from_slice(EXEC);
        }
        self.ops = 0;
        self.begun = self.bytes.len();
        self.last_ticket = ticket;
        if let Some(run) = self.runs.last_mut()
            && run.last + 1 == ticket
            && run.last_db == self.first_db
        {
            (run.last, run.end, run.last_db) = (ticket, self.begun, self.last_db);
            return;
        }
        self.runs.push(Run {
            first: ticket,
            last: ticket,
            end: self.begun,
            first_db: self.first_db,
            last_db: self.last_db,
        });
    }

    /// Closes a group without an operation, so that no run goes over this ticket.
    pub(crate) fn part(&mut self, ticket: u64) {
        const NONE: u32 = u32::MAX;
        self.last_ticket = ticket;
        let (first, last, end) = (ticket, ticket, self.begun);
        self.runs.push(Run { first, last, end, first_db: NONE, last_db: NONE });
    }

    /// Whether there is nothing to fetch.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Takes all closed groups; `empty` is what was fetched before and is used up, so that its
    /// memory serves again.
    pub fn fetch(&mut self, mut empty: Fetched) -> Fetched {
        debug_assert!(self.ops == 0, "a call closes its group");
        empty.bytes.clear();
        empty.runs.clear();
        if empty.bytes.capacity() > KEEP_BYTES {
            empty = Fetched::default();
        }
        self.begun = 0;
        Fetched {
            bytes: std::mem::replace(&mut self.bytes, empty.bytes),
            runs: std::mem::replace(&mut self.runs, empty.runs),
        }
    }
}

impl Run {
    /// Appends the run to the log, in which `selected` is the current database: `bytes` are the
    /// run's own.
    pub fn append_to(&self, out: &mut Vec<u8>, selected: &mut Option<u32>, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if *selected != Some(self.first_db) {
            select(out, self.first_db);
        }
        out.extend_from_slice(bytes);
        *selected = Some(self.last_db);
    }
}

/// Appends a request in the form of the append-only file.
pub fn write_request<'a, I>(out: &mut Vec<u8>, args: I)
where
    I: IntoIterator<Item = &'a [u8]>,
    I::IntoIter: ExactSizeIterator,
{
    let args = args.into_iter();
    head(out, b'*', args.len());
    for arg in args {
        head(out, b'$', arg.len());
        out.extend_from_slice(arg);
        out.extend_from_slice(b"\r\n");
    }
}

/// Writes `SELECT db`.
pub fn select(out: &mut Vec<u8>, db: u32) {
    write_request(out, [&b"SELECT"[..], db.to_string().as_bytes()]);
}

/// Writes `*count` or `$length` with its line end.
fn head(out: &mut Vec<u8>, sign: u8, number: usize) {
    let mut digits = [0_u8; 24];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push(sign);
    out.extend_from_slice(&digits[at..]);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
