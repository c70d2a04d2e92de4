== Keys that were read are told once when they change
@socket pushes
@resp3
@conn me
> CLIENT TRACKING ON
OK
> GET k
(nil)
> MGET a b
1) (nil)
2) (nil)
@conn other
> SET k 1
OK
> SET k 2
OK
> LPUSH b x
(integer) 1
@conn me
<
1> "invalidate"
2> 1) "k"
<
1> "invalidate"
2> 1) "b"
> GET k
"2"
> SET k 3
OK
<
1> "invalidate"
2> 1) "k"
> CLIENT TRACKING OFF
OK
> GET k
"3"
@conn other
> SET k 4
OK
@conn me
> PING
PONG

== To another connection
@socket pushes
@resp2
@conn eye
> SUBSCRIBE __redis__:invalidate
1) "subscribe"
2) "__redis__:invalidate"
3) (integer) 1
@conn me
> CLIENT TRACKING ON REDIRECT 999999
(error) ERR The client ID you want redirect to does not exist
> CLIENT GETREDIR
(integer) -1
> CLIENT TRACKING ON
OK
> CLIENT GETREDIR
(integer) 0
> CLIENT TRACKINGINFO
1) "flags"
2) 1) "on"
3) "redirect"
4) (integer) 0
5) "prefixes"
6) (empty array)

== Broadcast by prefix
@socket pushes
@resp3
@conn me
> CLIENT TRACKING ON BCAST PREFIX user: PREFIX obj
OK
> CLIENT TRACKINGINFO
1# "flags" => 1~ "on"
   2~ "bcast"
2# "redirect" => (integer) 0
3# "prefixes" => 1) "obj"
   2) "user:"
@conn other
> MSET user:2 b user:1 a other c object d
OK
@conn me
<
1> "invalidate"
2> 1) "object"
<
1> "invalidate"
2> 1) "user:1"
   2) "user:2"
> CLIENT TRACKING ON BCAST PREFIX us
(error) ERR Prefix 'us' overlaps with an existing prefix 'user:'. Prefixes for a single client must not overlap.
> CLIENT TRACKING ON BCAST PREFIX zoo PREFIX zoolander
(error) ERR Prefix 'zoo' overlaps with another provided prefix 'zoolander'. Prefixes for a single client must not overlap.
> CLIENT TRACKING ON
(error) ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.
> SET user:3 x
OK
<
1> "invalidate"
2> 1) "user:3"
> RESET
RESET

== Broadcast names no key that the user may not read
@socket pushes
@skip-oracle it names them
@resp3
@conn other
> ACL SETUSER eve on nopass +@all %R~seen:* %W~*
OK
@conn me
> AUTH eve x
OK
> CLIENT TRACKING ON BCAST
OK
@conn other
> MSET seen:1 a hidden:1 b
OK
> SET hidden:2 c
OK
> SET seen:2 d
OK
@conn me
<
1> "invalidate"
2> 1) "seen:1"
<
1> "invalidate"
2> 1) "seen:2"
@conn other
> ACL DELUSER eve
(integer) 1

== Opting in and out
@socket pushes
@resp3
@conn me
> CLIENT CACHING YES
(error) ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled
> CLIENT TRACKING ON OPTIN OPTOUT
(error) ERR You can't specify both OPTIN mode and OPTOUT mode
> CLIENT TRACKING ON OPTIN BCAST
(error) ERR OPTIN and OPTOUT are not compatible with BCAST
> CLIENT TRACKING ON PREFIX a
(error) ERR PREFIX option requires BCAST mode to be enabled
> CLIENT TRACKING ON OPTIN
OK
> CLIENT CACHING NO
(error) ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.
> GET a
(nil)
> CLIENT CACHING YES
OK
> GET b
(nil)
> GET c
(nil)
@conn other
> MSET a 1 b 2 c 3
OK
@conn me
<
1> "invalidate"
2> 1) "b"
> CLIENT TRACKING ON OPTOUT
(error) ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.
> CLIENT TRACKING OFF
OK
> CLIENT TRACKING ON OPTOUT NOLOOP
OK
> CLIENT CACHING NO
OK
> GET a
"1"
> GET b
"2"
> SET b 4
OK
> GET c
"3"
@conn other
> MSET a 2 b 3 c 4
OK
@conn me
<
1> "invalidate"
2> 1) "c"

== A flush drops everything, and so does the end of a redirection
@socket pushes
@resp3
@conn me
> CLIENT TRACKING ON
OK
> GET k
(nil)
@conn other
> FLUSHDB
OK
@conn me
<
1> "invalidate"
2> (nil)
