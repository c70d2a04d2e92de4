== SUBSCRIBE, PUBLISH, UNSUBSCRIBE
@socket the replies of a subscription are pushed
@resp2
@conn sub
> SUBSCRIBE news
1) "subscribe"
2) "news"
3) (integer) 1
@conn main
> PUBLISH news hello
(integer) 1
> PUBLISH other hello
(integer) 0
@conn sub
<
1) "message"
2) "news"
3) "hello"
> SUBSCRIBE news more
1) "subscribe"
2) "news"
3) (integer) 1
<
1) "subscribe"
2) "more"
3) (integer) 2
> GET k
(error) ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context
> PING
1) "pong"
2) ""
> PING hi
1) "pong"
2) "hi"
> UNSUBSCRIBE news
1) "unsubscribe"
2) "news"
3) (integer) 1
> UNSUBSCRIBE
1) "unsubscribe"
2) "more"
3) (integer) 0
> UNSUBSCRIBE
1) "unsubscribe"
2) (nil)
3) (integer) 0
> GET k
(nil)

== Patterns
@socket the replies of a subscription are pushed
@resp2
@conn sub
> PSUBSCRIBE n?ws.* all.*
1) "psubscribe"
2) "n?ws.*"
3) (integer) 1
<
1) "psubscribe"
2) "all.*"
3) (integer) 2
@conn main
> PUBLISH news.sport goal
(integer) 1
> PUBLISH nxws.sport goal
(integer) 1
> PUBLISH nws.sport goal
(integer) 0
> PUBSUB NUMPAT
(integer) 2
@conn sub
<
1) "pmessage"
2) "n?ws.*"
3) "news.sport"
4) "goal"
<
1) "pmessage"
2) "n?ws.*"
3) "nxws.sport"
4) "goal"
> PUNSUBSCRIBE n?ws.*
1) "punsubscribe"
2) "n?ws.*"
3) (integer) 1
> PUNSUBSCRIBE
1) "punsubscribe"
2) "all.*"
3) (integer) 0
> PUNSUBSCRIBE
1) "punsubscribe"
2) (nil)
3) (integer) 0

== A channel and a pattern that both match give two messages
@socket the replies of a subscription are pushed
@resp2
@conn sub
> SUBSCRIBE a.b
1) "subscribe"
2) "a.b"
3) (integer) 1
> PSUBSCRIBE a.*
1) "psubscribe"
2) "a.*"
3) (integer) 2
@conn main
> PUBLISH a.b x
(integer) 2
@conn sub
<
1) "message"
2) "a.b"
3) "x"
<
1) "pmessage"
2) "a.*"
3) "a.b"
4) "x"

== PUBSUB
@socket subscriptions of several connections
@resp2
> PUBSUB CHANNELS
(empty array)
> PUBSUB NUMSUB
(empty array)
> PUBSUB NUMSUB a b
1) "a"
2) (integer) 0
3) "b"
4) (integer) 0
> PUBSUB NUMPAT
(integer) 0
@conn one
> SUBSCRIBE a b
1) "subscribe"
2) "a"
3) (integer) 1
<
1) "subscribe"
2) "b"
3) (integer) 2
@conn two
> SUBSCRIBE b
1) "subscribe"
2) "b"
3) (integer) 1
@conn main
@unordered
> PUBSUB CHANNELS
1) "b"
2) "a"
> PUBSUB CHANNELS a*
1) "a"
> PUBSUB NUMSUB a b c
1) "a"
2) (integer) 1
3) "b"
4) (integer) 2
5) "c"
6) (integer) 0
> PUBSUB BOGUS
(error) ERR unknown subcommand 'BOGUS'. Try PUBSUB HELP.
> PUBSUB
(error) ERR wrong number of arguments for 'pubsub' command
> PUBSUB NUMPAT x
(error) ERR wrong number of arguments for 'pubsub|numpat' command
> PUBLISH b x
(integer) 2
> PUBLISH a
(error) ERR wrong number of arguments for 'publish' command
> SUBSCRIBE
(error) ERR wrong number of arguments for 'subscribe' command

== RESET and RESP2 subscribers
@socket the replies of a subscription are pushed
@resp2
@conn sub
> SUBSCRIBE a
1) "subscribe"
2) "a"
3) (integer) 1
> RESET
RESET
> GET k
(nil)
@conn main
> PUBLISH a x
(integer) 0
@conn sub
> PING
PONG

== In RESP3 a subscriber may run any command
@socket pushes
@resp3
@conn sub
> SUBSCRIBE a
1> "subscribe"
2> "a"
3> (integer) 1
> SET k v
OK
> GET k
"v"
@conn main
> PUBLISH a x
(integer) 1
@conn sub
<
1> "message"
2> "a"
3> "x"
> PING
PONG
> UNSUBSCRIBE
1> "unsubscribe"
2> "a"
3> (integer) 0

== A subscriber that publishes to itself gets the message
@socket pushes
@resp3
> SUBSCRIBE a
1> "subscribe"
2> "a"
3> (integer) 1
@unordered
> PUBLISH a x
*any*
<
*any*

== Subscriptions inside MULTI
@socket the replies of a subscription are pushed
@resp2
> MULTI
OK
> SUBSCRIBE a
QUEUED
> PING
QUEUED
> EXEC
1) 1) "subscribe"
   2) "a"
   3) (integer) 1
2) 1) "pong"
   2) ""

== A closed subscriber is forgotten
@socket the connection is closed
@resp2
@conn sub
> SUBSCRIBE a
1) "subscribe"
2) "a"
3) (integer) 1
> QUIT
OK
<
(closed)
@conn main
@at +50ms
> PUBLISH a x
(integer) 0
> PUBSUB CHANNELS
(empty array)

== Shard channels are apart from channels
@socket the replies of a subscription are pushed
@resp3
@conn sub
> SSUBSCRIBE orders
1> "ssubscribe"
2> "orders"
3> (integer) 1
@conn main
> PUBLISH orders x
(integer) 0
> SPUBLISH orders x
(integer) 1
> PUBSUB SHARDCHANNELS
1) "orders"
> PUBSUB SHARDCHANNELS none*
(empty array)
> PUBSUB CHANNELS
(empty array)
> PUBSUB SHARDNUMSUB orders none
1) "orders"
2) (integer) 1
3) "none"
4) (integer) 0
> PUBSUB SHARDCHANNELS a b
(error) ERR unknown subcommand or wrong number of arguments for 'SHARDCHANNELS'. Try PUBSUB HELP.
@conn sub
<
1> "smessage"
2> "orders"
3> "x"
> SUNSUBSCRIBE
1> "sunsubscribe"
2> "orders"
3> (integer) 0
> SUNSUBSCRIBE
1> "sunsubscribe"
2> (nil)
3> (integer) 0

== Subscriptions are confirmed though replies are off
@socket replies are switched off
@resp3
@blocks
> CLIENT REPLY OFF
> SUBSCRIBE a
1> "subscribe"
2> "a"
3> (integer) 1
@conn main2
> PUBLISH a x
(integer) 1
@conn main
<
1> "message"
2> "a"
3> "x"

== A subscriber that changes its protocol gets messages in the new one
@socket pushes
@resp3
@conn sub
> SUBSCRIBE a
1> "subscribe"
2> "a"
3> (integer) 1
> HELLO 2
*any*
@conn main
> PUBLISH a x
(integer) 1
@conn sub
<
1) "message"
2) "a"
3) "x"
> PING
1) "pong"
2) ""
