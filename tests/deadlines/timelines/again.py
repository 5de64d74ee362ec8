"""A stage that is entered again goes on with what was left of its time, per round and per whoever answers."""

from tests.deadlines.timelines.play import Timeline as T

ROWS = (
    T("a verification recalled",
      "To accept: 40 of 60 minutes were used at 09:40; 20 from 10:30. The verifier had until 10:40 and is not late.",
      """03-03 09:00 report H8 source=citizen
         03-03 09:40 verify
         03-03 10:30 recall_verify""",
      """accept 03-03 10:50 runs
         accept 1 03-03 10:00 in_time
         verify 03-03 10:40 in_time"""),
    T("a verification sent twice",
      """To verify: 50 of 60 minutes were used; 10 from 10:40. To accept: 10 of the 20 that were left, so 10 from
         10:45.""",
      """03-03 09:00 report H8 source=citizen
         03-03 09:40 verify
         03-03 10:30 recall_verify
         03-03 10:40 verify
         03-03 10:45 true""",
      """verify 03-03 10:50 in_time
         accept 03-03 10:55 runs"""),
    T("a second acceptance with nothing left",
      "The end was at 10:00 and stays there, however often it is entered; it is told of once, and judged as late.",
      """03-03 09:00 report H8
         03-03 10:05 sweep
         03-03 10:10 verify
         03-03 11:00 recall_verify
         03-03 11:30 sweep
         03-03 11:40 accept""",
      """accept 03-03 10:00 late
         told 1"""),
    T("a limit that ended before any sweep is told of when it is entered again",
      "Over at 10:00, left at 10:10 before the sweep came by: told of once, at 11:01. (The verifier had until 11:10.)",
      """03-03 09:00 report H8
         03-03 10:10 verify
         03-03 11:00 recall_verify
         03-03 11:01 sweep""",
      """accept 03-03 10:00 runs
         told 1"""),
    T("refused, and taken up again two days later",
      "A new round has its own time: 60 minutes from 14:30 on the 5th, though 40 were used before the refusal.",
      """03-03 09:00 report H8
         03-03 09:40 refuse
         03-05 14:30 reconsider""",
      """accept 1 03-03 10:00 in_time
         accept 03-05 15:30 runs"""),
    T("declined, and taken up again",
      """A new round: 60 minutes to accept from 14:30, though 10 were used; 30 to file from 14:40, though 20 were
         used by the declining.""",
      """03-03 09:00 report H8
         03-03 09:10 accept
         03-03 09:30 decline
         03-05 14:30 reconsider
         03-05 14:40 accept""",
      """accept 03-05 15:30 in_time
         file 1 03-03 09:40 in_time
         file 03-05 15:10 runs"""),
    T("filed, declined above, taken up again and filed anew",
      """The first whole case: 480 and 960 minutes from 09:00 on the 3rd: 390 that day, 450 on each of the next two, 150
         of the 6th; it ends without a result. The second counts from its own filing on the 10th: 10:30 on the 13th.""",
      """03-03 09:00 filed H8
         03-03 09:10 down
         03-03 09:20 up
         03-03 09:30 decline
         03-10 08:45 reconsider
         03-10 08:50 accept
         03-10 09:00 file""",
      """case 1 03-06 10:30 none
         case 03-13 10:30 runs"""),
    T("merged, and two cases after all",
      "30 of 60 minutes were used at the merging; 30 from 10:00 the next day.",
      """03-03 09:00 report H8
         03-03 09:30 merge
         03-04 10:00 unmerge""",
      "accept 03-04 10:30 runs"),
    T("a dispatch withdrawn, and another department",
      """To dispatch: 20 of 30 used; 10 from 10:00. The other department has its own time: to sign 60 from 10:05, to
         handle 480: 115 + 210 today, 155 tomorrow.""",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 10:00 withdraw
         03-03 10:05 dispatch water""",
      """dispatch 03-03 10:10 in_time
         sign 03-03 11:05 runs
         handle 03-04 10:35 runs"""),
    T("a dispatch withdrawn, and the same department",
      "It had used 40 minutes: 20 are left to sign, 440 to handle: 115 + 210 today, 115 tomorrow.",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 10:00 withdraw
         03-03 10:05 dispatch""",
      """sign 03-03 10:25 runs
         handle 03-04 09:55 runs"""),
    T("the same department, which now assists",
      "Assisting is other work: 60 to sign and 480 to handle from 10:05, 115 + 210 today, 155 tomorrow.",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 10:00 withdraw
         03-03 10:05 dispatch water housing""",
      """sign 03-03 11:05 runs
         handle 03-04 10:35 runs"""),
    T("recalled from handling, and sent to the same department",
      """To handle: 09:20 to 11:20 used 120; 360 from 15:00: 180 today, 180 tomorrow. To sign: 10 used, 50 left. To
         dispatch: 20 used, 10 from 11:20: over at 11:30, so late.""",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 09:30 sign
         03-03 11:20 recall
         03-03 15:00 dispatch""",
      """dispatch 03-03 11:30 late
         sign 03-03 15:50 runs
         handle 03-04 11:00 runs"""),
    T("recalled after the end, and sent to the same department",
      """Handling ended at 09:50; nothing is left, and what is done at 10:30 is late. The end is told of once, and
         rises once: two steps of its ladder at 10:00, the third would come 120 working minutes after the end.""",
      """03-03 09:20 dispatched H8
         03-03 09:30 sign
         03-04 10:00 sweep
         03-04 10:10 recall
         03-04 10:15 dispatch
         03-04 10:16 sweep
         03-04 10:20 sign
         03-04 10:30 finish""",
      """handle 1 03-04 09:50 late
         handle 03-04 09:50 late
         told 1
         raised 1"""),
    T("given back, and sent to another",
      "To dispatch: 20 used, 10 from 09:40. To sign, for the other: 60 from 09:45.",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 09:40 return
         03-03 09:45 dispatch water""",
      """sign 1 03-03 10:20 in_time
         handle 1 03-04 09:50 none
         dispatch 03-03 09:50 in_time
         sign 03-03 10:45 runs"""),
    T("an extension goes with what was left",
      """480 from 09:20 end tomorrow at 09:50, granted until 11:50. Recalled at 11:20: 40 + 210 + 230 = 480 left;
         from 11:25: 35 + 210, 235 tomorrow.""",
      """03-03 09:20 dispatched H8
         03-03 09:25 sign
         03-03 09:30 extend 03-04 11:50
         03-03 11:20 recall
         03-03 11:25 dispatch""",
      "handle 03-04 11:55 runs"),
    T("recalled from a deferral, and sent to the same department",
      """To handle: 09:00 on the 3rd to 09:00 on the 4th, one of five days; the deferral counts nothing; four from
         the 16th.""",
      """03-03 09:00 dispatched D5
         03-03 09:10 sign
         03-04 09:00 defer
         03-12 09:00 recall
         03-16 09:00 dispatch""",
      "handle 03-20 09:00 runs"),
    T("an assisting department that could not sign while the lead was deferred",
      "30 of 60 minutes were used at 09:50; 30 from the resuming.",
      """03-03 09:20 dispatched H8
         03-03 09:21 withdraw
         03-03 09:22 dispatch housing water
         03-03 09:25 sign
         03-03 09:52 defer
         03-05 10:00 resume""",
      "sign 03-05 10:30 runs"),
    T("checked once more",
      """To check: 240 from 10:00, 60 used at 11:00; 180 from 11:30: 30, and 150 from 14:30. To close: 120 from
         11:00, 30 used; 90 from 15:00.""",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 finish
         03-03 11:00 pass
         03-03 11:30 recheck
         03-03 15:00 pass""",
      """check 1 03-03 16:30 in_time
         check 03-03 17:00 in_time
         close 03-03 16:30 runs"""),
    T("failed, done again, checked again",
      """The rework's clock only urges: 480 whole from 11:00: 60 + 210 today, 210 tomorrow. To sign: 10 of 60 used,
         50 from 11:00. To check: 60 of 240 used, 180 from 15:00.""",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 finish
         03-03 11:00 fail
         03-03 11:20 sign
         03-03 15:00 finish""",
      """sign 03-03 11:50 in_time
         handle 1 03-04 09:30 in_time
         handle 03-04 11:30 none
         check 03-03 18:00 runs"""),
    T("closing refused, done again",
      """To check: 30 of 240 used; 210 from 15:00: 180 until 18:00, 30 tomorrow. To close: 30 of 120 used; the last
         90 from 15:30.""",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 finish
         03-03 10:30 pass
         03-03 11:00 rework
         03-03 11:20 sign
         03-03 15:00 finish
         03-03 15:30 pass""",
      """check 03-04 08:30 in_time
         close 03-03 17:00 runs"""),
    T("a rework withdrawn and sent to the same department is judged again",
      "60 of the 480 were used the first time; 420 from 11:10: 50 + 210 today, 160 tomorrow.",
      """03-03 09:00 dispatched H8
         03-03 09:10 sign
         03-03 10:00 finish
         03-03 11:00 fail
         03-03 11:05 withdraw
         03-03 11:10 dispatch""",
      "handle 03-04 10:40 runs"),
    T("handed down and back",
      """To file, above: 20 of 30 used; below: 30 of their own from 09:20, over at 09:50; back at 10:00: the 10 left
         above.""",
      """03-03 08:50 report H8
         03-03 09:00 accept
         03-03 09:20 down
         03-03 10:00 up""",
      """file 1 03-03 09:30 in_time
         file 2 03-03 09:50 late
         file 03-03 10:10 runs"""),
    T("handed down, back and down again",
      "Below nothing is left: 09:50 stays. Above 5 of the 10 were used.",
      """03-03 08:50 report H8
         03-03 09:00 accept
         03-03 09:20 down
         03-03 09:55 sweep
         03-03 10:00 up
         03-03 10:05 down
         03-03 10:06 sweep
         03-03 10:07 up""",
      """file 4 03-03 09:50 late
         file 03-03 10:12 runs
         told 1"""),
    T("a case that goes up from the work begins above with its own time",
      """Below it was filed in 10 minutes and dispatched in 10. Above, nothing of filing or dispatching was used: 30
         each. The case, 1,440 from 09:30, runs on: 150 + 210, 450, 450, 180 on the 6th: 11:00.""",
      """03-03 09:10 report H8
         03-03 09:20 accept
         03-03 09:20 down
         03-03 09:30 file
         03-03 09:40 dispatch
         03-03 11:00 up
         03-03 11:10 file""",
      """file 03-03 11:30 in_time
         dispatch 03-03 11:40 runs
         case 03-06 11:00 runs"""),
    T("a new round has its time whole",
      "Reopened on the 10th: 30 minutes to dispatch, 480 to handle, 1,440 for the case from 09:00: 390, 450, 450, 150.",
      """03-03 09:00 filed H8
         03-03 09:20 dispatch
         03-03 09:30 sign
         03-03 10:00 finish
         03-03 11:00 pass
         03-03 11:10 close
         03-10 09:00 reopen
         03-10 09:10 dispatch""",
      """dispatch 03-10 09:30 in_time
         handle 03-11 09:40 runs
         case 03-13 10:30 runs"""),
    T("marked as urgent while another stage ran",
      "To accept: 20 ordinary minutes were left; 30 urgent ones would last longer: 10:30.",
      """03-03 09:00 report H8 source=citizen
         03-03 09:40 verify
         03-03 10:00 urgent
         03-03 10:10 recall_verify""",
      "accept 03-03 10:30 runs"),
    T("entered again by night while urgent",
      """60 from 17:30 end tomorrow 08:30; marked 17:40: 18:10. 20 urgent minutes were left at 17:50: from 20:00
         until 20:20.""",
      """03-03 17:30 report H8 source=citizen
         03-03 17:40 urgent
         03-03 17:50 verify
         03-03 20:00 recall_verify""",
      "accept 03-03 20:20 runs"),
    T("entered again by night while urgent, and cleared",
      "20 of 60 working minutes were used before 17:50; 40 from tomorrow 08:00.",
      """03-03 17:30 report H8 source=citizen
         03-03 17:40 urgent
         03-03 17:50 verify
         03-03 20:00 recall_verify
         03-03 20:05 calm""",
      "accept 03-04 08:40 runs"),
    T("handling that begins with the signature, the time to sign being over",
      """To sign: over on the 3rd at 10:00, handling from there. Recalled after a day: one of two days used; sent
         again at 10:30, with no time left to sign it begins at once: one day.""",
      """03-03 09:00 dispatched S2
         03-03 10:05 sweep
         03-03 10:10 sign
         03-04 10:00 recall
         03-04 10:30 dispatch""",
      """sign 03-03 10:00 runs
         handle 03-05 10:30 runs"""),
)  # fmt: skip
