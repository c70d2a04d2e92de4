use super::*;
use std::net::SocketAddr;
use std::thread;

fn door() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.set_nonblocking(true).expect("it does not block");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        Door::new(vec![listener]).serve(&|request| {
            if request.path == "/secret" && !request.knows(b"pass:word") {
                return Answer::unauthorized();
            }
            Answer::new(200, "text/plain", request.path.repeat(10_000))
        });
    });
    address
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the door is open");
    stream.write_all(request.as_bytes()).expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("text to the end");
    answer
}

#[test]
fn answers_and_refusals() {
    let door = door();
    let fine = ask(door, "GET /path?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(fine.starts_with("HTTP/1.1 200 OK\r\n"), "{fine:.100}");
    assert!(fine.ends_with("/path/path") && fine.contains("Content-Length: 50000\r\n"));
    let head = ask(door, "HEAD /path HTTP/1.0\r\n\r\n");
    assert!(
        head.contains("Content-Length: 50000\r\n") && head.ends_with("\r\n\r\n"),
        "{head:.300}"
    );
    for (request, code) in [
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 405),
        ("GET nowhere HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2\r\n\r\n", 400),
        ("GET / HTTP/1.1 more\r\n\r\n", 400),
        ("PING\r\n\r\n", 400),
        ("*1\r\n$4\r\nPING\r\n\r\n", 400),
    ] {
        let answer = ask(door, request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{request:?}: {answer}");
    }
}

#[test]
fn a_password_in_both_ways() {
    let door = door();
    let ask = |line: &str| {
        let answer = ask(door, &format!("GET /secret HTTP/1.1\r\n{line}\r\n\r\n"));
        answer.split(' ').nth(1).map(str::to_owned)
    };
    // prometheus:pass:word
    assert_eq!(ask("Authorization: Basic cHJvbWV0aGV1czpwYXNzOndvcmQ=").as_deref(), Some("200"));
    assert_eq!(ask("AUTHORIZATION:bearer pass:word").as_deref(), Some("200"));
    for wrong in ["A: b", "Authorization: Basic x!", "Authorization: Bearer pass", "Authorization:"]
    {
        assert_eq!(ask(wrong).as_deref(), Some("401"), "{wrong}");
    }
}

#[test]
fn requests_come_in_pieces() {
    let mut stream = TcpStream::connect(door()).expect("the door is open");
    for piece in ["GET /a", "bc HTTP/1.1\r\nA: b\r", "\n\r", "\n"] {
        stream.write_all(piece.as_bytes()).expect("it is read");
        thread::sleep(Duration::from_millis(20));
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("text to the end");
    assert!(answer.ends_with("/abc"));
}

#[test]
fn endless_heads_are_refused() {
    let mut stream = TcpStream::connect(door()).expect("the door is open");
    let line = format!("X: {}\r\n", "y".repeat(1000));
    stream.write_all(b"GET / HTTP/1.1\r\n").expect("it is read");
    for _ in 0..20 {
        // It may have been refused and closed by then.
        let _ = stream.write_all(line.as_bytes());
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[test]
fn silent_slow_and_deaf_visitors_keep_nobody_out() {
    let door = door();
    let connect = || TcpStream::connect(door).expect("the door is open");
    let mut crowd: Vec<TcpStream> = (0..3 * CONNECTIONS_MAX).map(|_| connect()).collect();
    for stream in crowd.iter_mut().step_by(2) {
        // Half a request; or a whole one whose answer is never read.
        let _ = stream.write_all(b"GET /half HTTP/1.1\r\n");
    }
    for _ in 0..CONNECTIONS_MAX {
        let mut deaf = connect();
        deaf.write_all(b"GET /deaf HTTP/1.1\r\n\r\n").expect("it is read");
        crowd.push(deaf);
    }
    for _ in 0..50 {
        assert!(ask(door, "GET /x HTTP/1.1\r\n\r\n").ends_with("/x"));
    }
}

#[test]
fn base64_of_every_length() {
    for (text, bytes) in [
        ("", &b""[..]),
        ("Zg==", b"f"),
        ("Zm8=", b"fo"),
        ("Zm9v", b"foo"),
        ("+/+/", &[251, 255, 191]),
    ] {
        assert_eq!(BASE64.decode(text).as_deref(), Ok(bytes));
        assert_eq!(BASE64.decode(text.trim_end_matches('=')).as_deref(), Ok(bytes));
    }
    assert!(BASE64.decode("a b").is_err());
}
