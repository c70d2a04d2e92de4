== HEXPIRE sets the time of fields and answers for each
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HEXPIRE h 100 FIELDS 1 a
1) (integer) 1
> HEXPIRE h 100 FIELDS 2 a x
1) (integer) 1
2) (integer) -2
> HEXPIRE nosuch 100 FIELDS 2 a x
1) (integer) -2
2) (integer) -2
> HTTL h FIELDS 3 a b x
1) (integer) 100
2) (integer) -1
3) (integer) -2
> HTTL nosuch FIELDS 2 a b
1) (integer) -2
2) (integer) -2
> HPTTL nosuch FIELDS 1 a
1) (integer) -2
> HEXPIRETIME nosuch FIELDS 1 a
1) (integer) -2
> HPEXPIRETIME nosuch FIELDS 1 a
1) (integer) -2
> HPEXPIREAT h 4000000000123 FIELDS 2 b b
1) (integer) 1
2) (integer) 1
> HPEXPIRETIME h FIELDS 2 b c
1) (integer) 4000000000123
2) (integer) -1
> HEXPIRETIME h FIELDS 2 b c
1) (integer) 4000000000
2) (integer) -1
> HEXPIREAT h 4000000001 FIELDS 1 c
1) (integer) 1
> HPEXPIRETIME h FIELDS 1 c
1) (integer) 4000000001000
> HPEXPIRE h 100000 FIELDS 1 c
1) (integer) 1
> HTTL h FIELDS 1 c
1) (integer) 100
> HGETALL h
1) "a"
2) "1"
3) "b"
4) "2"
5) "c"
6) "3"
> OBJECT ENCODING h
"hashtable"

== Conditions of HEXPIRE
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HEXPIRE h 100 NX FIELDS 1 a
1) (integer) 1
> HEXPIRE h 100 NX FIELDS 2 a b
1) (integer) 0
2) (integer) 1
> HEXPIRE h 50 GT FIELDS 3 a b c
1) (integer) 0
2) (integer) 0
3) (integer) 0
> HEXPIRE h 50 LT FIELDS 3 a b c
1) (integer) 1
2) (integer) 1
3) (integer) 1
> HTTL h FIELDS 3 a b c
1) (integer) 50
2) (integer) 50
3) (integer) 50
> HPERSIST h FIELDS 1 c
1) (integer) 1
> HEXPIRE h 200 XX FIELDS 3 a b c
1) (integer) 1
2) (integer) 1
3) (integer) 0
> HEXPIRE h 300 XX GT FIELDS 3 a b c
1) (integer) 1
2) (integer) 1
3) (integer) 0
> HTTL h FIELDS 3 a b c
1) (integer) 300
2) (integer) 300
3) (integer) -1
> HEXPIRE h 10 NX NX FIELDS 1 a
1) (integer) 0
> HEXPIRE h 10 nx fields 1 c
1) (integer) 1
> HPEXPIREAT h 4000000000123 FIELDS 1 a
1) (integer) 1
> HPEXPIREAT h 4000000000123 GT FIELDS 1 a
1) (integer) 0
> HPEXPIREAT h 4000000000123 LT FIELDS 1 a
1) (integer) 0
> HPEXPIREAT h 1 NX FIELDS 1 a
1) (integer) 0
> HPEXPIREAT h 1 GT FIELDS 1 a
1) (integer) 0
> HPEXPIREAT h 1 XX FIELDS 1 a
1) (integer) 2
> HEXISTS h a
(integer) 0

== HPERSIST removes the time
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HEXPIRE h 100 FIELDS 1 a
1) (integer) 1
> HPERSIST h FIELDS 4 a b x a
1) (integer) 1
2) (integer) -1
3) (integer) -2
4) (integer) -1
> HTTL h FIELDS 1 a
1) (integer) -1
> HPERSIST nosuch FIELDS 2 a b
1) (integer) -2
2) (integer) -2

== An instant that has come deletes the field, and the key with its last one
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HEXPIRE h 0 FIELDS 3 a x a
1) (integer) 2
2) (integer) -2
3) (integer) -2
> HEXPIREAT h 1 FIELDS 1 b
1) (integer) 2
> HGETALL h
1) "c"
2) "3"
> HPEXPIREAT h 0 FIELDS 1 c
1) (integer) 2
> EXISTS h
(integer) 0
> HPEXPIREAT h 1 FIELDS 1 c
1) (integer) -2

== HEXPIRE checks its arguments
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> SET s x
OK
> HEXPIRE
(error) ERR wrong number of arguments for 'hexpire' command
> HEXPIRE h
(error) ERR wrong number of arguments for 'hexpire' command
> HEXPIRE h 10 FIELDS 1
(error) ERR wrong number of arguments for 'hexpire' command
> HEXPIRE h 10 FIELDS 0 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 FIELDS -1 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 FIELDS x a
(error) ERR value is not an integer or out of range
> HEXPIRE h 10 FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 FIELDS 1 a b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 FIELDS 99999999999999999999 a
(error) ERR value is not an integer or out of range
> HEXPIRE h 10 FIELDS 9223372036854775807 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h x FIELDS 1 a
(error) ERR value is not an integer or out of range
> HEXPIRE h 1.5 FIELDS 1 a
(error) ERR value is not an integer or out of range
> HEXPIRE h -1 FIELDS 1 a
(error) ERR invalid expire time in 'hexpire' command
> HEXPIRE h -9223372036854775808 FIELDS 1 a
(error) ERR invalid expire time in 'hexpire' command
> HEXPIRE h 9223372036854775807 FIELDS 1 a
(error) ERR invalid expire time in 'hexpire' command
> HEXPIRE h 9223372036854775 FIELDS 1 a
(error) ERR invalid expire time in 'hexpire' command
> HPEXPIRE h 9223372036854775807 FIELDS 1 a
(error) ERR invalid expire time in 'hpexpire' command
> HEXPIREAT h 9223372036854776 FIELDS 1 a
(error) ERR invalid expire time in 'hexpireat' command
> HPEXPIREAT h -5 FIELDS 1 a
(error) ERR invalid expire time in 'hpexpireat' command
> HEXPIRE h 10 NX XX FIELDS 1 a
(error) ERR NX and XX, GT or LT options at the same time are not compatible
> HEXPIRE h 10 NX GT FIELDS 1 a
(error) ERR NX and XX, GT or LT options at the same time are not compatible
> HEXPIRE h 10 GT LT FIELDS 1 a
(error) ERR GT and LT options at the same time are not compatible
> HEXPIRE h 10 FOO FIELDS 1 a
(error) ERR Unsupported option FOO
> HEXPIRE h x FOO FIELDS 1 a
(error) ERR Unsupported option FOO
> HEXPIRE h 10 FOO FIELDS x a
(error) ERR Unsupported option FOO
> HEXPIRE h x FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 NX FIELD 1 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h 10 a b c d e
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE h FIELDS 10 FIELDS 1 a
(error) ERR Unsupported option 10
> HEXPIRE h 10 fields fields 1 a
(error) ERR value is not an integer or out of range
> HEXPIRE h 10 FIELDS 1 FIELDS
1) (integer) -2
> HEXPIRE h 10 FIELDS 3 NX FIELDS 1
1) (integer) -2
2) (integer) -2
3) (integer) -2
> HEXPIRE h 10 FIELDS 1 a FIELDS 1 b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HEXPIRE s 10 FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HEXPIRE s x FIELDS 1 a
(error) ERR value is not an integer or out of range
> HEXPIRE s -1 FIELDS 1 a
(error) ERR invalid expire time in 'hexpire' command
> HEXPIRE s 10 FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HTTL h FIELDS 1 a
1) (integer) -1

== The farthest instant
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> HPEXPIREAT h 9223372036854775807 FIELDS 1 a
1) (integer) 1
> HPEXPIRETIME h FIELDS 1 a
1) (integer) 9223372036854775807
> HEXPIRETIME h FIELDS 1 a
1) (integer) 9223372036854776
> HGET h a
"1"
> HEXPIREAT h 9223372036854775 FIELDS 1 a
1) (integer) 1
> HPEXPIRETIME h FIELDS 1 a
1) (integer) 9223372036854775000

== HTTL, HPERSIST and their kin check their arguments
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> SET s x
OK
> HTTL s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HTTL h FIELDS 0 a
(error) ERR syntax error
> HTTL h FIELDS 2 a
(error) ERR syntax error
> HTTL h FIELDS 1 a b
(error) ERR syntax error
> HTTL h FIELDS -1 a
(error) ERR syntax error
> HTTL h FIELDS x a
(error) ERR value is not an integer or out of range
> HTTL s FIELDS x a
(error) ERR value is not an integer or out of range
> HTTL h FIELD 1 a
(error) ERR syntax error
> HTTL h FOO FIELDS 1 a
(error) ERR syntax error
> HTTL nosuch FIELDS 2 a
(error) ERR syntax error
> HPTTL s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HPTTL h FIELDS 2 a
(error) ERR syntax error
> HEXPIRETIME s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HPEXPIRETIME h FIELDS 2 a
(error) ERR syntax error
> HPERSIST s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HPERSIST h FIELDS 0 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HPERSIST h FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HPERSIST h FIELDS 1 a b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HPERSIST h FIELDS x a
(error) ERR value is not an integer or out of range
> HPERSIST h FIELD 1 a
(error) ERR syntax error
> HPERSIST s FOO 2 a
(error) ERR syntax error
> HPERSIST h FIELDS
(error) ERR wrong number of arguments for 'hpersist' command
> HPERSIST h FIELDS 1
(error) ERR wrong number of arguments for 'hpersist' command

== Writes of a field and its time
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HEXPIRE h 100 FIELDS 3 a b c
1) (integer) 1
2) (integer) 1
3) (integer) 1
> HSET h a 5
(integer) 0
> HTTL h FIELDS 2 a b
1) (integer) -1
2) (integer) 100
> HINCRBY h b 5
(integer) 7
> HINCRBYFLOAT h b 0.5
"7.5"
> HTTL h FIELDS 1 b
1) (integer) 100
> HSETNX h b 7
(integer) 0
> HTTL h FIELDS 1 b
1) (integer) 100
> HMSET h b 7
OK
> HTTL h FIELDS 2 b c
1) (integer) -1
2) (integer) 100
> HDEL h c
(integer) 1
> HSET h c 1
(integer) 1
> HTTL h FIELDS 1 c
1) (integer) -1

== An expired field is absent for everybody
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HPEXPIRE h 20 FIELDS 2 a b
1) (integer) 1
2) (integer) 1
@at +150ms
> HGET h a
(nil)
> HMGET h a c
1) (nil)
2) "3"
> HEXISTS h a
(integer) 0
> HSTRLEN h a
(integer) 0
> HGETALL h
1) "c"
2) "3"
> HKEYS h
1) "c"
> HVALS h
1) "3"
> HLEN h
(integer) 1
> HSCAN h 0
1) "0"
2) 1) "c"
   2) "3"
> HSCAN h 0 NOVALUES
1) "0"
2) 1) "c"
> HRANDFIELD h
"c"
> HRANDFIELD h 10
1) "c"
> HRANDFIELD h -2
1) "c"
2) "c"
> HTTL h FIELDS 2 a c
1) (integer) -2
2) (integer) -1
> HPERSIST h FIELDS 1 a
1) (integer) -2
> HEXPIRE h 10 FIELDS 1 a
1) (integer) -2
> HDEL h a
(integer) 0
> HSETNX h b 5
(integer) 1
> HTTL h FIELDS 1 b
1) (integer) -1
> HLEN h
(integer) 2
> HINCRBY h a 2
(integer) 2
@unordered
> HGETALL h
1) "b"
2) "5"
3) "a"
4) "2"
5) "c"
6) "3"

== A hash goes with its last field
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HPEXPIRE h 20 FIELDS 1 a
1) (integer) 1
> HPEXPIRE h 40 FIELDS 1 b
1) (integer) 1
@at +150ms
> EXISTS h
(integer) 0
> TYPE h
none
> HLEN h
(integer) 0
> DBSIZE
(integer) 0

== A large hash with fields that expire
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h f0 0 f1 1 f2 2 f3 3 f4 4 f5 5 f6 6 f7 7 f8 8 f9 9 f10 10 f11 11 f12 12 f13 13 f14 14 f15 15 f16 16 f17 17 f18 18 f19 19 f20 20 f21 21 f22 22 f23 23 f24 24 f25 25 f26 26 f27 27 f28 28 f29 29 f30 30 f31 31 f32 32 f33 33 f34 34 f35 35 f36 36 f37 37 f38 38 f39 39 f40 40 f41 41 f42 42 f43 43 f44 44 f45 45 f46 46 f47 47 f48 48 f49 49 f50 50 f51 51 f52 52 f53 53 f54 54 f55 55 f56 56 f57 57 f58 58 f59 59 f60 60 f61 61 f62 62 f63 63 f64 64 f65 65 f66 66 f67 67 f68 68 f69 69 f70 70 f71 71 f72 72 f73 73 f74 74 f75 75 f76 76 f77 77 f78 78 f79 79 f80 80 f81 81 f82 82 f83 83 f84 84 f85 85 f86 86 f87 87 f88 88 f89 89 f90 90 f91 91 f92 92 f93 93 f94 94 f95 95 f96 96 f97 97 f98 98 f99 99 f100 100 f101 101 f102 102 f103 103 f104 104 f105 105 f106 106 f107 107 f108 108 f109 109 f110 110 f111 111 f112 112 f113 113 f114 114 f115 115 f116 116 f117 117 f118 118 f119 119 f120 120 f121 121 f122 122 f123 123 f124 124 f125 125 f126 126 f127 127 f128 128 f129 129 f130 130 f131 131 f132 132 f133 133 f134 134 f135 135 f136 136 f137 137 f138 138 f139 139 f140 140 f141 141 f142 142 f143 143 f144 144 f145 145 f146 146 f147 147 f148 148 f149 149 f150 150 f151 151 f152 152 f153 153 f154 154 f155 155 f156 156 f157 157 f158 158 f159 159 f160 160 f161 161 f162 162 f163 163 f164 164 f165 165 f166 166 f167 167 f168 168 f169 169 f170 170 f171 171 f172 172 f173 173 f174 174 f175 175 f176 176 f177 177 f178 178 f179 179 f180 180 f181 181 f182 182 f183 183 f184 184 f185 185 f186 186 f187 187 f188 188 f189 189 f190 190 f191 191 f192 192 f193 193 f194 194 f195 195 f196 196 f197 197 f198 198 f199 199 f200 200 f201 201 f202 202 f203 203 f204 204 f205 205 f206 206 f207 207 f208 208 f209 209 f210 210 f211 211 f212 212 f213 213 f214 214 f215 215 f216 216 f217 217 f218 218 f219 219 f220 220 f221 221 f222 222 f223 223 f224 224 f225 225 f226 226 f227 227 f228 228 f229 229 f230 230 f231 231 f232 232 f233 233 f234 234 f235 235 f236 236 f237 237 f238 238 f239 239 f240 240 f241 241 f242 242 f243 243 f244 244 f245 245 f246 246 f247 247 f248 248 f249 249 f250 250 f251 251 f252 252 f253 253 f254 254 f255 255 f256 256 f257 257 f258 258 f259 259 f260 260 f261 261 f262 262 f263 263 f264 264 f265 265 f266 266 f267 267 f268 268 f269 269 f270 270 f271 271 f272 272 f273 273 f274 274 f275 275 f276 276 f277 277 f278 278 f279 279 f280 280 f281 281 f282 282 f283 283 f284 284 f285 285 f286 286 f287 287 f288 288 f289 289 f290 290 f291 291 f292 292 f293 293 f294 294 f295 295 f296 296 f297 297 f298 298 f299 299 f300 300 f301 301 f302 302 f303 303 f304 304 f305 305 f306 306 f307 307 f308 308 f309 309 f310 310 f311 311 f312 312 f313 313 f314 314 f315 315 f316 316 f317 317 f318 318 f319 319 f320 320 f321 321 f322 322 f323 323 f324 324 f325 325 f326 326 f327 327 f328 328 f329 329 f330 330 f331 331 f332 332 f333 333 f334 334 f335 335 f336 336 f337 337 f338 338 f339 339 f340 340 f341 341 f342 342 f343 343 f344 344 f345 345 f346 346 f347 347 f348 348 f349 349 f350 350 f351 351 f352 352 f353 353 f354 354 f355 355 f356 356 f357 357 f358 358 f359 359 f360 360 f361 361 f362 362 f363 363 f364 364 f365 365 f366 366 f367 367 f368 368 f369 369 f370 370 f371 371 f372 372 f373 373 f374 374 f375 375 f376 376 f377 377 f378 378 f379 379 f380 380 f381 381 f382 382 f383 383 f384 384 f385 385 f386 386 f387 387 f388 388 f389 389 f390 390 f391 391 f392 392 f393 393 f394 394 f395 395 f396 396 f397 397 f398 398 f399 399 f400 400 f401 401 f402 402 f403 403 f404 404 f405 405 f406 406 f407 407 f408 408 f409 409 f410 410 f411 411 f412 412 f413 413 f414 414 f415 415 f416 416 f417 417 f418 418 f419 419 f420 420 f421 421 f422 422 f423 423 f424 424 f425 425 f426 426 f427 427 f428 428 f429 429 f430 430 f431 431 f432 432 f433 433 f434 434 f435 435 f436 436 f437 437 f438 438 f439 439 f440 440 f441 441 f442 442 f443 443 f444 444 f445 445 f446 446 f447 447 f448 448 f449 449 f450 450 f451 451 f452 452 f453 453 f454 454 f455 455 f456 456 f457 457 f458 458 f459 459 f460 460 f461 461 f462 462 f463 463 f464 464 f465 465 f466 466 f467 467 f468 468 f469 469 f470 470 f471 471 f472 472 f473 473 f474 474 f475 475 f476 476 f477 477 f478 478 f479 479 f480 480 f481 481 f482 482 f483 483 f484 484 f485 485 f486 486 f487 487 f488 488 f489 489 f490 490 f491 491 f492 492 f493 493 f494 494 f495 495 f496 496 f497 497 f498 498 f499 499 f500 500 f501 501 f502 502 f503 503 f504 504 f505 505 f506 506 f507 507 f508 508 f509 509 f510 510 f511 511 f512 512 f513 513 f514 514 f515 515 f516 516 f517 517 f518 518 f519 519 f520 520 f521 521 f522 522 f523 523 f524 524 f525 525 f526 526 f527 527 f528 528 f529 529 f530 530 f531 531 f532 532 f533 533 f534 534 f535 535 f536 536 f537 537 f538 538 f539 539 f540 540 f541 541 f542 542 f543 543 f544 544 f545 545 f546 546 f547 547 f548 548 f549 549 f550 550 f551 551 f552 552 f553 553 f554 554 f555 555 f556 556 f557 557 f558 558 f559 559 f560 560 f561 561 f562 562 f563 563 f564 564 f565 565 f566 566 f567 567 f568 568 f569 569 f570 570 f571 571 f572 572 f573 573 f574 574 f575 575 f576 576 f577 577 f578 578 f579 579 f580 580 f581 581 f582 582 f583 583 f584 584 f585 585 f586 586 f587 587 f588 588 f589 589 f590 590 f591 591 f592 592 f593 593 f594 594 f595 595 f596 596 f597 597 f598 598 f599 599
(integer) 600
> HPEXPIRE h 40 FIELDS 599 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59 f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73 f74 f75 f76 f77 f78 f79 f80 f81 f82 f83 f84 f85 f86 f87 f88 f89 f90 f91 f92 f93 f94 f95 f96 f97 f98 f99 f100 f101 f102 f103 f104 f105 f106 f107 f108 f109 f110 f111 f112 f113 f114 f115 f116 f117 f118 f119 f120 f121 f122 f123 f124 f125 f126 f127 f128 f129 f130 f131 f132 f133 f134 f135 f136 f137 f138 f139 f140 f141 f142 f143 f144 f145 f146 f147 f148 f149 f150 f151 f152 f153 f154 f155 f156 f157 f158 f159 f160 f161 f162 f163 f164 f165 f166 f167 f168 f169 f170 f171 f172 f173 f174 f175 f176 f177 f178 f179 f180 f181 f182 f183 f184 f185 f186 f187 f188 f189 f190 f191 f192 f193 f194 f195 f196 f197 f198 f199 f200 f201 f202 f203 f204 f205 f206 f207 f208 f209 f210 f211 f212 f213 f214 f215 f216 f217 f218 f219 f220 f221 f222 f223 f224 f225 f226 f227 f228 f229 f230 f231 f232 f233 f234 f235 f236 f237 f238 f239 f240 f241 f242 f243 f244 f245 f246 f247 f248 f249 f250 f251 f252 f253 f254 f255 f256 f257 f258 f259 f260 f261 f262 f263 f264 f265 f266 f267 f268 f269 f270 f271 f272 f273 f274 f275 f276 f277 f278 f279 f280 f281 f282 f283 f284 f285 f286 f287 f288 f289 f290 f291 f292 f293 f294 f295 f296 f297 f298 f299 f300 f301 f302 f303 f304 f305 f306 f307 f308 f309 f310 f311 f312 f313 f314 f315 f316 f317 f318 f319 f320 f321 f322 f323 f324 f325 f326 f327 f328 f329 f330 f331 f332 f333 f334 f335 f336 f337 f338 f339 f340 f341 f342 f343 f344 f345 f346 f347 f348 f349 f350 f351 f352 f353 f354 f355 f356 f357 f358 f359 f360 f361 f362 f363 f364 f365 f366 f367 f368 f369 f370 f371 f372 f373 f374 f375 f376 f377 f378 f379 f380 f381 f382 f383 f384 f385 f386 f387 f388 f389 f390 f391 f392 f393 f394 f395 f396 f397 f398 f399 f400 f401 f402 f403 f404 f405 f406 f407 f408 f409 f410 f411 f412 f413 f414 f415 f416 f417 f418 f419 f420 f421 f422 f423 f424 f425 f426 f427 f428 f429 f430 f431 f432 f433 f434 f435 f436 f437 f438 f439 f440 f441 f442 f443 f444 f445 f446 f447 f448 f449 f450 f451 f452 f453 f454 f455 f456 f457 f458 f459 f460 f461 f462 f463 f464 f465 f466 f467 f468 f469 f470 f471 f472 f473 f474 f475 f476 f477 f478 f479 f480 f481 f482 f483 f484 f485 f486 f487 f488 f489 f490 f491 f492 f493 f494 f495 f496 f497 f498 f499 f500 f501 f502 f503 f504 f505 f506 f507 f508 f509 f510 f511 f512 f513 f514 f515 f516 f517 f518 f519 f520 f521 f522 f523 f524 f525 f526 f527 f528 f529 f530 f531 f532 f533 f534 f535 f536 f537 f538 f539 f540 f541 f542 f543 f544 f545 f546 f547 f548 f549 f550 f551 f552 f553 f554 f555 f556 f557 f558 f559 f560 f561 f562 f563 f564 f565 f566 f567 f568 f569 f570 f571 f572 f573 f574 f575 f576 f577 f578 f579 f580 f581 f582 f583 f584 f585 f586 f587 f588 f589 f590 f591 f592 f593 f594 f595 f596 f597 f598 f599
  1) (integer) 1
  2) (integer) 1
  3) (integer) 1
  4) (integer) 1
  5) (integer) 1
  6) (integer) 1
  7) (integer) 1
  8) (integer) 1
  9) (integer) 1
 10) (integer) 1
 11) (integer) 1
 12) (integer) 1
 13) (integer) 1
 14) (integer) 1
 15) (integer) 1
 16) (integer) 1
 17) (integer) 1
 18) (integer) 1
 19) (integer) 1
 20) (integer) 1
 21) (integer) 1
 22) (integer) 1
 23) (integer) 1
 24) (integer) 1
 25) (integer) 1
 26) (integer) 1
 27) (integer) 1
 28) (integer) 1
 29) (integer) 1
 30) (integer) 1
 31) (integer) 1
 32) (integer) 1
 33) (integer) 1
 34) (integer) 1
 35) (integer) 1
 36) (integer) 1
 37) (integer) 1
 38) (integer) 1
 39) (integer) 1
 40) (integer) 1
 41) (integer) 1
 42) (integer) 1
 43) (integer) 1
 44) (integer) 1
 45) (integer) 1
 46) (integer) 1
 47) (integer) 1
 48) (integer) 1
 49) (integer) 1
 50) (integer) 1
 51) (integer) 1
 52) (integer) 1
 53) (integer) 1
 54) (integer) 1
 55) (integer) 1
 56) (integer) 1
 57) (integer) 1
 58) (integer) 1
 59) (integer) 1
 60) (integer) 1
 61) (integer) 1
 62) (integer) 1
 63) (integer) 1
 64) (integer) 1
 65) (integer) 1
 66) (integer) 1
 67) (integer) 1
 68) (integer) 1
 69) (integer) 1
 70) (integer) 1
 71) (integer) 1
 72) (integer) 1
 73) (integer) 1
 74) (integer) 1
 75) (integer) 1
 76) (integer) 1
 77) (integer) 1
 78) (integer) 1
 79) (integer) 1
 80) (integer) 1
 81) (integer) 1
 82) (integer) 1
 83) (integer) 1
 84) (integer) 1
 85) (integer) 1
 86) (integer) 1
 87) (integer) 1
 88) (integer) 1
 89) (integer) 1
 90) (integer) 1
 91) (integer) 1
 92) (integer) 1
 93) (integer) 1
 94) (integer) 1
 95) (integer) 1
 96) (integer) 1
 97) (integer) 1
 98) (integer) 1
 99) (integer) 1
100) (integer) 1
101) (integer) 1
102) (integer) 1
103) (integer) 1
104) (integer) 1
105) (integer) 1
106) (integer) 1
107) (integer) 1
108) (integer) 1
109) (integer) 1
110) (integer) 1
111) (integer) 1
112) (integer) 1
113) (integer) 1
114) (integer) 1
115) (integer) 1
116) (integer) 1
117) (integer) 1
118) (integer) 1
119) (integer) 1
120) (integer) 1
121) (integer) 1
122) (integer) 1
123) (integer) 1
124) (integer) 1
125) (integer) 1
126) (integer) 1
127) (integer) 1
128) (integer) 1
129) (integer) 1
130) (integer) 1
131) (integer) 1
132) (integer) 1
133) (integer) 1
134) (integer) 1
135) (integer) 1
136) (integer) 1
137) (integer) 1
138) (integer) 1
139) (integer) 1
140) (integer) 1
141) (integer) 1
142) (integer) 1
143) (integer) 1
144) (integer) 1
145) (integer) 1
146) (integer) 1
147) (integer) 1
148) (integer) 1
149) (integer) 1
150) (integer) 1
151) (integer) 1
152) (integer) 1
153) (integer) 1
154) (integer) 1
155) (integer) 1
156) (integer) 1
157) (integer) 1
158) (integer) 1
159) (integer) 1
160) (integer) 1
161) (integer) 1
162) (integer) 1
163) (integer) 1
164) (integer) 1
165) (integer) 1
166) (integer) 1
167) (integer) 1
168) (integer) 1
169) (integer) 1
170) (integer) 1
171) (integer) 1
172) (integer) 1
173) (integer) 1
174) (integer) 1
175) (integer) 1
176) (integer) 1
177) (integer) 1
178) (integer) 1
179) (integer) 1
180) (integer) 1
181) (integer) 1
182) (integer) 1
183) (integer) 1
184) (integer) 1
185) (integer) 1
186) (integer) 1
187) (integer) 1
188) (integer) 1
189) (integer) 1
190) (integer) 1
191) (integer) 1
192) (integer) 1
193) (integer) 1
194) (integer) 1
195) (integer) 1
196) (integer) 1
197) (integer) 1
198) (integer) 1
199) (integer) 1
200) (integer) 1
201) (integer) 1
202) (integer) 1
203) (integer) 1
204) (integer) 1
205) (integer) 1
206) (integer) 1
207) (integer) 1
208) (integer) 1
209) (integer) 1
210) (integer) 1
211) (integer) 1
212) (integer) 1
213) (integer) 1
214) (integer) 1
215) (integer) 1
216) (integer) 1
217) (integer) 1
218) (integer) 1
219) (integer) 1
220) (integer) 1
221) (integer) 1
222) (integer) 1
223) (integer) 1
224) (integer) 1
225) (integer) 1
226) (integer) 1
227) (integer) 1
228) (integer) 1
229) (integer) 1
230) (integer) 1
231) (integer) 1
232) (integer) 1
233) (integer) 1
234) (integer) 1
235) (integer) 1
236) (integer) 1
237) (integer) 1
238) (integer) 1
239) (integer) 1
240) (integer) 1
241) (integer) 1
242) (integer) 1
243) (integer) 1
244) (integer) 1
245) (integer) 1
246) (integer) 1
247) (integer) 1
248) (integer) 1
249) (integer) 1
250) (integer) 1
251) (integer) 1
252) (integer) 1
253) (integer) 1
254) (integer) 1
255) (integer) 1
256) (integer) 1
257) (integer) 1
258) (integer) 1
259) (integer) 1
260) (integer) 1
261) (integer) 1
262) (integer) 1
263) (integer) 1
264) (integer) 1
265) (integer) 1
266) (integer) 1
267) (integer) 1
268) (integer) 1
269) (integer) 1
270) (integer) 1
271) (integer) 1
272) (integer) 1
273) (integer) 1
274) (integer) 1
275) (integer) 1
276) (integer) 1
277) (integer) 1
278) (integer) 1
279) (integer) 1
280) (integer) 1
281) (integer) 1
282) (integer) 1
283) (integer) 1
284) (integer) 1
285) (integer) 1
286) (integer) 1
287) (integer) 1
288) (integer) 1
289) (integer) 1
290) (integer) 1
291) (integer) 1
292) (integer) 1
293) (integer) 1
294) (integer) 1
295) (integer) 1
296) (integer) 1
297) (integer) 1
298) (integer) 1
299) (integer) 1
300) (integer) 1
301) (integer) 1
302) (integer) 1
303) (integer) 1
304) (integer) 1
305) (integer) 1
306) (integer) 1
307) (integer) 1
308) (integer) 1
309) (integer) 1
310) (integer) 1
311) (integer) 1
312) (integer) 1
313) (integer) 1
314) (integer) 1
315) (integer) 1
316) (integer) 1
317) (integer) 1
318) (integer) 1
319) (integer) 1
320) (integer) 1
321) (integer) 1
322) (integer) 1
323) (integer) 1
324) (integer) 1
325) (integer) 1
326) (integer) 1
327) (integer) 1
328) (integer) 1
329) (integer) 1
330) (integer) 1
331) (integer) 1
332) (integer) 1
333) (integer) 1
334) (integer) 1
335) (integer) 1
336) (integer) 1
337) (integer) 1
338) (integer) 1
339) (integer) 1
340) (integer) 1
341) (integer) 1
342) (integer) 1
343) (integer) 1
344) (integer) 1
345) (integer) 1
346) (integer) 1
347) (integer) 1
348) (integer) 1
349) (integer) 1
350) (integer) 1
351) (integer) 1
352) (integer) 1
353) (integer) 1
354) (integer) 1
355) (integer) 1
356) (integer) 1
357) (integer) 1
358) (integer) 1
359) (integer) 1
360) (integer) 1
361) (integer) 1
362) (integer) 1
363) (integer) 1
364) (integer) 1
365) (integer) 1
366) (integer) 1
367) (integer) 1
368) (integer) 1
369) (integer) 1
370) (integer) 1
371) (integer) 1
372) (integer) 1
373) (integer) 1
374) (integer) 1
375) (integer) 1
376) (integer) 1
377) (integer) 1
378) (integer) 1
379) (integer) 1
380) (integer) 1
381) (integer) 1
382) (integer) 1
383) (integer) 1
384) (integer) 1
385) (integer) 1
386) (integer) 1
387) (integer) 1
388) (integer) 1
389) (integer) 1
390) (integer) 1
391) (integer) 1
392) (integer) 1
393) (integer) 1
394) (integer) 1
395) (integer) 1
396) (integer) 1
397) (integer) 1
398) (integer) 1
399) (integer) 1
400) (integer) 1
401) (integer) 1
402) (integer) 1
403) (integer) 1
404) (integer) 1
405) (integer) 1
406) (integer) 1
407) (integer) 1
408) (integer) 1
409) (integer) 1
410) (integer) 1
411) (integer) 1
412) (integer) 1
413) (integer) 1
414) (integer) 1
415) (integer) 1
416) (integer) 1
417) (integer) 1
418) (integer) 1
419) (integer) 1
420) (integer) 1
421) (integer) 1
422) (integer) 1
423) (integer) 1
424) (integer) 1
425) (integer) 1
426) (integer) 1
427) (integer) 1
428) (integer) 1
429) (integer) 1
430) (integer) 1
431) (integer) 1
432) (integer) 1
433) (integer) 1
434) (integer) 1
435) (integer) 1
436) (integer) 1
437) (integer) 1
438) (integer) 1
439) (integer) 1
440) (integer) 1
441) (integer) 1
442) (integer) 1
443) (integer) 1
444) (integer) 1
445) (integer) 1
446) (integer) 1
447) (integer) 1
448) (integer) 1
449) (integer) 1
450) (integer) 1
451) (integer) 1
452) (integer) 1
453) (integer) 1
454) (integer) 1
455) (integer) 1
456) (integer) 1
457) (integer) 1
458) (integer) 1
459) (integer) 1
460) (integer) 1
461) (integer) 1
462) (integer) 1
463) (integer) 1
464) (integer) 1
465) (integer) 1
466) (integer) 1
467) (integer) 1
468) (integer) 1
469) (integer) 1
470) (integer) 1
471) (integer) 1
472) (integer) 1
473) (integer) 1
474) (integer) 1
475) (integer) 1
476) (integer) 1
477) (integer) 1
478) (integer) 1
479) (integer) 1
480) (integer) 1
481) (integer) 1
482) (integer) 1
483) (integer) 1
484) (integer) 1
485) (integer) 1
486) (integer) 1
487) (integer) 1
488) (integer) 1
489) (integer) 1
490) (integer) 1
491) (integer) 1
492) (integer) 1
493) (integer) 1
494) (integer) 1
495) (integer) 1
496) (integer) 1
497) (integer) 1
498) (integer) 1
499) (integer) 1
500) (integer) 1
501) (integer) 1
502) (integer) 1
503) (integer) 1
504) (integer) 1
505) (integer) 1
506) (integer) 1
507) (integer) 1
508) (integer) 1
509) (integer) 1
510) (integer) 1
511) (integer) 1
512) (integer) 1
513) (integer) 1
514) (integer) 1
515) (integer) 1
516) (integer) 1
517) (integer) 1
518) (integer) 1
519) (integer) 1
520) (integer) 1
521) (integer) 1
522) (integer) 1
523) (integer) 1
524) (integer) 1
525) (integer) 1
526) (integer) 1
527) (integer) 1
528) (integer) 1
529) (integer) 1
530) (integer) 1
531) (integer) 1
532) (integer) 1
533) (integer) 1
534) (integer) 1
535) (integer) 1
536) (integer) 1
537) (integer) 1
538) (integer) 1
539) (integer) 1
540) (integer) 1
541) (integer) 1
542) (integer) 1
543) (integer) 1
544) (integer) 1
545) (integer) 1
546) (integer) 1
547) (integer) 1
548) (integer) 1
549) (integer) 1
550) (integer) 1
551) (integer) 1
552) (integer) 1
553) (integer) 1
554) (integer) 1
555) (integer) 1
556) (integer) 1
557) (integer) 1
558) (integer) 1
559) (integer) 1
560) (integer) 1
561) (integer) 1
562) (integer) 1
563) (integer) 1
564) (integer) 1
565) (integer) 1
566) (integer) 1
567) (integer) 1
568) (integer) 1
569) (integer) 1
570) (integer) 1
571) (integer) 1
572) (integer) 1
573) (integer) 1
574) (integer) 1
575) (integer) 1
576) (integer) 1
577) (integer) 1
578) (integer) 1
579) (integer) 1
580) (integer) 1
581) (integer) 1
582) (integer) 1
583) (integer) 1
584) (integer) 1
585) (integer) 1
586) (integer) 1
587) (integer) 1
588) (integer) 1
589) (integer) 1
590) (integer) 1
591) (integer) 1
592) (integer) 1
593) (integer) 1
594) (integer) 1
595) (integer) 1
596) (integer) 1
597) (integer) 1
598) (integer) 1
599) (integer) 1
> HTTL h FIELDS 1 f0
1) (integer) -1
> HLEN h
(integer) 600
@at +250ms
> HGET h f1
(nil)
> HGETALL h
1) "f0"
2) "0"
> HKEYS h
1) "f0"
> HVALS h
1) "0"
> HRANDFIELD h
"f0"
> HRANDFIELD h 3
1) "f0"
> HRANDFIELD h -2
1) "f0"
2) "f0"
> HEXISTS h f7
(integer) 0
> HSET h f7 1
(integer) 1
> HTTL h FIELDS 2 f7 f8
1) (integer) -1
2) (integer) -2

== COPY and RENAME keep the times of fields
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HEXPIRE h 100 FIELDS 1 a
1) (integer) 1
> COPY h h2
(integer) 1
> HTTL h2 FIELDS 2 a b
1) (integer) 100
2) (integer) -1
> RENAME h2 h3
OK
> HTTL h3 FIELDS 2 a b
1) (integer) 100
2) (integer) -1
> MOVE h3 1
(integer) 1
> SELECT 1
OK
> HTTL h3 FIELDS 2 a b
1) (integer) 100
2) (integer) -1
> HPEXPIRE h3 20 FIELDS 1 a
1) (integer) 1
@at +150ms
> HGETALL h3
1) "b"
2) "2"

== A key's own time and those of its fields are independent
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HEXPIRE h 100 FIELDS 1 a
1) (integer) 1
> EXPIRE h 200
(integer) 1
> HPERSIST h FIELDS 1 a
1) (integer) 1
> TTL h
(integer) 200
> HEXPIRE h 300 FIELDS 1 a
1) (integer) 1
> PERSIST h
(integer) 1
> HTTL h FIELDS 1 a
1) (integer) 300
> PEXPIRE h 20
(integer) 1
@at +150ms
> EXISTS h
(integer) 0

== HGETEX reads fields and sets their times
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2 c 3
(integer) 3
> HGETEX h FIELDS 2 a x
1) "1"
2) (nil)
> HGETEX h EX 100 FIELDS 3 a x b
1) "1"
2) (nil)
3) "2"
> HTTL h FIELDS 3 a b c
1) (integer) 100
2) (integer) 100
3) (integer) -1
> HGETEX h PERSIST FIELDS 2 a c
1) "1"
2) "3"
> HTTL h FIELDS 3 a b c
1) (integer) -1
2) (integer) 100
3) (integer) -1
> HGETEX h PX 50000 FIELDS 1 c
1) "3"
> HTTL h FIELDS 1 c
1) (integer) 50
> HGETEX h EXAT 4000000001 FIELDS 1 c
1) "3"
> HPEXPIRETIME h FIELDS 1 c
1) (integer) 4000000001000
> HGETEX h PXAT 4000000000123 FIELDS 1 c
1) "3"
> HPEXPIRETIME h FIELDS 1 c
1) (integer) 4000000000123
> HGETEX nosuch EX 10 FIELDS 2 a b
1) (nil)
2) (nil)
> HGETEX nosuch FIELDS 2 a b
1) (nil)
2) (nil)
> HGETEX h EXAT 1 FIELDS 2 c c
1) "3"
2) (nil)
> HGETEX h EX 0 FIELDS 1 b
1) "2"
> HGETALL h
1) "a"
2) "1"
> HGETEX h PXAT 5 FIELDS 2 a x
1) "1"
2) (nil)
> EXISTS h
(integer) 0

== HGETEX checks its arguments
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> SET s x
OK
> HGETEX h
(error) ERR wrong number of arguments for 'hgetex' command
> HGETEX h FIELDS 1
(error) ERR wrong number of arguments for 'hgetex' command
> HGETEX h EX 10
(error) ERR wrong number of arguments for 'hgetex' command
> HGETEX h EX 10 FIELDS
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h EX 10 FIELDS 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h PX -1 FIELDS 1 a
(error) ERR invalid expire time in 'hgetex' command
> HGETEX h EX x FIELDS 1 a
(error) ERR value is not an integer or out of range
> HGETEX h EX 9223372036854775807 FIELDS 1 a
(error) ERR invalid expire time in 'hgetex' command
> HGETEX h PX 9223372036854775807 FIELDS 1 a
(error) ERR invalid expire time in 'hgetex' command
> HGETEX h EXAT 9223372036854775807 FIELDS 1 a
(error) ERR invalid expire time in 'hgetex' command
> HGETEX h EX FIELDS 1 a
(error) ERR syntax error
> HGETEX h EX 10 PX 10 FIELDS 1 a
(error) ERR syntax error
> HGETEX h EX 10 EX 20 FIELDS 1 a
1) "1"
> HGETEX h EX 10 PERSIST FIELDS 1 a
(error) ERR syntax error
> HGETEX h PERSIST PERSIST FIELDS 1 a
1) "1"
> HGETEX h KEEPTTL FIELDS 1 a
(error) ERR syntax error
> HGETEX h FOO FIELDS 1 a
(error) ERR syntax error
> HGETEX h FIELDS 1 a EX 10
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h FIELDS 3 a EX 10
1) "1"
2) (nil)
3) (nil)
> HGETEX h FIELDS 0 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h FIELDS -1 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h FIELDS x a
(error) ERR value is not an integer or out of range
> HGETEX h FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h FIELDS 1 a b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h EX x FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX h FOO FIELDS 2 a
(error) ERR syntax error
> HGETEX s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGETEX s EX x FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGETEX s FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETEX s FOO FIELDS 1 a
(error) ERR syntax error
> HGETEX nosuch EX -1 FIELDS 1 a
(error) ERR invalid expire time in 'hgetex' command
> HGETEX nosuch EX x FIELDS 1 a
(error) ERR value is not an integer or out of range

== HSETEX sets fields and their times
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSETEX h EX 100 FIELDS 2 a 1 b 2
(integer) 1
> HTTL h FIELDS 2 a b
1) (integer) 100
2) (integer) 100
> HSETEX h FIELDS 1 a 5
(integer) 1
> HTTL h FIELDS 2 a b
1) (integer) -1
2) (integer) 100
> HSETEX h KEEPTTL FIELDS 2 b 6 n 7
(integer) 1
> HTTL h FIELDS 3 a b n
1) (integer) -1
2) (integer) 100
3) (integer) -1
> HGETALL h
1) "a"
2) "5"
3) "b"
4) "6"
5) "n"
6) "7"
> HSETEX h PX 50000 FIELDS 1 a 1
(integer) 1
> HSETEX h EXAT 4000000001 FIELDS 1 b 1
(integer) 1
> HSETEX h PXAT 4000000000123 FIELDS 1 n 1
(integer) 1
> HTTL h FIELDS 1 a
1) (integer) 50
> HPEXPIRETIME h FIELDS 2 b n
1) (integer) 4000000001000
2) (integer) 4000000000123
> HSETEX h EX 10 FIELDS 3 a 1 x 5 a 6
(integer) 1
> HGET h a
"6"

== HSETEX has conditions on fields and on the key
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HSETEX h FNX EX 10 FIELDS 2 a 5 z 5
(integer) 0
> HSETEX h FNX EX 10 FIELDS 2 y 5 z 5
(integer) 1
> HSETEX h FXX EX 10 FIELDS 2 a 6 q 6
(integer) 0
> HSETEX h FXX EX 10 FIELDS 2 a 6 b 6
(integer) 1
> HSETEX nosuch FXX FIELDS 1 a 1
(integer) 0
> EXISTS nosuch
(integer) 0
> HSETEX other FNX FIELDS 1 a 1
(integer) 1
> HSETEX h NX FIELDS 1 a 7
(integer) 0
> HSETEX h XX FIELDS 1 a 7
(integer) 1
> HSETEX nosuch XX FIELDS 1 a 1
(integer) 0
> HSETEX new NX FIELDS 1 a 1
(integer) 1
> HSETEX h XX FXX FIELDS 1 a 8
(integer) 1
> HSETEX h FXX XX EX 10 FIELDS 1 a 8
(integer) 1
> HSETEX h XX FNX FIELDS 1 a 9
(integer) 0
> HSETEX h NX XX FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h FNX FXX FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h FNX FNX FIELDS 1 a 1
(integer) 0
> HSETEX h NX NX FIELDS 1 a 1
(integer) 0
> HSETEX h FNX NX FIELDS 1 w 1
(integer) 0
> HGETALL h
1) "a"
2) "8"
3) "b"
4) "6"
5) "y"
6) "5"
7) "z"
8) "5"

== HSETEX with an instant that has come
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HSETEX h EXAT 1 FIELDS 2 a 1 x 5
(integer) 1
> HGETALL h
1) "b"
2) "2"
> HSETEX h EX 0 FIELDS 1 b 1
(integer) 1
> EXISTS h
(integer) 0
> HSETEX new EXAT 1 FIELDS 3 a 1 x 5 a 6
(integer) 1
> EXISTS new
(integer) 0
> HSETEX new PXAT 1 FNX FIELDS 2 a 1 a 6
(integer) 1
> EXISTS new
(integer) 0

== HSETEX checks its arguments
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> SET s x
OK
> HSETEX h EX 10 KEEPTTL FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h EX 10 PX 10 FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h EX 10 EX 10 FIELDS 1 a 1
(integer) 1
> HSETEX h KEEPTTL KEEPTTL FIELDS 1 a 1
(integer) 1
> HSETEX h PERSIST FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h EX -1 FIELDS 1 a 1
(error) ERR invalid expire time in 'hsetex' command
> HSETEX h EX x FIELDS 1 a 1
(error) ERR value is not an integer or out of range
> HSETEX h EX FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h EXAT 9223372036854776 FIELDS 1 a 1
(error) ERR invalid expire time in 'hsetex' command
> HSETEX h PXAT 9223372036854775807 FIELDS 1 a 1
(integer) 1
> HSETEX h FIELDS 0 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS -1 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS x a 1
(error) ERR value is not an integer or out of range
> HSETEX h FIELDS 2 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS 1 a 1 b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS 1 a 1 b 2
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS 1 a
(error) ERR wrong number of arguments for 'hsetex' command
> HSETEX h FIELDS 1 a 1 EX 10
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS 2 a 1 EX 10
(integer) 1
> HSETEX h FIELDS 4611686018427387904 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FIELDS 9223372036854775807 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX h FOO FIELDS 1 a 1
(error) ERR syntax error
> HSETEX h FOO FIELDS 2 a 1
(error) ERR syntax error
> HSETEX h EX 10 a 1 b 2
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX s FIELDS 1 a 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HSETEX s FIELDS 2 a 1
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HSETEX s EX x FIELDS 1 a 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HSETEX s NX FIELDS 1 a 1
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HSETEX h NX EX x FIELDS 1 a 1
(integer) 0
> HSETEX h FXX EX x FIELDS 1 z 1
(error) ERR value is not an integer or out of range
> HSETEX h FXX EX -1 FIELDS 1 z 1
(error) ERR invalid expire time in 'hsetex' command

== HGETDEL checks its arguments
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> SET s x
OK
> HGETDEL h FIELDS 0
(error) ERR wrong number of arguments for 'hgetdel' command
> HGETDEL h FIELDS 0 b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETDEL h FIELDS 2 b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETDEL h FIELDS -1 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETDEL h FIELDS 1 a b
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETDEL h FIELDS x b
(error) ERR value is not an integer or out of range
> HGETDEL h FIELD 1 b
(error) ERR syntax error
> HGETDEL h FOO FIELDS 1 a
(error) ERR syntax error
> HGETDEL s FIELDS 1 a
(error) WRONGTYPE Operation against a key holding the wrong kind of value
> HGETDEL s FIELDS 2 a
(error) ERR numfields should be greater than 0 and match the provided number of fields
> HGETDEL h FIELDS 3 a a x
1) "1"
2) (nil)
3) (nil)
> EXISTS h
(integer) 0

== Fields that expire break a watch
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1 b 2
(integer) 2
> HPEXPIRE h 30 FIELDS 1 a
1) (integer) 1
> WATCH h
OK
@at +150ms
> MULTI
OK
> HGETALL h
QUEUED
> EXEC
(nil)

== HEXPIRE breaks a watch, a refused one does not
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> HSET h a 1
(integer) 1
> WATCH h
OK
> HEXPIRE h 10 GT FIELDS 1 a
1) (integer) 0
> HTTL h FIELDS 1 a
1) (integer) -1
> MULTI
OK
> HLEN h
QUEUED
> EXEC
1) (integer) 1
> WATCH h
OK
> HEXPIRE h 10 FIELDS 1 a
1) (integer) 1
> MULTI
OK
> HLEN h
QUEUED
> EXEC
(nil)

== SORT by a field that expired
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
> RPUSH l 1 2
(integer) 2
> HSET w_1 f 9 g 1
(integer) 2
> HSET w_2 f 5 g 1
(integer) 2
> SORT l BY w_*->f
1) "2"
2) "1"
> HPEXPIRE w_1 20 FIELDS 1 f
1) (integer) 1
@at +150ms
> SORT l BY w_*->f GET w_*->f
1) (nil)
2) "5"

== Events of fields that expire
@skip-oracle newer than Redis 7.0; recorded from Valkey 9.1.2
@socket fields are expired by the clock
> CONFIG SET notify-keyspace-events Exhg
OK
@conn sub
> PSUBSCRIBE __keyevent@0__:*
1) "psubscribe"
2) "__keyevent@0__:*"
3) (integer) 1
@conn main
> HSETEX h EX 100 FIELDS 2 a 1 b 2
(integer) 1
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hset"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpire"
4) "h"
@conn main
> HEXPIRE h 10 FIELDS 2 a b
1) (integer) 1
2) (integer) 1
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpire"
4) "h"
@conn main
> HPERSIST h FIELDS 1 a
1) (integer) 1
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hpersist"
4) "h"
@conn main
> HGETEX h EX 10 FIELDS 2 a b
1) "1"
2) "2"
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpire"
4) "h"
@conn main
> HGETEX h PERSIST FIELDS 1 a
1) "1"
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hpersist"
4) "h"
@conn main
> HGETEX h EXAT 1 FIELDS 1 a
1) "1"
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpired"
4) "h"
@conn main
> HEXPIRE h 0 FIELDS 2 b x
1) (integer) 2
2) (integer) -2
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpired"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:del"
4) "h"
@conn main
> HSETEX h EXAT 1 FIELDS 1 a 1
(integer) 1
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hset"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpire"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpired"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:del"
4) "h"
@conn main
> HSET h a 1 b 2
(integer) 2
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hset"
4) "h"
@conn main
> HGETDEL h FIELDS 2 a x
1) "1"
2) (nil)
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hdel"
4) "h"
@conn main
> HPEXPIRE h 20 FIELDS 1 b
1) (integer) 1
@conn sub
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpire"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:hexpired"
4) "h"
<
1) "pmessage"
2) "__keyevent@0__:*"
3) "__keyevent@0__:del"
4) "h"
@conn main
> CONFIG SET notify-keyspace-events ""
OK
